import { writeSync } from 'node:fs';
import { systemCode } from '../errors.ts';

const PAUSE_MS = 2;

/**
 * Writes all of `text` to a file descriptor, waiting where a non-blocking pipe or terminal is full
 * (EAGAIN). False: the reader is gone (EPIPE). Any other error is thrown as Node gives it.
 *
 * In place of process.stdout, which loads `net` and `tty` (about a tenth of our start-up) and may
 * lose what is still queued when the process exits.
 */
export function writeAll(fd: number, text: string): boolean {
  const bytes = Buffer.from(text, 'utf8');
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') throw error;
      pause();
    }
  }
  return true;
}

/** Sleeps without a busy loop and without giving up the thread. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
