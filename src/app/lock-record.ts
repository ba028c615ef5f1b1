import * as locks from '../store/locks.ts';
import type { Host } from './host.ts';

/** A lock that we hold this long is forgotten, not held. */
const HELD_AT_MOST_MS = 30_000;

/** Notes in the store which file locks this run holds, so that the next one can clear a dead one. */
export function lockRecord(host: Host) {
  const { processes } = host.effects;
  const { db } = host.store;
  const self = processes.self();
  return {
    onTaken: (path: string, mark: string) =>
      locks.take(db, {
        path,
        mark,
        pid: self.pid,
        processStarted: self.startedAt,
        bootId: self.bootId,
        deadline: host.effects.now() + HELD_AT_MOST_MS,
      }),
    onReleased: (path: string) =>
      void locks.release(db, { path, pid: self.pid, processStarted: self.startedAt }),
    isOurDead: (path: string, mark: string) => {
      const row = locks.list(db).find((each) => each.path === path && each.mark === mark);
      if (row === undefined) return false;
      const { pid, processStarted: startedAt, bootId } = row;
      return !processes.isAlive({ pid, startedAt, bootId });
    },
  };
}
