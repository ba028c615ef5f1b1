import { readSync } from 'node:fs';
import { EpiloopError, systemCode } from '../errors.ts';
import type { Environment, Files } from '../ports.ts';
import { isTerminal } from './terminal.ts';

/** Where a person says that a secret is. */
export type SecretFrom =
  | {
      readonly kind: 'stdin';
      readonly prompt: string;
      /** a question on a terminal ends with it, answered by nothing */
      readonly until?: AbortSignal | undefined;
      /** a pipe that says nothing for so long is empty, and told; undefined: it is waited for */
      readonly idleMs?: number;
    }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string };

/** As it was given, white space and all; `notes` are for standard error. */
export interface EnteredText {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Far more than a secret has; what is larger is not one. */
const MAX_BYTES = 64 * 1024;

const PAUSE_MS = 5;

/**
 * Reads a secret: hidden from a terminal, else standard input to its end; a file that is ours; or
 * a variable of this process. A pipe may take its time, unless `idleMs` says how long its first
 * byte may take: then what stays idle is empty, and told. Throws EpiloopError: `bad_data` for what
 * is too large, not UTF-8 or not set, `not_found` for an absent file, `refused` and `io`.
 */
export async function readSecret(
  from: SecretFrom,
  { env, files }: { readonly env: Environment; readonly files: Files },
): Promise<EnteredText> {
  switch (from.kind) {
    case 'stdin':
      return readStdin(from, env);
    case 'file':
      return readNamed(from.path, files);
    case 'env':
      return { text: readVariable(from.name, env), notes: [] };
  }
}

async function readStdin(
  { prompt, until, idleMs }: Extract<SecretFrom, { kind: 'stdin' }>,
  env: Environment,
): Promise<EnteredText> {
  if (isTerminal('stdin')) {
    const { promptHidden } = await import('./secret-prompt.ts');
    return { text: await promptHidden(prompt, env, until), notes: [] };
  }
  const idle = idleMs === undefined ? undefined : await import('./idle-input.ts');
  if (idleMs === undefined || idle?.mayStayIdle() !== true) {
    return { text: readPipe(0, 'standard input'), notes: [] };
  }
  const bytes = await idle.readUnlessIdle(MAX_BYTES, idleMs);
  if (bytes !== undefined) return { text: textOf('standard input', bytes), notes: [] };
  const note = `standard input said nothing for ${idleMs / 1000}s and was not waited for`;
  return { text: '', notes: [note] };
}

/** Blocking, so that Ctrl-C and a signal end it as they end any other program. */
function readPipe(descriptor: number, name: string): string {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const read = readSome({ descriptor, name }, buffer, length);
    if (read === 0) break;
    length += read;
  }
  return textOf(name, buffer.subarray(0, length));
}

interface Pipe {
  readonly descriptor: number;
  readonly name: string;
}

function readSome({ descriptor, name }: Pipe, buffer: Buffer, at: number): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer, at, buffer.length - at, null);
    } catch (cause) {
      const code = systemCode(cause);
      // Windows ends a pipe with an error
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') {
        throw new EpiloopError('io', `cannot read ${name}: ${code ?? 'unknown error'}`, { cause });
      }
      // a pipe that somebody else made non-blocking, and that has nothing yet
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function textOf(name: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_BYTES) {
    throw new EpiloopError('bad_data', `${name} has more than ${MAX_BYTES} bytes`, {
      hint: 'give the secret alone',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EpiloopError('bad_data', `${name} is not text`, {
      hint: 'give the secret alone',
      cause,
    });
  }
}

/** A shell's `<(…)` and `3<` name a descriptor that it opened for us, mostly a pipe. */
function readNamed(path: string, files: Files): EnteredText {
  const descriptor = /^\/dev\/fd\/(\d{1,6})$/.exec(path)?.[1];
  if (descriptor === undefined) return readFile(path, files);
  return { text: readPipe(Number(descriptor), path), notes: [] };
}

function readFile(path: string, files: Files): EnteredText {
  const found = files.read(path, { maxBytes: MAX_BYTES, followLink: true });
  if (found === undefined) {
    throw new EpiloopError('not_found', `there is no file ${path}`, { path });
  }
  const { text, openTo } = found;
  if (openTo === undefined) return { text, notes: [] };
  const verb = openTo === 'writable' ? 'write to' : 'read';
  return { text, notes: [`others may ${verb} ${path}: chmod 600 it, or remove it now`] };
}

function readVariable(name: string, env: Environment): string {
  const text = env[name];
  if (text !== undefined) return text;
  throw new EpiloopError('bad_data', `the variable ${name} is not set`, {
    hint: `export it, or name the one that holds the secret`,
  });
}
