/** A made-up gateway host in a temporary folder, and the built executable run on it. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

export const executable = join(import.meta.dirname, '../../dist/epiloop');

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** beside HOME and PATH; nothing else is inherited */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** kill it after so many ms; a hang is a failure (default 20 s) */
  readonly timeoutMs?: number;
  /** words before the executable, e.g. `setpriv …` */
  readonly wrapper?: readonly string[];
}

export class GatewayHost {
  readonly home: string;

  constructor() {
    this.home = mkdtempSync(join(tmpdir(), 'epiloop-host-'));
  }

  /** absolute path under HOME */
  path(...parts: string[]): string {
    return join(this.home, ...parts);
  }

  /** Writes a file below HOME, with its folders (0700). */
  write(name: string, content: string | Uint8Array | object, mode = 0o600): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const bytes =
      typeof content === 'string' || content instanceof Uint8Array
        ? content
        : `${JSON.stringify(content, null, 2)}\n`;
    writeFileSync(path, bytes);
    chmodSync(path, mode);
    return path;
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  json(name: string): unknown {
    return JSON.parse(this.read(name));
  }

  /** every regular file below HOME, relative, with its mode and bytes: what a run must not change */
  snapshot(): Map<string, string> {
    const found = new Map<string, string>();
    for (const entry of readdirSync(this.home, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const mode = (statSync(path).mode & 0o777).toString(8);
      found.set(relative(this.home, path), `${mode} ${readFileSync(path).toString('base64')}`);
    }
    return found;
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    const [command = executable, ...rest] = [...(options.wrapper ?? []), executable, ...args];
    return new Promise((done, fail) => {
      const child = spawn(command, rest, {
        cwd: options.cwd ?? this.home,
        env: { PATH: process.env.PATH ?? '', HOME: this.home, ...options.env },
        timeout: options.timeoutMs ?? 20_000,
        killSignal: 'SIGKILL',
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.stdin.on('error', () => undefined).end(options.stdin ?? '');
      child.on('error', fail);
      child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
    });
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Runs `work` on a new host and takes the host away afterwards, whatever happens. */
export async function onHost(work: (host: GatewayHost) => Promise<void>): Promise<void> {
  const host = new GatewayHost();
  try {
    await work(host);
  } finally {
    host.remove();
  }
}
