import type { Environment } from '../ports.ts';
import { handedEnv } from './handed-env.ts';

/** What the shell exports, or why it did not say; the reason holds nothing of what it printed. */
export type ShellAnswer = { readonly values: Environment } | { readonly failure: string };

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Runs `$SHELL -l -c 'env -0'` as the gateway does (2026.1.24, infra/shell-env.ts) and kills it
 * after `timeoutMs`. Variables that make a program load foreign code are not handed to it.
 */
export async function loginShellEnv(env: Environment, timeoutMs: number): Promise<ShellAnswer> {
  const { execFile } = await import('node:child_process');
  const shell = env.SHELL?.trim() || '/bin/sh';
  return new Promise((answer) => {
    const child = execFile(
      shell,
      ['-l', '-c', 'env -0'],
      {
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_BYTES,
        env: handedEnv(env),
      },
      (error, stdout) => {
        if (error === null) answer({ values: parse(stdout) });
        else if (error.killed === true) answer({ failure: `killed after ${timeoutMs} ms` });
        else answer({ failure: `${shell} failed (${error.code ?? error.signal ?? 'unknown'})` });
      },
    );
    child.stdin?.end();
  });
}

function parse(listing: string): Environment {
  const pairs = listing.split('\0').flatMap((line): [string, string][] => {
    const at = line.indexOf('=');
    return at <= 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
  });
  return Object.fromEntries(pairs);
}
