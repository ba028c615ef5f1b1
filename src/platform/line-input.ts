import { readSync } from 'node:fs';
import { EpiloopError, systemCode } from '../errors.ts';
import { isTerminal } from './terminal.ts';

/** More than anybody says in one go. */
const MAX_BYTES = 256 * 1024;

const PAUSE_MS = 5;

/**
 * Standard input to its end, as lines without their ends. Blocking, so that a signal ends it as any
 * other program. Throws EpiloopError: `usage` at a terminal, `bad_data` for what is too large or no
 * UTF-8, `io`.
 * @param otherwise the hint where nothing is piped in
 */
export async function readLines(otherwise: string): Promise<readonly string[]> {
  if (isTerminal('stdin')) {
    throw new EpiloopError('usage', 'nothing is said, and nothing is piped in', {
      hint: otherwise,
    });
  }
  const lines = decode(readAll()).split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function readAll(): Uint8Array {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const read = readSome(buffer, length);
    if (read === 0) return buffer.subarray(0, length);
    length += read;
  }
  throw new EpiloopError('bad_data', `standard input has more than ${MAX_BYTES} bytes`);
}

function readSome(buffer: Buffer, at: number): number {
  for (;;) {
    try {
      return readSync(0, buffer, at, buffer.length - at, null);
    } catch (cause) {
      const code = systemCode(cause);
      // Windows ends a pipe with an error
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') {
        const message = `cannot read standard input: ${code ?? 'unknown error'}`;
        throw new EpiloopError('io', message, { cause });
      }
      // a pipe that somebody else made non-blocking, and that has nothing yet
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EpiloopError('bad_data', 'standard input is not text', { cause });
  }
}
