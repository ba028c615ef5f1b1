import { fstatSync } from 'node:fs';
import { EpiloopError, systemCode } from '../errors.ts';

/** A pipe or a socket may be open and never say anything; all else ends by itself. */
export function mayStayIdle(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isSocket();
  } catch (cause) {
    throw unreadable(cause);
  }
}

/**
 * Standard input to its end, or to one byte more than `maxBytes`.
 * @param idleMs how long the first byte may take; undefined is returned if it takes longer
 */
export function readUnlessIdle(maxBytes: number, idleMs: number): Promise<Buffer | undefined> {
  const { stdin } = process;
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const settle = (bytes: Buffer | undefined) => {
      clearTimeout(timer);
      stdin.pause();
      resolve(bytes);
    };
    const timer = setTimeout(() => settle(undefined), idleMs);
    stdin.on('data', (chunk: Buffer) => {
      clearTimeout(timer);
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) settle(Buffer.concat(chunks));
    });
    stdin.once('end', () => settle(Buffer.concat(chunks)));
    stdin.once('error', (cause) => {
      clearTimeout(timer);
      reject(unreadable(cause));
    });
  });
}

function unreadable(cause: unknown): EpiloopError {
  const code = systemCode(cause) ?? 'unknown error';
  return new EpiloopError('io', `cannot read standard input: ${code}`, { cause });
}
