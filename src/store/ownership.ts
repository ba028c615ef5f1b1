import type { Stats } from 'node:fs';
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EpiloopError, quoted, systemCode } from '../errors.ts';

/**
 * The rules of who may own and write what we trust. On systems without user ids
 * every file is ours and modes mean nothing.
 */

/** @returns the folder as it is, links followed; undefined when there is none */
export function checkFolder(folder: string): Stats | undefined {
  const stats = look(folder, statSync);
  if (stats === undefined) return undefined;
  if (!stats.isDirectory()) {
    const hint = 'move it away';
    throw new EpiloopError('cannot_create', `${folder} is no folder`, { path: folder, hint });
  }
  if (process.geteuid === undefined) return stats;
  refuseForeign(folder, stats, stats);
  for (const path of withParents(folder)) refuseOpenFolder(path, folder);
  return stats;
}

/**
 * A file that only we may have put there: regular, ours, with one name, not writable by everyone.
 * @returns undefined when there is none
 */
export function checkFile(path: string, folder: Stats): Stats | undefined {
  const stats = look(path, lstatSync);
  if (stats === undefined) return undefined;
  if (!stats.isFile()) {
    throw refused(path, `is ${kindOf(stats)}, not a regular file`, 'move it away');
  }
  if (process.geteuid === undefined) return stats;
  refuseForeign(path, stats, folder);
  if (stats.nlink !== 1) {
    throw refused(path, `has ${stats.nlink} names (hard links)`, 'remove the others');
  }
  if ((stats.mode & 0o002) !== 0) {
    throw refused(path, 'is writable by everyone', `chmod 600 ${quoted(path)}`);
  }
  return stats;
}

/** Who else gets at a file that passed the checks. */
export function openTo(file: Stats, folder: Stats): 'readable' | 'writable' | undefined {
  if (process.geteuid === undefined) return undefined;
  if ((file.mode & 0o020) !== 0 || (folder.mode & 0o020) !== 0) return 'writable';
  return (file.mode & 0o044) === 0 ? undefined : 'readable';
}

/** Ours: of the effective user or of root; for root also of whoever owns the state folder. */
function refuseForeign(path: string, stats: Stats, folder: Stats): void {
  const euid = process.geteuid?.();
  if (euid === undefined || stats.uid === euid || stats.uid === 0) return;
  if (euid === 0 && stats.uid === folder.uid) return;
  const who = `belongs to uid ${stats.uid}, this is uid ${euid}`;
  throw refused(path, who, `run it as uid ${stats.uid}${orTake(path, stats, folder)}`);
}

/** Who owns the folder too owns the state: taking a file of it, or a folder, is no remedy. */
function orTake(path: string, file: Stats, folder: Stats | undefined): string {
  const euid = process.geteuid?.();
  if (file.isDirectory() || folder?.uid === file.uid || euid === undefined) return '';
  return `, or chown ${euid} ${quoted(path)}`;
}

function refuseOpenFolder(path: string, folder: string): void {
  const mode = look(path, statSync)?.mode ?? 0;
  if ((mode & 0o002) === 0 || (mode & 0o1000) !== 0) return;
  // a folder above may be shared on purpose: closing it would be no remedy
  const elsewhere = 'name a state directory elsewhere with --state-dir or EPILOOP_STATE_DIR';
  const hint = path === folder ? `chmod o-w ${quoted(path)}` : elsewhere;
  throw refused(path, 'is writable by everyone', hint);
}

/** The folder and all above it, as typed and, where a link leads elsewhere, as they really are. */
function withParents(folder: string): Set<string> {
  const paths = new Set<string>();
  for (const start of [folder, realpathSync.native(folder)]) {
    for (let path = start; !paths.has(path); path = dirname(path)) paths.add(path);
  }
  return paths;
}

function look(path: string, stat: (path: string) => Stats): Stats | undefined {
  try {
    return stat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw translateSystem(error, path);
  }
}

/** An error of the file system: `refused` where we are not let in, `io` for the rest. */
export function translateSystem(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const options = { path, cause: error };
  if (code === 'EACCES' || code === 'EPERM') return notPermitted(path, error);
  if (code === 'ENOTDIR') {
    const hint = 'move away what stands in its place';
    return new EpiloopError('cannot_create', `a part of ${path} is no folder`, {
      ...options,
      hint,
    });
  }
  if (code === 'ELOOP') {
    const hint = 'mend the links or remove them';
    return new EpiloopError('bad_data', `${path}: its links lead nowhere`, { ...options, hint });
  }
  const hint = 'check the disk and its mounts';
  return new EpiloopError('io', `${path} cannot be read (${code})`, { ...options, hint });
}

/** Whose it is, or whose the folder is that does not let us in, and the remedy. */
export function notPermitted(path: string, cause: unknown): EpiloopError {
  const euid = process.geteuid?.();
  const seen = nearestVisible(path);
  const message = `${path} may not be read by this user`;
  if (seen === undefined || euid === undefined) {
    return new EpiloopError('refused', message, { path, hint: 'let this user read it', cause });
  }
  const { at, stats } = seen;
  const what = at === path ? 'it' : at;
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
  const chmod = `chmod ${stats.isDirectory() ? 'u+rwx' : 'u+rw'} ${quoted(at)}`;
  const theirs = `run it as uid ${stats.uid}${orTake(at, stats, look(dirname(at), statSync))}`;
  return new EpiloopError(
    'refused',
    `${message}: ${what} belongs to uid ${stats.uid} with mode ${mode}, this is uid ${euid}`,
    { path, hint: stats.uid === euid ? chmod : theirs, cause },
  );
}

/** The file, or the nearest folder above it, that we may look at. */
function nearestVisible(path: string): { at: string; stats: Stats } | undefined {
  for (let at = path; ; at = dirname(at)) {
    try {
      return { at, stats: lstatSync(at) };
    } catch (error) {
      if (systemCode(error) === undefined || at === dirname(at)) return undefined;
    }
  }
}

function refused(path: string, why: string, hint?: string): EpiloopError {
  return new EpiloopError('refused', `${path} ${why}`, { path, hint });
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isDirectory()) return 'a folder';
  return stats.isFIFO() ? 'a pipe' : 'a device or socket';
}
