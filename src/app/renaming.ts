import type { AgentView } from '../domain/agent-view.ts';
import type { Finding } from '../domain/finding.ts';
import { LEGACY_ID, type ProfileRename, renameOfDefault } from '../domain/profile-rename.ts';
import { EpiloopError } from '../errors.ts';
import type { Host } from './host.ts';
import { editHostConfig } from './listing.ts';
import type { Problem, Repair } from './problem.ts';
import type { Situation } from './situation.ts';

/**
 * The config calls a login `anthropic:default` that is stored under another id by now. The gateway
 * asks before it renames; here `--fix` is the answer.
 * @param view main's
 */
export function renameProblem({ host, config }: Situation, view: AgentView): Problem[] {
  const rename = renameOfDefault(config.auth.profiles, view.profiles, view.lastGood);
  if (rename === undefined) return [];
  return [{ finding: isStale(host, rename), repair: renaming(host, rename) }];
}

function isStale({ paths, effects }: Host, rename: ProfileRename): Finding {
  const { configPath: path } = paths;
  const forbidden = effects.env.EPILOOP_NIX_MODE === '1';
  const about = {
    reason: 'profile_id_stale',
    provider: 'anthropic',
    profileId: LEGACY_ID,
  } as const;
  const message = `the config lists ${LEGACY_ID}, which is not stored`;
  if (rename.kind === 'ambiguous') {
    const hint = `rename it in ${path} to one of ${rename.candidates.join(', ')}`;
    return { ...about, message, hint, path, exit: 0 };
  }
  const { to, by } = rename;
  const why = forbidden ? '; EPILOOP_NIX_MODE forbids writing the config' : '';
  return {
    ...about,
    message: `${message}: it is ${to} (${by})${why}`,
    hint: forbidden ? byHand(path, to) : 'run epiloop doctor --fix',
    path,
    exit: 0,
  };
}

function renaming(host: Host, rename: ProfileRename): Repair | undefined {
  if (rename.kind === 'ambiguous' || host.effects.env.EPILOOP_NIX_MODE === '1') return undefined;
  const { to } = rename;
  const { configPath: path } = host.paths;
  return {
    message: `renamed ${LEGACY_ID} to ${to} in ${path}`,
    path,
    recorded: true,
    async apply() {
      const changed = await editHostConfig(host, {
        event: 'config_profile_renamed',
        subject: LEGACY_ID,
        after: { profileId: to },
        edits: [{ kind: 'rename_profile', id: LEGACY_ID, to }],
        byHand: byHand(path, to),
      });
      if (changed.length === 0)
        throw new EpiloopError('refused', 'the config was not changed', { path });
      host.notices.push(
        `changed ${changed.map((each) => each.path).join(', ')}; a running gateway restarts on it`,
      );
    },
  };
}

function byHand(path: string, to: string): string {
  return `rename auth.profiles["${LEGACY_ID}"] to "${to}" in ${path}, in auth.order too`;
}
