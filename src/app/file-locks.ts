import { EpiloopError } from '../errors.ts';
import type { LockRule } from '../mirror/lock-folder.ts';
import type { Host } from './host.ts';
import { lockRecord } from './lock-record.ts';

export interface WantedLock {
  /** what is locked, absolute; the lock is this name plus `.lock` */
  readonly path: string;
  /** undefined: the gateway's */
  readonly rule?: LockRule | undefined;
}

/**
 * Does `work` while this run holds all of these locks, taken in this order. Throws `busy` when one
 * of them could not be had before `deadline` (ms since the epoch); then nothing was done.
 */
export async function withLocks<T>(
  host: Host,
  wanted: readonly WantedLock[],
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...rest] = wanted;
  if (first === undefined) return work();
  const { path, rule } = first;
  const { withLock } = await import('../mirror/lock.ts');
  const waitMs = Math.max(0, deadline - host.effects.now());
  const locked = await withLock(path, { waitMs, rule, ...lockRecord(host) }, async () => {
    host.held.add(path);
    try {
      return await withLocks(host, rest, deadline, work);
    } finally {
      host.held.delete(path);
    }
  });
  if (locked.held) return locked.value;
  throw new EpiloopError('busy', `${path} is locked by another program`, {
    path,
    hint: 'try again when it is done',
  });
}
