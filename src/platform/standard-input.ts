import { readSync } from 'node:fs';
import { EpiloopError, systemCode } from '../errors.ts';
import { isTerminal } from './terminal.ts';

const CHUNK = 64 * 1024;
const PAUSE_MS = 5;

/**
 * Standard input to its end, as UTF-8. Throws EpiloopError `usage` for a terminal, `bad_data` for
 * more than so many bytes and for what is not UTF-8, `io` where it cannot be read.
 */
export function readStdin(maxBytes: number): string {
  if (isTerminal('stdin')) {
    throw new EpiloopError('usage', 'standard input is a terminal', {
      hint: 'a program writes the request there; epiloop help secrets shows one',
    });
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.alloc(CHUNK);
    const read = readSome(chunk);
    if (read === 0) return decode(Buffer.concat(chunks));
    length += read;
    if (length > maxBytes) throw tooMuch(maxBytes);
    chunks.push(chunk.subarray(0, read));
  }
}

function readSome(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') {
        throw new EpiloopError('io', `cannot read standard input: ${code ?? 'unknown error'}`, {
          cause: error,
        });
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new EpiloopError('bad_data', 'standard input is not UTF-8');
  }
}

function tooMuch(maxBytes: number): EpiloopError {
  return new EpiloopError('bad_data', `standard input has more than ${maxBytes} bytes`);
}
