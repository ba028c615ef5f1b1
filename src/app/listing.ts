import type { Edit } from '../config/write.ts';
import type { CredentialType } from '../domain/credential.ts';
import type { ConfigMode } from '../domain/host-config.ts';
import type { Json } from '../domain/json.ts';
import type { ConfigChange } from './changes.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';

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
  host.store.transaction(() => {
    for (const { path, before, after, backup } of written?.files ?? []) {
      record(host, {
        event,
        subject,
        path,
        ...(before !== undefined && { before: { file: before.slice(0, 8) } }),
        after: { ...told, file: after.slice(0, 8), ...(backup !== undefined && { backup }) },
      });
    }
  });
  return written?.files.map(({ path, backup }) => ({ path, backup })) ?? [];
}
