import type { ModeUpgrade } from '../config/read.ts';
import type { Finding } from '../domain/finding.ts';
import type { HostConfig } from '../domain/host-config.ts';
import type { JsonObject } from '../domain/json.ts';
import { EpiloopError } from '../errors.ts';
import * as history from '../store/history.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';

/**
 * The seed's "auto-migrated on load": a config that still says mode `token` for the profile of
 * Claude Code's login hides it from the gateway once it is an OAuth login. Really written, once,
 * in the file that owns the key; a question only pretends, and where it must not or cannot be
 * written, or was undone, the config stays as it is and the run says so.
 */
export async function upgradeConfig(
  host: Host,
  config: HostConfig,
  upgrade: ModeUpgrade,
  { pretend }: { readonly pretend: boolean },
): Promise<HostConfig> {
  const undoing = undoneUpgrade(host, upgrade);
  if (undoing !== undefined) {
    remark(host, upgrade, UNDONE, `epiloop undo ${undoing} makes it oauth again`);
    return config;
  }
  if (host.effects.env.EPILOOP_NIX_MODE === '1') {
    remark(host, upgrade, 'EPILOOP_NIX_MODE forbids writing the config');
    return config;
  }
  if (pretend || !host.options.sync) return upgraded(config, upgrade);
  if (!host.writes) {
    remark(host, upgrade, 'the state cannot be written');
    return config;
  }
  const { upgradeMode } = await import('../config/write.ts');
  try {
    const written = upgradeMode({ upgrade, files: host.files, hash: host.store.hash });
    if (written === undefined) return config;
    host.store.transaction(() =>
      record(host, {
        event: 'config_mode_upgraded',
        subject: upgrade.profileId,
        path: upgrade.file,
        before: { mode: 'token', file: written.before.slice(0, 8) },
        after: {
          mode: 'oauth',
          file: written.after.slice(0, 8),
          backup: written.backup,
          // as JSON has it: what is absent is left out
          ...(JSON.parse(JSON.stringify(written.trace)) as JsonObject),
        },
      }),
    );
    host.notices.push(
      `changed auth.profiles["${upgrade.profileId}"].mode from token to oauth in ${upgrade.file}${written.inPlace ? ' (in place)' : ''}; a running gateway restarts on it`,
    );
    return upgraded(config, upgrade);
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    remark(host, upgrade, error.message);
    return config;
  }
}

const UNDONE = 'its upgrade was undone';

/** A person wants it so: nothing is left to do about it. */
export function isWanted({ reason, message }: Finding): boolean {
  return reason === 'config_upgrade_pending' && message.endsWith(UNDONE);
}

/** An upgrade that somebody undid is not made again until he takes that back. */
function undoneUpgrade(host: Host, { file, profileId }: ModeUpgrade): number | undefined {
  const latest = history
    .ofSubject(host.store.db, file, profileId)
    .findLast(({ event }) => event.startsWith('config_mode_'));
  return latest?.event === 'config_mode_restored' ? latest.id : undefined;
}

function remark(
  host: Host,
  upgrade: ModeUpgrade,
  why: string,
  hint = `set it to "oauth" in ${upgrade.file}`,
): void {
  host.findings.push({
    reason: 'config_upgrade_pending',
    message: `auth.profiles["${upgrade.profileId}"].mode is still token: ${why}`,
    hint,
    profileId: upgrade.profileId,
    path: upgrade.file,
    exit: 0,
  });
}

function upgraded(config: HostConfig, { profileId }: ModeUpgrade): HostConfig {
  const entry = config.auth.profiles.get(profileId);
  if (entry === undefined) return config;
  const profiles = new Map(config.auth.profiles).set(profileId, { ...entry, mode: 'oauth' });
  return { ...config, auth: { ...config.auth, profiles } };
}
