/**
 * A project of its own in a temporary folder: our build, our dependencies, another main program.
 * So the build is tested on what it does, whatever src holds.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../build/targets.ts';

export interface Sandbox {
  readonly folder: string;
  path(...names: string[]): string;
  write(file: string, text: string): void;
  /** `npm start --silent -- <args>`, from `cwd` if given */
  start(args: readonly string[], options?: RunOptions): SpawnSyncReturns<string>;
  remove(): void;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

const files = ['build', 'migrations', 'package.json', 'package-lock.json', 'tsconfig.json'];

export function makeSandbox(main: string, modules: 'linked' | 'absent' = 'linked'): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'epiloop-sandbox-'));
  const path = (...names: string[]): string => join(folder, ...names);
  for (const file of [...files, '.npmrc'])
    cpSync(join(root, file), path(file), { recursive: true });
  mkdirSync(path('src'));
  writeFileSync(path('src', 'main.ts'), main);
  if (modules === 'linked') symlinkSync(join(root, 'node_modules'), path('node_modules'));
  return {
    folder,
    path,
    write: (file, text) => writeFileSync(path(file), text),
    start: (args, options = {}) => npm(folder, ['start', '--silent', '--', ...args], options),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** npm as the user runs it: without what the npm above these tests has put into the environment. */
export function plainEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD)/.test(name));
  const path = process.env['PATH']?.split(':').filter((each) => !each.includes('node_modules'));
  return { ...Object.fromEntries(inherited), PATH: path?.join(':'), ...extra };
}

export function npm(
  folder: string,
  args: readonly string[],
  { env = {}, input = '' }: RunOptions = {},
): SpawnSyncReturns<string> {
  return spawnSync('npm', args, { cwd: folder, env: plainEnv(env), input, encoding: 'utf8' });
}
