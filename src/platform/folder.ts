import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EpiloopError, systemCode } from '../errors.ts';
import { statOf } from './file-stat.ts';
import { giveFolder, type Owner, refuseForeign, refuseWorldWritable } from './owner.ts';

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
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' || statOf(path)?.isDirectory() !== true) throw error;
    return;
  }
  chmodSync(path, 0o700);
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
