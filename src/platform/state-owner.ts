import { statSync } from 'node:fs';
import type { Owner } from './owner.ts';

/** Who we are towards the files of one state directory. */
export function ownerFor(stateDir: string): Owner {
  const euid = process.geteuid?.() ?? -1;
  if (euid !== 0) return { euid };
  const stat = statSync(stateDir, { throwIfNoEntry: false });
  return { euid, stateOwner: stat === undefined ? undefined : { uid: stat.uid, gid: stat.gid } };
}
