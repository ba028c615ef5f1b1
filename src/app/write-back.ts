import type { OAuth } from '../domain/credential.ts';
import { EpiloopError } from '../errors.ts';
import { withLocks } from './file-locks.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';

const WAIT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/**
 * Gives Claude Code the next pair of a login that it shares with us, under its own lock for writing
 * and only if its file still holds the token that was redeemed. The caller holds its locks for
 * refreshing. What cannot be written is a finding: the pair is stored, and the next run tries again.
 * @param isRedeemed is it told by its keyed hash?
 */
export async function writeBack(
  host: Host,
  path: string,
  isRedeemed: (hash: string) => boolean,
  next: OAuth,
): Promise<boolean> {
  const { claudeLocks, writeRule } = await import('../sources/claude-file.ts');
  const lock = { path: claudeLocks(path).write, rule: writeRule };
  try {
    await withLocks(host, [lock], host.effects.now() + WAIT_MS, async () =>
      write(host, path, isRedeemed, next),
    );
    return true;
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    host.findings.push(owed(path, error));
    return false;
  }
}

/** What is still to be done, and why it could not be. */
export function owed(path: string, { message }: EpiloopError) {
  return {
    reason: 'write_back_pending',
    message: `Claude Code has yet to be given its next login: ${message}`,
    hint: 'run epiloop models sync when that is mended, before Claude Code is used',
    path,
    exit: 0,
  } as const;
}

async function write(
  host: Host,
  path: string,
  isRedeemed: (hash: string) => boolean,
  { access, refresh, expiresAt }: OAuth,
): Promise<void> {
  const { withNextPair } = await import('../sources/claude-file.ts');
  const content = host.files.read(path, { maxBytes: MAX_BYTES, followLink: true });
  if (content === undefined || refresh === undefined || expiresAt === undefined) return;
  const isOld = (token: string) => isRedeemed(host.store.hash(token));
  const text = withNextPair(content.text, isOld, { access, refresh, expiresAt });
  if (text === undefined) return;
  host.files.replace(host.files.realPath(path), text);
  host.store.transaction(() =>
    record(host, { event: 'client_login_written', path, subject: 'anthropic:claude-cli' }),
  );
  host.notices.push(`gave Claude Code the refreshed login in ${path}`);
}
