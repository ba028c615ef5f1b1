import { EpiloopError } from '../errors.ts';
import type { FileStamp, MirrorFiles } from '../ports.ts';

/** The gateway's own (2026.1.24, config/sessions/store.ts). */
const POLL_MS = 25;
const STALE_MS = 30_000;
export const SESSIONS_WAIT_MS = 10_000;

export interface SessionsLock {
  /** false: somebody took it over, and what was read under it may be old */
  isOurs(): boolean;
}

/**
 * Does `work` under the gateway's lock of its sessions: a file `<path>.lock` that only one can
 * create, dead after 30 s. Undefined where somebody else held it for `waitMs`. What `work` throws is
 * thrown when the lock is given back. The folder has to be there.
 */
export async function withSessionsLock<T>(
  files: MirrorFiles,
  path: string,
  work: (lock: SessionsLock) => T,
  waitMs = SESSIONS_WAIT_MS,
): Promise<{ readonly value: T } | undefined> {
  const lockPath = `${path}.lock`;
  if (!(await take(files, lockPath, waitMs))) return undefined;
  const mark = look(files, lockPath)?.id;
  const isOurs = () => mark !== undefined && look(files, lockPath)?.id === mark;
  try {
    return { value: work({ isOurs }) };
  } finally {
    if (isOurs()) files.remove(lockPath);
  }
}

async function take(files: MirrorFiles, lockPath: string, waitMs: number): Promise<boolean> {
  const start = monotonic();
  const content = Buffer.from(JSON.stringify({ pid: process.pid, startedAt: Date.now() }));
  for (;;) {
    if (files.create(lockPath, content)) return true;
    clearStale(files, lockPath);
    const left = waitMs - (monotonic() - start);
    if (left <= 0) return false;
    await new Promise((done) => setTimeout(done, Math.min(left, POLL_MS)));
  }
}

/** Looked at twice, so that the lock of whoever was quicker to clear it is not taken away. */
function clearStale(files: MirrorFiles, lockPath: string): void {
  const seen = look(files, lockPath);
  if (seen === undefined || Date.now() - seen.modifiedAt <= STALE_MS) return;
  if (look(files, lockPath)?.id === seen.id) files.remove(lockPath);
}

/** A link to nothing is a name that is taken, all the same. */
function look(files: MirrorFiles, lockPath: string): FileStamp | undefined {
  try {
    return files.stamp(lockPath);
  } catch (error) {
    if (error instanceof EpiloopError && error.code === 'bad_data') return undefined;
    throw error;
  }
}

/** ms, of a clock that nobody sets */
function monotonic(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
