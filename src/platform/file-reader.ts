import { type BigIntStats, closeSync, constants, openSync, readSync, realpathSync } from 'node:fs';
import { EpiloopError, systemCode } from '../errors.ts';
import type { BytesOptions, FileBytes, HeldFile, ReadOptions } from '../ports.ts';
import * as look from './file-stat.ts';
import { type Owner, openTo, refuseForeign, refuseForeignLink } from './owner.ts';
import { type Reading, settle } from './settle.ts';

// O_NONBLOCK: opening a pipe must not wait for its writer. Windows has neither of the two.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Reads a file whole; undefined where there is none. Throws untranslated system errors. */
export function readBytes(
  owner: Owner,
  path: string,
  options: BytesOptions,
): FileBytes | undefined {
  return settle(path, options.complete, () => {
    const descriptor = open(owner, path, options.followLink);
    if (descriptor === undefined) return undefined;
    try {
      return readAll(descriptor, path, options.maxBytes);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** As `readBytes`, and the descriptor stays open. */
export function holdFile(owner: Owner, path: string, options: BytesOptions): HeldFile | undefined {
  const descriptor = open(owner, path, options.followLink);
  if (descriptor === undefined) return undefined;
  const again = (complete: BytesOptions['complete']) =>
    settle(path, complete, () => readAll(descriptor, path, options.maxBytes));
  try {
    const first = again(options.complete);
    return { ...first, again, close: () => closeSync(descriptor) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** A file that is replaced between the look and the open is looked at anew. */
function open(
  owner: Owner,
  path: string,
  followLink: ReadOptions['followLink'],
): number | undefined {
  for (let attempt = 1; ; attempt += 1) {
    const stat = look.linkStatOf(path);
    if (stat === undefined) return undefined;
    try {
      const isFollowed = stat.isSymbolicLink() && followLink !== false;
      if (isFollowed && followLink === 'ours') refuseForeignLink(owner, path, stat);
      return openExact(owner, path, isFollowed ? targetOf(path) : { path, stat });
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || attempt === 3) throw error;
    }
  }
}

interface Target {
  readonly path: string;
  readonly stat: BigIntStats;
}

/** Looks before it opens, so that no device is touched, and after: the name may have moved on. */
function openExact(owner: Owner, path: string, target: Target): number {
  refuseUnfit(owner, path, target.stat);
  const descriptor = openSync(target.path, READ_FLAGS);
  try {
    refuseUnfit(owner, path, look.descriptorStat(descriptor));
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function refuseUnfit(owner: Owner, path: string, stat: BigIntStats): void {
  look.refuseOddKinds(path, stat);
  refuseForeign(owner, path, stat);
}

/** Where a link ends. A link to nothing is broken, not absent. */
function targetOf(path: string): Target {
  let target: string | undefined;
  try {
    target = realpathSync.native(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const stat = target === undefined ? undefined : look.linkStatOf(target);
  if (target === undefined || stat === undefined) throw danglingLink(path);
  return { path: target, stat };
}

export function danglingLink(path: string): EpiloopError {
  return new EpiloopError('bad_data', `${path} is a symbolic link to nothing`, {
    path,
    hint: 'mend the link or remove it',
  });
}

function readAll(descriptor: number, path: string, maxBytes: number): Reading {
  const before = look.descriptorStat(descriptor);
  if (before.size > BigInt(maxBytes)) throw tooLarge(path, before.size, maxBytes);
  const bytes = readUpTo(descriptor, Number(before.size) + 1);
  const after = look.descriptorStat(descriptor);
  return {
    bytes,
    stamp: look.stampOf(after),
    openTo: openTo(after),
    steady: look.sameBytes(before, after) && BigInt(bytes.length) === after.size,
  };
}

function readUpTo(descriptor: number, limit: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(limit);
  let length = 0;
  while (length < limit) {
    const read = readSync(descriptor, buffer, length, limit - length, length);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

function tooLarge(path: string, size: bigint, maxBytes: number): EpiloopError {
  return new EpiloopError('bad_data', `${path} has ${size} bytes, at most ${maxBytes} are read`, {
    path,
    hint: 'move it away: no file of this kind is that large',
  });
}
