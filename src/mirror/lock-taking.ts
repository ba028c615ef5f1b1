import * as fs from 'node:fs';
import { systemCode } from '../errors.ts';
import { type LockRule, seeLock } from './lock-folder.ts';

export interface HeldLock {
  readonly mark: string;
  /** gives it back; false: somebody had taken it over, and what stands there now is his */
  release(): Promise<boolean>;
}

type Done = (error: Error | null) => void;

/** One try to take the lock of this real path; undefined: somebody holds it. */
export async function takeLock(target: string, rule: LockRule): Promise<HeldLock | undefined> {
  const lockfile = await import('proper-lockfile');
  const lockPath = `${target}.lock`;
  const ours: { mark?: string; lost: boolean } = { lost: false };
  const stillOurs = () => {
    ours.lost ||= ours.mark !== undefined && seeLock(lockPath)?.mark !== ours.mark;
    return !ours.lost;
  };
  let release: () => Promise<void>;
  try {
    release = await lockfile.lock(target, {
      realpath: false,
      stale: rule.staleMs,
      update: rule.updateMs,
      retries: 0,
      fs: guardedFs(stillOurs),
      onCompromised: () => {
        ours.lost = true;
      },
    });
  } catch (error) {
    if (isHeldElsewhere(error)) return undefined;
    throw error;
  }
  ours.mark = seeLock(lockPath)?.mark ?? 'gone';
  return {
    mark: ours.mark,
    async release() {
      const kept = stillOurs();
      // the library has already let go of a lock that it saw taken over
      await release().catch(ignoreReleased);
      return kept;
    },
  };
}

/** Folders private, links not followed, and no lock removed that is not ours any more. */
function guardedFs(stillOurs: () => boolean) {
  return {
    utimes: fs.utimes,
    mkdir: (path: string, done: Done) => fs.mkdir(path, { mode: 0o700 }, done),
    stat: fs.lstat,
    rmdir: (path: string, done: Done) => (stillOurs() ? fs.rmdir(path, done) : done(null)),
    rmdirSync: (path: string) => {
      if (stillOurs()) fs.rmdirSync(path);
    },
  };
}

/** A file in the place of the folder can be neither taken nor, by the library, removed. */
function isHeldElsewhere(error: unknown): boolean {
  return ['ELOCKED', 'ENOTDIR', 'ENOTEMPTY'].includes(systemCode(error) ?? '');
}

function ignoreReleased(error: unknown): void {
  if (!['ERELEASED', 'ENOTACQUIRED'].includes(systemCode(error) ?? '')) throw error;
}
