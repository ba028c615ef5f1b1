import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const src = join(import.meta.dirname, '../../src');

/**
 * Starts another process that runs this module text; `SRC` in it stands for the sources. What it
 * needs comes as JSON in its first argument.
 */
export function startChild(code: string, input: unknown = {}): ChildProcess {
  const module = `const input = JSON.parse(process.argv[1]);\n${code.replaceAll('SRC', src)}`;
  const args = ['--input-type=module', '-e', module, JSON.stringify(input)];
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Runs such a process to its end; the JSON that it printed. */
export async function runChild<T>(code: string, input: unknown = {}): Promise<T> {
  const child = startChild(code, input);
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [exit] = await once(child, 'close');
  if (exit !== 0) throw new Error(`the child ended with ${exit}: ${printed}`);
  return JSON.parse(printed) as T;
}

/** Waits until the child has printed this from now on; what it printed up to then. */
export function said(child: ChildProcess, word: string): Promise<string> {
  return new Promise((done, fail) => {
    let printed = '';
    child.stdout?.on('data', (chunk) => {
      printed += chunk;
      if (printed.includes(word)) done(printed);
    });
    child.once('close', () => fail(new Error(`the child ended without saying ${word}`)));
  });
}

/** What an ordinary user's process gets to see; only root can become another. */
export const isRoot = process.geteuid?.() === 0;
export const needsRoot = isRoot ? false : 'only root can act as another user';
export const becomeNobody =
  'process.setgroups([]); process.setegid(65534); process.seteuid(65534);';
