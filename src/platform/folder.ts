import {
  type BigIntStats,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
} from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { EpiloopError, systemCode } from '../errors.ts';
import { linkStatOf, statOf } from './file-stat.ts';
import {
  giveFolder,
  type Owner,
  refuseForeign,
  refuseForeignLink,
  refuseWorldWritable,
} from './owner.ts';

/** Makes the missing ones of these folders 0700, whatever the umask; the last must be ours. */
export function makeFolder(owner: Owner, path: string): void {
  const stat = statOf(path);
  if (stat === undefined) makeMissing(owner, path);
  else refuseUnfit(owner, path, stat);
}

function makeMissing(owner: Owner, path: string): void {
  const above = dirname(path);
  // folders above ours may belong to anybody
  if (above !== path && statOf(above) === undefined) makeMissing(owner, above);
  // by its name nothing is put right afterwards: another may stand there by then
  const umask = process.umask(0o077);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' || statOf(path)?.isDirectory() !== true) throw error;
    return;
  } finally {
    process.umask(umask);
  }
  giveFolder(owner, path);
  syncFolder(above);
}

function refuseUnfit(owner: Owner, path: string, stat: BigIntStats): void {
  if (!stat.isDirectory()) {
    throw new EpiloopError('cannot_create', `${path} is not a folder`, {
      path,
      hint: 'move it away',
    });
  }
  refuseForeign(owner, path, stat);
  refuseWorldWritable(path, stat);
}

/** See `MirrorFiles.checkPlace`; one stat for each folder. */
export function checkPlace(owner: Owner, path: string, top: string): void {
  let folder = dirname(path);
  for (let left = depth(top, folder); left >= 0; left -= 1) {
    const stat = statOf(folder);
    if (stat?.isDirectory()) refuseUnfit(owner, folder, stat);
    folder = dirname(folder);
  }
  const link = linkStatOf(path);
  if (link?.isSymbolicLink()) refuseForeignLink(owner, path, link);
}

/** How many folders deep it lies below `top`; 0 for `top` itself and for what lies elsewhere. */
function depth(top: string, folder: string): number {
  const way = relative(top, folder);
  if (way === '' || isAbsolute(way)) return 0;
  const names = way.split(sep);
  return names[0] === '..' ? 0 : names.length;
}

/** Makes a rename in it durable. Windows cannot. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The names in it; none where it is absent. */
export function listFolder(path: string): readonly string[] {
  return statOf(path) === undefined ? [] : readdirSync(path);
}
