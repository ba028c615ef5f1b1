import { type BigIntStats, closeSync, constants, fchownSync, fstatSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { EpiloopError, quoted } from '../errors.ts';
import { statOf } from './file-stat.ts';

/** Whose files we read and write. */
export interface Owner {
  /** the user that we run as; -1 where the system has no such thing */
  readonly euid: number;
  /** as root: whose state directory it is; he owns what we make, and his files are ours too */
  readonly stateOwner?: { readonly uid: number; readonly gid: number } | undefined;
}

const windows = process.platform === 'win32';

/** Owned by our user or by root; as root, by the state directory's owner too. */
export function isOurs(owner: Owner, uid: bigint): boolean {
  if (windows || uid === 0n || uid === BigInt(owner.euid)) return true;
  return owner.euid === 0 && uid === BigInt(owner.stateOwner?.uid ?? 0);
}

/** Throws `refused` for a file or folder of somebody else. */
export function refuseForeign(owner: Owner, path: string, stat: BigIntStats): void {
  if (isOurs(owner, stat.uid)) return;
  const whose = `belongs to uid ${stat.uid}, we are uid ${owner.euid}`;
  // a folder may be anybody's home: taking it over would be no remedy
  const otherwise = stat.isDirectory() ? '' : `, or chown ${owner.euid} ${quoted(path)}`;
  const hint = `run it as uid ${stat.uid}${otherwise}`;
  throw new EpiloopError('refused', `${path} ${whose}`, { path, hint });
}

/** Throws `refused` for a link that somebody else made, or may put another in the place of. */
export function refuseForeignLink(owner: Owner, path: string, link: BigIntStats): void {
  const hint = 'put the file itself there instead of the link';
  if (!isOurs(owner, link.uid)) {
    const whose = `belongs to uid ${link.uid}, we are uid ${owner.euid}`;
    throw new EpiloopError('refused', `${path} is a symbolic link that ${whose}`, { path, hint });
  }
  const folder = dirname(path);
  const stat = statOf(folder);
  if (stat === undefined || openTo(stat) !== 'writable') return;
  const why = `is a symbolic link in ${folder}, which others may write to`;
  throw new EpiloopError('refused', `${path} ${why}`, { path, hint });
}

/** Throws `refused` for a folder in which everybody may replace files. */
export function refuseWorldWritable(path: string, stat: BigIntStats): void {
  if (windows || (stat.mode & 0o002n) === 0n || (stat.mode & 0o1000n) !== 0n) return;
  throw new EpiloopError('refused', `everybody may write to the folder ${path}`, {
    path,
    hint: `chmod o-w ${quoted(path)}`,
  });
}

/** What others than the owner may do with it by its mode bits. */
export function openTo(stat: BigIntStats): 'readable' | 'writable' | undefined {
  if (windows) return undefined;
  if ((stat.mode & 0o022n) !== 0n) return 'writable';
  return (stat.mode & 0o044n) === 0n ? undefined : 'readable';
}

/** Gives what root has just made to the owner of the state directory. */
export function giveFile(owner: Owner, descriptor: number): void {
  const heir = heirOf(owner);
  if (heir !== undefined) fchownSync(descriptor, heir.uid, heir.gid);
}

export function giveFolder(owner: Owner, path: string): void {
  if (heirOf(owner) === undefined) return;
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    // what somebody else put in its place is not given away
    if (fstatSync(descriptor).uid === owner.euid) giveFile(owner, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function heirOf(owner: Owner): Owner['stateOwner'] {
  return owner.euid === 0 && owner.stateOwner?.uid !== 0 ? owner.stateOwner : undefined;
}
