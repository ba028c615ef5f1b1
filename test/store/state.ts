import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { Credential } from '../../src/domain/credential.ts';
import { Secret } from '../../src/domain/secret.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { scratchStore } from '../../src/store/scratch.ts';

const project = join(import.meta.dirname, '..', '..');

export const now = 1_700_000_000_000;

export const common = { addon: undefined, now, build: 'test' };

/** A new folder that is gone after the test. */
export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'epiloop-store-'));
  t.after(() => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) chmodSync(join(folder, entry.name), 0o700);
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function open(t: TestContext, path: string): Store {
  const store = openStore({ ...common, path });
  t.after(() => store.close());
  return store;
}

export function scratch(t: TestContext): Store {
  const store = scratchStore(common);
  t.after(() => store.close());
  return store;
}

export function oauth(access: string, refresh?: string, expiresAt?: number): Credential {
  return {
    type: 'oauth',
    access: new Secret(access),
    ...(refresh !== undefined && { refresh: new Secret(refresh) }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

const run = promisify(execFile);

interface WorkerOptions {
  /** run it as this user; only root can */
  readonly uid?: number | undefined;
}

function command(args: readonly string[]): string[] {
  const loader = join(project, 'build', 'sql-loader.mjs');
  return ['--import', loader, join(import.meta.dirname, 'worker.ts'), ...args];
}

/** Runs `worker.ts` in a process of its own and returns what it printed, parsed. */
export async function worker(
  args: readonly string[],
  options: WorkerOptions = {},
): Promise<unknown> {
  const user = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const { stdout } = await run(process.execPath, command(args), { cwd: '/', ...user });
  return JSON.parse(stdout);
}

/** The same, for a test that ends it itself; resolves when the worker has printed a line. */
export async function startWorker(t: TestContext, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, command(args), {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the worker ended early')));
  });
  return child;
}

export const isRoot = process.geteuid?.() === 0;
