import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { EpiloopError } from '../errors.ts';
import type { Standing } from '../ports.ts';
import { linkStatOf, statOf } from './file-stat.ts';
import { type Owner, openTo } from './owner.ts';

// Windows has neither of the two
const NO_SURPRISE = (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);

/** See `MirrorFiles.standing`. */
export function standing(owner: Owner, path: string): Standing | undefined {
  const stat = process.platform === 'win32' ? undefined : statOf(path);
  if (stat === undefined) return undefined;
  return {
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    isOurs: owns(owner, stat),
    isFolder: stat.isDirectory(),
  };
}

/** See `MirrorFiles.restrict`. */
export function restrict(owner: Owner, path: string): void {
  if (linkStatOf(path) === undefined) return;
  const above = statOf(dirname(path));
  const isFixed = above !== undefined && (openTo(above) !== 'writable' || isSticky(above));
  const descriptor = fs.openSync(path, fs.constants.O_RDONLY | NO_SURPRISE);
  try {
    const stat = fs.fstatSync(descriptor, { bigint: true });
    const fits = stat.isDirectory() || (stat.isFile() && stat.nlink === 1n);
    if (!fits || !isFixed || !owns(owner, stat)) {
      throw new EpiloopError('refused', `${path} is not ours to close to others`, { path });
    }
    fs.fchmodSync(descriptor, stat.isDirectory() ? 0o700 : 0o600);
  } finally {
    if (!database.test(path)) fs.closeSync(descriptor);
  }
}

/** Closing one of these would drop the locks that SQLite holds on it: they stay open to the end. */
const database = /\.sqlite(?:-wal|-shm)?$/;

function isSticky({ mode }: fs.BigIntStats): boolean {
  return (mode & 0o1000n) !== 0n;
}

/** Root's files count here only where root runs: anybody else could not change their modes. */
function owns({ euid, stateOwner }: Owner, { uid }: fs.BigIntStats): boolean {
  return Number(uid) === euid || (euid === 0 && Number(uid) === stateOwner?.uid);
}
