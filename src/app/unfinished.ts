import { EpiloopError } from '../errors.ts';
import * as credentials from '../store/credentials.ts';
import * as leases from '../store/leases.ts';
import { claudeRefreshLocks } from './claude-share.ts';
import { withLocks } from './file-locks.ts';
import type { Host } from './host.ts';
import { isAlive } from './lease.ts';
import { claudePath, claudesRefresh } from './login-owners.ts';
import { owed, writeBack } from './write-back.ts';

/** ms; Claude Code itself waits about as long for its locks */
const AT_MOST_MS = 15_000;

/** `done`: nothing is owed; else why it still is, which is a finding too */
export type Finished = 'done' | 'busy' | 'failed';

/**
 * What killed runs left of their refreshes: Claude Code is given the login whose token they spent,
 * and leases of which nothing came are forgotten. Those that are in doubt stay, for the next use.
 * @param waitMs for Claude Code's locks
 */
export async function finishAll(host: Host, rows: readonly leases.LeaseRow[], waitMs: number) {
  for (const row of rows) {
    if (isAlive(host, row)) continue;
    if (row.state === 'write_back') await finish(host, row, waitMs);
    else if (row.state === 'taken' && !row.doubtful) forget(host, row);
  }
}

/** The same for one login, before it is refreshed again. */
export async function finishWriteBack(
  host: Host,
  credentialId: number,
  waitMs: number,
): Promise<Finished> {
  const row = leases.get(host.store.db, credentialId);
  if (row?.state !== 'write_back' || isAlive(host, row)) return 'done';
  return finish(host, row, waitMs);
}

async function finish(host: Host, row: leases.LeaseRow, waitMs: number): Promise<Finished> {
  const path = claudePath(host);
  if (path === undefined) return forget(host, row);
  try {
    if (!holdsSpent(host, path, row)) return forget(host, row);
    const deadline = host.effects.now() + Math.min(waitMs, AT_MOST_MS);
    const locks = await claudeRefreshLocks(path);
    return await withLocks(host, locks, deadline, () => tell(host, path, row));
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    host.findings.push(owed(path, error));
    return error.code === 'busy' ? 'busy' : 'failed';
  }
}

async function tell(host: Host, path: string, row: leases.LeaseRow): Promise<Finished> {
  const next = credentials.get(host.store.db, row.credential)?.credential;
  if (next?.type !== 'oauth') return forget(host, row);
  const isSpent = (hash: string) => hash === row.refreshHash;
  return (await writeBack(host, path, isSpent, next)) ? forget(host, row) : 'failed';
}

function holdsSpent(host: Host, path: string, { refreshHash }: leases.LeaseRow): boolean {
  const theirs = claudesRefresh(host, path);
  return theirs !== undefined && host.store.hash(theirs.reveal()) === refreshHash;
}

/** Unless another run has made something else of it meanwhile. */
function forget(host: Host, { credential, state, since }: leases.LeaseRow): 'done' {
  const { db } = host.store;
  host.store.transaction(() => {
    const now = leases.get(db, credential);
    if (now?.state === state && now.since === since) leases.remove(db, credential);
  });
  return 'done';
}
