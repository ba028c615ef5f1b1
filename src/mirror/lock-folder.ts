import { lstatSync, realpathSync, rmdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';

/** When a lock counts as dead, and how often its holder touches it; ms. */
export interface LockRule {
  readonly staleMs: number;
  readonly updateMs: number;
}

/** The gateway's rule: a lock that nobody has touched for 30 s is dead (its holder does at 15 s). */
export const gatewayRule: LockRule = { staleMs: 30_000, updateMs: 15_000 };

/** What stands under a lock's name: the gateway's folder, or another tool's file. */
export interface SeenLock {
  /** device, inode and birth: this very lock, not another one under the same name */
  readonly mark: string;
  /** ms since the epoch, by the file system's clock */
  readonly touchedAt: number;
  readonly isFolder: boolean;
}

/** The name that the gateway locks: links resolved; where the file is absent, its folder's. */
export function lockedName(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return join(realpathSync.native(dirname(path)), basename(path));
  }
}

export function seeLock(lockPath: string): SeenLock | undefined {
  const stat = lstatSync(lockPath, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return {
    mark: `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`,
    touchedAt: Number(stat.mtimeMs),
    isFolder: stat.isDirectory(),
  };
}

/** Removes this very lock; one that has taken its place meanwhile stays. */
export function removeLock(lockPath: string, seen: SeenLock): void {
  const now = seeLock(lockPath);
  if (now === undefined || now.mark !== seen.mark || now.touchedAt !== seen.touchedAt) return;
  try {
    if (seen.isFolder) rmdirSync(lockPath);
    else unlinkSync(lockPath);
  } catch (error) {
    // gone already, or somebody keeps things in it: then it is not for us to remove
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
}

/**
 * Judges a lock by its rule, and besides by our own watching: untouched for as long while we looked
 * on is dead too, whatever the clocks say (a lock that is dated ahead would live for ever).
 */
export function staleWatch({
  staleMs,
}: LockRule): (seen: SeenLock, now: number, monotonic: number) => boolean {
  let watched: { seen: SeenLock; since: number } | undefined;
  return (seen, now, monotonic) => {
    if (seen.touchedAt < now - staleMs) return true;
    const same = watched?.seen.mark === seen.mark && watched.seen.touchedAt === seen.touchedAt;
    if (watched === undefined || !same) watched = { seen, since: monotonic };
    return monotonic - watched.since > staleMs;
  };
}
