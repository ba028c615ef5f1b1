import { type Stats, statSync } from 'node:fs';
import { systemCode } from '../errors.ts';
import type { Owner } from './owner.ts';

/** Who we are towards the files of one state directory. */
export function ownerFor(stateDir: string): Owner {
  const euid = process.geteuid?.() ?? -1;
  if (euid !== 0) return { euid };
  const stat = look(stateDir);
  return { euid, stateOwner: stat === undefined ? undefined : { uid: stat.uid, gid: stat.gid } };
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
