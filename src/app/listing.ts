import type { Edit, FileWritten } from '../config/write.ts';
import type { CredentialType } from '../domain/credential.ts';
import type { ConfigMode } from '../domain/host-config.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import * as profiles from '../store/profiles.ts';
import type { ConfigChange } from './changes.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import type { Situation } from './situation.ts';

/**
 * Where the config lists profiles of a provider, unlisted ones are invisible to the gateway, so
 * that what was entered is listed too. Claude Code's profile takes both kinds of login.
 */
export async function listProfile(
  host: Host,
  {
    id,
    provider,
    type,
  }: { readonly id: string; readonly provider: string; readonly type: CredentialType },
): Promise<readonly ConfigChange[]> {
  const mode: ConfigMode = id === 'anthropic:claude-cli' && type === 'token' ? 'oauth' : type;
  return editHostConfig(host, {
    event: 'config_profile_listed',
    subject: id,
    after: { mode },
    edits: [
      { kind: 'set_profile', id, profile: { provider, mode } },
      { kind: 'move_to_front', provider, id },
    ],
    byHand: `set auth.profiles["${id}"] to { provider: "${provider}", mode: "${type}" }`,
  });
}

export interface ConfigRequest {
  /** of the history rows, one for each file */
  readonly event: string;
  readonly subject: string;
  /** told beside the file's hash */
  readonly after: { readonly [key: string]: Json };
  readonly edits: readonly Edit[];
  /** what a person is to do where we may not write */
  readonly byHand: string;
}

/** Edits the config in place, or says what is to be done where EPILOOP_NIX_MODE forbids that. */
export async function editHostConfig(
  host: Host,
  { event, subject, after: told, edits, byHand: hint }: ConfigRequest,
): Promise<readonly ConfigChange[]> {
  if (host.effects.env.EPILOOP_NIX_MODE === '1') {
    const message = 'EPILOOP_NIX_MODE forbids writing the config';
    host.findings.push({ reason: 'config_upgrade_pending', message, hint, exit: 0 });
    return [];
  }
  const { editConfig } = await import('../config/write.ts');
  const written = editConfig({
    path: host.paths.configPath,
    files: host.files,
    hash: host.store.hash,
    env: (name) => host.effects.env[name],
    edits,
  });
  if (edits.some((edit) => edit.kind === 'set_profile' && edit.profile.mode === 'oauth')) {
    forgetPending(host, subject);
  }
  host.store.transaction(() => {
    for (const file of written?.files ?? []) recordConfig(host, { event, subject, told }, file);
  });
  return written?.files.map(({ path, backup }) => ({ path, backup })) ?? [];
}

/** What the run told when it began is true no more. */
function forgetPending({ findings }: Host, id: string): void {
  const at = findings.findIndex(({ reason, profileId }) => {
    return reason === 'config_upgrade_pending' && profileId === id;
  });
  if (at >= 0) findings.splice(at, 1);
}

/** Remembers what was done to one file of the config, with all that undoing it takes. */
export function recordConfig(
  host: Host,
  what: {
    readonly event: string;
    readonly subject: string;
    readonly told: { readonly [key: string]: Json };
  },
  { path, before, after, backup, trace }: FileChanged,
): number {
  const { event, subject, told } = what;
  return record(host, {
    event,
    subject,
    path,
    ...(before !== undefined && { before: { file: before.slice(0, 8) } }),
    after: {
      ...told,
      ...(after !== undefined && { file: after.slice(0, 8) }),
      ...(backup !== undefined && { backup }),
      // as JSON has it: what is absent is left out
      ...(trace !== undefined && (JSON.parse(JSON.stringify(trace)) as JsonObject)),
    },
  });
}

type FileChanged = Omit<FileWritten, 'inPlace'>;

/** Takes a removed profile out of the config as well, unless another agent still has one of its name. */
export async function unlistProfile(
  { host, config }: Pick<Situation, 'host' | 'config'>,
  id: string,
): Promise<readonly ConfigChange[]> {
  const { profiles: listed, order } = config.auth;
  const isNamed = listed.has(id) || [...order.values()].some((ids) => ids.includes(id));
  if (!isNamed || profiles.named(host.store.db, id).length > 0) return [];
  return editHostConfig(host, {
    event: 'config_profile_unlisted',
    subject: id,
    after: {},
    edits: [{ kind: 'remove_profile', id }],
    byHand: `remove auth.profiles["${id}"], and take it out of auth.order`,
  });
}
