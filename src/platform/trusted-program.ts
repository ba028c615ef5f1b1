import type { BigIntStats } from 'node:fs';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { EpiloopError, quoted } from '../errors.ts';
import { linkStatOf, statOf } from './file-stat.ts';
import { isOurs, type Owner, refuseWorldWritable } from './owner.ts';

/**
 * Throws `refused` for a program that somebody else than we and root may exchange: by its owner, or
 * because everybody may write to it, or to a folder that it or the link to it is in. A group's
 * members are trusted, as elsewhere. What is absent is no matter.
 */
export function refuseUntrusted(owner: Owner, path: string): void {
  if (statOf(path) === undefined) return;
  const real = realpathSync.native(path);
  for (const each of new Set([dirname(path), path, dirname(real), real])) {
    const stat = each === path ? linkStatOf(path) : statOf(each);
    if (stat !== undefined) refuseExchangeable(owner, path, { path: each, stat });
  }
}

interface Place {
  readonly path: string;
  readonly stat: BigIntStats;
}

function refuseExchangeable(owner: Owner, program: string, { path, stat }: Place): void {
  if (!isOurs(owner, stat.uid)) {
    const message = `${program} is not run: ${path} belongs to uid ${stat.uid}, we are uid ${owner.euid}`;
    const hint = `run it as uid ${stat.uid}, or take ${quoted(dirname(program))} out of PATH`;
    throw new EpiloopError('refused', message, { path, hint });
  }
  if (stat.isDirectory()) {
    refuseWorldWritable(path, stat);
    return;
  }
  if (process.platform === 'win32' || stat.isSymbolicLink() || (stat.mode & 0o002n) === 0n) return;
  const message = `${program} is not run: everybody may write to ${path}`;
  throw new EpiloopError('refused', message, { path, hint: `chmod o-w ${quoted(path)}` });
}
