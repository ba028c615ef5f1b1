/** One `models auth login` of the executable, with a person who acts when it asks. */
import { spawn } from 'node:child_process';
import { executable, type GatewayHost, type Run } from './host.ts';

export interface Asking {
  /** what to open in a browser */
  readonly address: string;
  /** the rest of what was told so far */
  readonly told: () => string;
  readonly pid: number | undefined;
  /** ends standard input */
  type(text: string): void;
}

export interface LoginOptions {
  readonly words?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Runs it for `anthropic`; `act` is called once the address to open has been told. */
export function logIn(
  host: GatewayHost,
  { words = ['--callback'], env }: LoginOptions,
  act: (asking: Asking) => Promise<void>,
): Promise<Run> {
  const login = ['models', 'auth', 'login', '--provider', 'anthropic', '--allow-token-endpoint'];
  return new Promise((done, fail) => {
    const child = spawn(executable, [...login, ...words], {
      cwd: host.home,
      env: { PATH: process.env['PATH'] ?? '', HOME: host.home, ...env },
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
    const told = { stdout: '', stderr: '' };
    let isActing = false;
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told.stderr += text;
      const address = /^https?:.*$/m.exec(told.stderr)?.[0];
      if (isActing || address === undefined || !/waiting for|then paste/.test(told.stderr)) return;
      isActing = true;
      const asking = {
        address,
        told: () => told.stderr,
        pid: child.pid,
        type: (line: string) => void child.stdin.end(line),
      };
      act(asking).catch((error: unknown) => {
        child.kill('SIGKILL');
        fail(error);
      });
    });
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, ...told }));
  });
}
