import { type Stats, statSync } from 'node:fs';
import { systemCode } from '../errors.ts';
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
  process.setgroups?.([stat.gid]);
  process.setgid?.(stat.gid);
  process.setuid?.(stat.uid);
  return { euid: stat.uid };
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
