import { EpiloopError, systemCode } from '../errors.ts';
import {
  gatewayRule,
  type LockRule,
  lockedName,
  removeLock,
  seeLock,
  staleWatch,
} from './lock-folder.ts';
import { type HeldLock, takeLock } from './lock-taking.ts';

export interface LockOptions {
  /** ms; 0: one try */
  readonly waitMs: number;
  /** undefined: the gateway's */
  readonly rule?: LockRule | undefined;
  /** we hold it: remember the lock by its mark, for the case that we die */
  readonly onTaken: (lockPath: string, mark: string) => void;
  /** we are about to give it back: forget it */
  readonly onReleased: (lockPath: string) => void;
  /** is the lock with this mark one of ours whose owner is dead? It is removed then, at once */
  readonly isOurDead: (lockPath: string, mark: string) => boolean;
}

export type Locked<T> = { readonly held: true; readonly value: T } | { readonly held: false };

/**
 * Does `work` under the gateway's lock of this file (proper-lockfile 4.1.2: a folder `<file>.lock`,
 * touched every 15 s, dead after 30 s). `held: false` when somebody else held it all the time.
 * `busy` when it was taken over while we held it: `work` is done then, but perhaps not alone.
 * The file may be absent, its folder not (`cannot_create`).
 */
export async function withLock<T>(
  path: string,
  options: LockOptions,
  work: () => T | Promise<T>,
): Promise<Locked<T>> {
  const lock = await translated(path, () => waitForLock(path, options));
  if (lock === undefined) return { held: false };
  let value: T;
  try {
    options.onTaken(lock.path, lock.mark);
    value = await work();
  } catch (error) {
    await giveBack(lock, options);
    throw error;
  }
  if (!(await giveBack(lock, options))) throw takenOver(path);
  return { held: true, value };
}

type TakenLock = HeldLock & { readonly path: string };

async function waitForLock(path: string, options: LockOptions): Promise<TakenLock | undefined> {
  const target = lockedName(path);
  const lockPath = `${target}.lock`;
  const { rule = gatewayRule } = options;
  const isStale = staleWatch(rule);
  const start = monotonic();
  for (;;) {
    const seen = seeLock(lockPath);
    const dead =
      seen !== undefined &&
      (options.isOurDead(lockPath, seen.mark) || isStale(seen, Date.now(), monotonic()));
    if (seen !== undefined && dead) removeLock(lockPath, seen);
    const lock = seen === undefined || dead ? await takeLock(target, rule) : undefined;
    if (lock !== undefined) return { ...lock, path: lockPath };
    const left = options.waitMs - (monotonic() - start);
    if (left <= 0) return undefined;
    // soon enough to be next, and not in step with other waiters
    await pause(Math.min(left, 5 + Math.random() * 10));
  }
}

/** Our record goes first: one that is left behind could be taken for the next holder's lock. */
async function giveBack(lock: TakenLock, options: LockOptions): Promise<boolean> {
  let kept = true;
  try {
    options.onReleased(lock.path);
  } finally {
    kept = await translated(lock.path, () => lock.release());
  }
  return kept;
}

function takenOver(path: string): EpiloopError {
  return new EpiloopError('busy', `the lock of ${path} was taken over while we held it`, {
    path,
    hint: 'run epiloop models sync',
  });
}

async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EpiloopError) throw cause;
    throw lockError(path, cause);
  }
}

function lockError(path: string, cause: unknown): EpiloopError {
  const code = systemCode(cause);
  const message = `cannot lock ${path}: ${code ?? 'unknown error'}`;
  if (code === 'EACCES' || code === 'EPERM') {
    return new EpiloopError('refused', message, {
      path,
      cause,
      hint: 'let us write to its folder, or run it as the owner',
    });
  }
  const missing = code === 'ENOENT' || code === 'ENOTDIR' || code === 'EROFS';
  return new EpiloopError(missing ? 'cannot_create' : 'io', message, { path, cause });
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** ms, of a clock that nobody sets */
function monotonic(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
