import type { Stats } from 'node:fs';
import { accessSync, closeSync, constants, fchownSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { EpiloopError, systemCode } from '../errors.ts';
import { checkFile, checkFolder, notPermitted, openTo } from './ownership.ts';

/** SQLite's files beside a database; the first two can hold what the database lacks. */
export const sidecars = ['-wal', '-journal', '-shm'] as const;

export interface StateFile {
  readonly openTo: 'readable' | 'writable' | undefined;
  /** a write-ahead log or a rollback journal stands beside it: it is in use, or a run was killed */
  readonly unfinished: boolean;
}

/**
 * Makes sure that `path` may be opened for writing: state folder 0700 and file 0600, made when they
 * are missing, and nothing there that is not ours. It works on names only, since closing a descriptor
 * of a database would drop the locks that SQLite holds on it in this process.
 * Throws `refused`, `cannot_create` (missing or not writable, and no way to change it), `bad_data`.
 */
export function prepareStateFile(path: string): StateFile {
  const folder = stateFolder(dirname(path));
  const found = checkFile(path, folder);
  if (found === undefined) {
    checkSize(path, 0, checkSidecars(path, folder));
    createPrivate(path, folder);
  }
  // The log first: whoever makes a database writes to it before there is a log.
  const unfinished = checkSidecars(path, folder);
  const file = checkFile(path, folder);
  if (file === undefined) throw new EpiloopError('busy', `${path} vanished`, { path });
  checkSize(path, file.size, unfinished);
  requireAccess(path);
  return { openTo: openTo(file, folder), unfinished: unfinished.size > 0 };
}

/** Sizes of what stands beside the database, without what is empty; `-shm` is only checked. */
export function checkSidecars(path: string, folder: Stats): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const suffix of sidecars) {
    const stats = checkFile(path + suffix, folder);
    if (stats !== undefined && stats.size > 0 && suffix !== '-shm') sizes.set(suffix, stats.size);
  }
  return sizes;
}

/**
 * An empty file is a new database, unless a log stands beside it: SQLite would throw that away, and
 * with it the only copy of what it holds. It would also take a single byte for an empty file.
 */
export function checkSize(
  path: string,
  size: number,
  unfinished: ReadonlyMap<string, number>,
): void {
  // While there is a log, it holds what the file still lacks.
  const isTorn = size % smallestDatabase !== 0 && unfinished.size === 0;
  if ((size > 0 && size < smallestDatabase) || isTorn) {
    const what = isTorn ? 'is no SQLite database, or a part of one' : 'is no SQLite database';
    throw new EpiloopError('bad_data', `${path} ${what}`, {
      path,
      hint: 'move it away to start anew, or bring it back from a backup',
    });
  }
  if (size > 0 || !unfinished.has('-wal')) return;
  throw new EpiloopError('bad_data', `${path} is missing or empty, but ${path}-wal is not`, {
    path,
    hint: `bring the database back from a backup, or move ${path}-wal away to start anew`,
  });
}

/** One page of the smallest size (sqlite.org/fileformat2.html). */
const smallestDatabase = 512;

function stateFolder(folder: string): Stats {
  const found = checkFolder(folder);
  if (found !== undefined) return found;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotCreate(folder, error);
  }
  const made = checkFolder(folder);
  if (made === undefined) throw new EpiloopError('cannot_create', `${folder} vanished`);
  return made;
}

/** O_EXCL: 0600 from before it is opened, and never through a link that somebody put there. */
function createPrivate(path: string, folder: Stats): void {
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
    const fd = openSync(path, flags | (constants.O_NOFOLLOW ?? 0), 0o600);
    try {
      if (process.geteuid?.() === 0) fchownSync(fd, folder.uid, folder.gid);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // Another first run was quicker; what it made is checked like any other file.
    if (systemCode(error) !== 'EEXIST') throw cannotCreate(path, error);
  }
}

function requireAccess(path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw notPermitted(path, error);
  }
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cannotCreate(path, error);
  }
}

function cannotCreate(path: string, error: unknown): EpiloopError {
  const reason = systemCode(error) ?? 'unknown error';
  return new EpiloopError('cannot_create', `${path} cannot be written (${reason})`, {
    path,
    hint: 'check the permissions and the disk, or choose another place with --state-dir',
    cause: error,
  });
}
