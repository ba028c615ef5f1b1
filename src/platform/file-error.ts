import { type BigIntStats, readlinkSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EpiloopError, quoted, systemCode } from '../errors.ts';
import { linkStatOf } from './file-stat.ts';
import { isOurs, type Owner } from './owner.ts';

/**
 * A system error as ours: `refused` where permission is missing (says whose it is, its mode and the
 * remedy), `cannot_create` on a read-only file system, `io` for the rest.
 */
export function fileError(owner: Owner, verb: 'read' | 'write', path: string, cause: unknown) {
  if (cause instanceof EpiloopError) return cause;
  const code = systemCode(cause);
  if (code === 'EACCES' || code === 'EPERM') return accessError(owner, verb, path, cause);
  if (code === 'ELOOP' || code === 'ERR_INVALID_ARG_VALUE') {
    const [why, hint] =
      code === 'ELOOP'
        ? ['its links lead nowhere', 'mend the links or remove them']
        : ['this can be no path', 'name another file'];
    return new EpiloopError('bad_data', `cannot ${verb} ${path}: ${why}`, { path, cause, hint });
  }
  return new EpiloopError(
    code === 'EROFS' ? 'cannot_create' : 'io',
    `cannot ${verb} ${path}: ${code ?? 'unknown error'}`,
    { path, cause, hint: hints.get(code ?? '') },
  );
}

const hints: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'make space on that disk, then try again'],
  ['EDQUOT', 'make space within the quota, then try again'],
  ['EROFS', 'that file system is mounted read-only'],
  ['EMFILE', 'too many open files: raise ulimit -n'],
  ['ENFILE', 'too many open files on this host'],
]);

function accessError(owner: Owner, verb: string, path: string, cause: unknown): EpiloopError {
  const seen = nearestVisible(isAbout(cause, path) ? path : dirname(path), MAX_LINKS);
  const details = { path, cause };
  if (seen === undefined) {
    return new EpiloopError('refused', `cannot ${verb} ${path}: not permitted`, details);
  }
  const mode = (seen.stat.mode & 0o7777n).toString(8).padStart(4, '0');
  const kind = seen.stat.isDirectory() ? 'the folder' : 'its target';
  const what = seen.path === path ? 'it' : `${kind} ${seen.path}`;
  return new EpiloopError(
    'refused',
    `cannot ${verb} ${path}: ${what} belongs to uid ${seen.stat.uid} with mode ${mode}, ` +
      `we are uid ${owner.euid}`,
    { ...details, hint: remedy(owner, seen.path, seen.stat) },
  );
}

/** Temp files, renames and folders fail because of the folder, not of the file or a link's target. */
function isAbout(cause: unknown, path: string): boolean {
  if (!(cause instanceof Error) || !('path' in cause) || 'dest' in cause) return false;
  return cause.path === path || cause.path === tried(() => realpathSync.native(path));
}

function remedy(owner: Owner, path: string, stat: BigIntStats): string {
  const bits = stat.isDirectory() ? 'u+rwx' : 'u+rw';
  if (stat.uid === BigInt(owner.euid)) return `chmod ${bits} ${quoted(path)}`;
  // a folder above may be anything, the root's home too: giving it away would be no remedy
  if (stat.isDirectory()) return `run it as uid ${stat.uid}`;
  const user = `chown ${owner.euid} ${quoted(path)} && chmod ${bits} ${quoted(path)}`;
  return isOurs(owner, stat.uid) ? user : `run it as uid ${stat.uid}, or ${user}`;
}

/** As many as Linux follows (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * The file or folder, or the nearest folder above it, that we may look at. A link's own mode and
 * folder shut nobody out: where it leads is looked at instead.
 */
function nearestVisible(
  path: string,
  links: number,
): { path: string; stat: BigIntStats } | undefined {
  const stat = tried(() => linkStatOf(path));
  if (stat?.isSymbolicLink() && links > 0) {
    const target = tried(() => readlinkSync(path));
    const folder = tried(() => realpathSync.native(dirname(path))) ?? dirname(path);
    if (target !== undefined) return nearestVisible(resolve(folder, target), links - 1);
  }
  if (stat !== undefined) return { path, stat };
  return dirname(path) === path ? undefined : nearestVisible(dirname(path), links);
}

/** Undefined: not permitted either, and the folder above it tells why. */
function tried<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
