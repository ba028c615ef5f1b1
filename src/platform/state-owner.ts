import { type Stats, statSync } from 'node:fs';
import { EpiloopError, systemCode } from '../errors.ts';
import type { Owner } from './owner.ts';

/**
 * Who we are towards the files of one state directory. Root on another user's state becomes that
 * user, for good and before anything is opened: in his folders he can put links to what only root
 * may read or write, and a login of root's own is nothing to hand to him.
 */
export function ownerFor(stateDir: string): Owner {
  const euid = process.geteuid?.() ?? -1;
  if (euid !== 0) return { euid };
  const stat = look(stateDir);
  if (stat === undefined || stat.uid === 0) return { euid };
  become(stat, stateDir);
  return { euid: stat.uid };
}

/** Throws `refused` where root has lost that right (a container without CAP_SETUID). */
function become({ uid, gid }: Stats, stateDir: string): void {
  try {
    process.setgroups?.([gid]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (cause) {
    if (systemCode(cause) === undefined) throw cause;
    throw new EpiloopError(
      'refused',
      `${stateDir} belongs to uid ${uid}, and root may not become it`,
      {
        path: stateDir,
        hint: `run it as uid ${uid}`,
        cause,
      },
    );
  }
}

/** Undefined where there is none, or none to be reached: opening the store tells why. */
function look(stateDir: string): Stats | undefined {
  try {
    return statSync(stateDir, { throwIfNoEntry: false });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
