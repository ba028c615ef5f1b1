import { systemCode } from '../errors.ts';
import * as locks from '../store/locks.ts';
import type { Store } from '../store/store.ts';
import type { Processes } from './effects.ts';

/**
 * Removes the locks that killed runs of ours left behind, whether or not their files are to be
 * written: the gateway would wait 30 s before it took them for dead.
 */
export async function clearDeadLocks(store: Store, processes: Processes): Promise<void> {
  for (const row of locks.list(store.db)) {
    const { pid, processStarted: startedAt, bootId } = row;
    if (processes.isAlive({ pid, startedAt, bootId })) continue;
    if (await clear(row)) locks.release(store.db, row);
  }
}

async function clear({ path, mark }: locks.LockRow): Promise<boolean> {
  const { removeLock, seeLock } = await import('../mirror/lock-folder.ts');
  try {
    const seen = seeLock(path);
    if (seen?.mark === mark) removeLock(path, seen);
    return true;
  } catch (error) {
    // out of our reach for now: the note stays, and the 30 s rule still holds
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
