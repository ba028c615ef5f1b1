import { type BigIntStats, fstatSync, lstatSync, statSync } from 'node:fs';
import { EpiloopError, systemCode } from '../errors.ts';
import type { FileStamp } from '../ports.ts';

/** What the name stands for, links followed; undefined where nothing is (ENOENT, ENOTDIR). */
export function statOf(path: string): BigIntStats | undefined {
  return presentOnly(() => statSync(path, { bigint: true, throwIfNoEntry: false }));
}

/** As `statOf`, and a link is itself. */
export function linkStatOf(path: string): BigIntStats | undefined {
  return presentOnly(() => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
}

/** A file where a folder should be on the way: nothing is there either. */
function presentOnly(look: () => BigIntStats | undefined): BigIntStats | undefined {
  try {
    return look();
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

export function descriptorStat(descriptor: number): BigIntStats {
  return fstatSync(descriptor, { bigint: true });
}

export function stampOf(stat: BigIntStats): FileStamp {
  return {
    id: `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`,
    size: Number(stat.size),
    modifiedAt: Number(stat.mtimeMs),
    changedAt: Number(stat.ctimeMs),
  };
}

/** The same file with the same bytes; a rename, a chmod or a lost name does not count. */
export function sameBytes(a: BigIntStats, b: BigIntStats): boolean {
  return sameFile(a, b) && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

export function sameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/** Throws unless it is a regular file: `refused` for a link, `bad_data` for the other kinds. */
export function refuseOddKinds(path: string, stat: BigIntStats): void {
  if (stat.isFile()) return;
  const kind = kindOf(stat);
  const code = stat.isSymbolicLink() ? 'refused' : 'bad_data';
  throw new EpiloopError(code, `${path} is ${kind}, not a regular file`, {
    path,
    hint: 'move it away and put a regular file there',
  });
}

function kindOf(stat: BigIntStats): string {
  if (stat.isSymbolicLink()) return 'a symbolic link';
  if (stat.isDirectory()) return 'a folder';
  if (stat.isFIFO()) return 'a named pipe';
  if (stat.isSocket()) return 'a socket';
  return 'a device';
}
