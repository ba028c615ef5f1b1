import { EpiloopError } from '../errors.ts';
import type { FileBytes } from '../ports.ts';

const RETRY_MS = 20;
const STILL_MS = 200;
const PATIENCE_MS = 1000;

export interface Reading extends FileBytes {
  /** false: somebody wrote while we read */
  readonly steady: boolean;
}

/**
 * One reading that is whole. A writer that overwrites in place shows empty and half files: such a
 * reading is repeated until it is complete, or has stood still for 200 ms. `busy` after a second.
 */
export function settle<R extends Reading | undefined>(
  path: string,
  complete: ((bytes: Uint8Array) => boolean) | undefined,
  read: () => R,
): R {
  const start = now();
  let last = read();
  if (last === undefined || (last.steady && complete?.(last.bytes) !== false)) return last;
  let since = start;
  while (now() - start < PATIENCE_MS) {
    pause(RETRY_MS);
    const next = read();
    if (next === undefined || (next.steady && complete?.(next.bytes) === true)) return next;
    if (!next.steady || last === undefined || !sameReading(last, next)) since = now();
    else if (now() - since >= STILL_MS) return next;
    last = next;
  }
  throw new EpiloopError('busy', `${path} is being written all the time`, {
    path,
    hint: 'try again when its writer has finished',
  });
}

function sameReading(a: FileBytes, b: FileBytes): boolean {
  return a.stamp.id === b.stamp.id && Buffer.compare(a.bytes, b.bytes) === 0;
}

/** Monotonic, in ms: the clock on the wall may step. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
