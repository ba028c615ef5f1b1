import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { root } from '../../build/targets.ts';
import { makeSandbox, npm, plainEnv, type Sandbox } from './sandbox.ts';

/** The machine's own Node, where npm runs these tests. */
const anyNode = process.env['npm_node_execpath'] ?? process.execPath;

/** Stands for `npm ci`: notes that it was called, takes a moment, links what is installed here. */
const fakeNpm = `
import fs from 'node:fs';
fs.appendFileSync('calls.txt', JSON.stringify(process.argv.slice(2)) + '\\n');
if (process.env.FAKE_NPM_FAILS) { console.error('no such registry'); process.exit(1); }
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
fs.rmSync('node_modules', { recursive: true, force: true });
fs.symlinkSync(${JSON.stringify(join(root, 'node_modules'))}, 'node_modules');
`;

describe('the installation before every npm script', () => {
  let sandbox: Sandbox;
  let env: NodeJS.ProcessEnv;

  beforeEach(() => {
    sandbox = makeSandbox('', 'absent');
    sandbox.write('npm-cli.js', fakeNpm);
    sandbox.write('build/hello.ts', 'console.log(process.version, process.argv[2] as string)');
    const cache = sandbox.path('cache');
    env = plainEnv({ npm_execpath: sandbox.path('npm-cli.js'), npm_config_cache: cache });
  });
  afterEach(() => sandbox.remove());

  const install = (extra: NodeJS.ProcessEnv = {}) =>
    spawnSync(anyNode, [sandbox.path('build', 'install.mjs'), 'hello', 'you'], {
      env: { ...env, ...extra },
      encoding: 'utf8',
    });
  const calls = (): string[][] => {
    if (!existsSync(sandbox.path('calls.txt'))) return [];
    const lines = readFileSync(sandbox.path('calls.txt'), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  };

  it('installs what is missing, without install scripts, and runs the task with the pinned node', () => {
    const { stdout, status } = install();
    assert.equal(stdout, 'v24.21.0 you\n');
    assert.equal(status, 0);
    assert.equal(calls().length, 1);
    assert.deepEqual(calls()[0]?.slice(0, 2), ['ci', '--ignore-scripts']);
  });

  it('installs nothing when everything is there', () => {
    install();
    const { stdout, stderr } = install();
    assert.equal(stdout, 'v24.21.0 you\n');
    assert.equal(stderr, '');
    assert.equal(calls().length, 1);
  });

  it('installs again when the lockfile names other packages', () => {
    install();
    const text = readFileSync(sandbox.path('package-lock.json'), 'utf8');
    const lock = JSON.parse(text);
    lock.packages['node_modules/valibot'].version = '0.0.1';
    sandbox.write('package-lock.json', JSON.stringify(lock));
    const { status, stderr } = install();
    assert.equal(calls().length, 2);
    assert.equal(status, 70);
    assert.match(stderr, /did not install what package-lock.json names/);
    sandbox.write('package-lock.json', text);
    assert.equal(install().status, 0);
    assert.equal(calls().length, 2);
  });

  it('takes an interrupted installation for none', () => {
    mkdirSync(sandbox.path('node_modules', 'valibot'), { recursive: true });
    assert.equal(install().status, 0);
    assert.equal(calls().length, 1);
  });

  it('ends with 70 and a sentence when npm fails, and can be repeated', () => {
    const { status, stdout, stderr } = install({ FAKE_NPM_FAILS: '1' });
    assert.equal(status, 70);
    assert.equal(stdout, '');
    assert.match(stderr, /no such registry\nnpm ci failed, so nothing can run\n$/);
    assert.equal(install().status, 0);
  });

  it('installs once when several scripts start at the same time', async () => {
    const script = sandbox.path('build', 'install.mjs');
    const all = [1, 2, 3, 4].map(() => spawn(anyNode, [script, 'hello'], { env, stdio: 'ignore' }));
    const codes = await Promise.all(all.map(async (each) => (await once(each, 'close'))[0]));
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal(calls().length, 1);
  });

  it('does not wait for the lock of a process that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    mkdirSync(sandbox.path('dist'));
    sandbox.write('dist/install.lock', `${pid}\n`);
    assert.equal(install().status, 0);
    assert.equal(existsSync(sandbox.path('dist', 'install.lock')), false);
  });

  it('uses a cache in the project when the user has none', () => {
    sandbox.write('npm-cli.js', `${fakeNpm}\nconsole.error(process.env.npm_config_cache);`);
    const { stderr } = install({ npm_config_cache: sandbox.path('package.json', 'cache') });
    assert.match(stderr, new RegExp(`${sandbox.path('.npm')}\n$`));
  });
});

describe('node in an npm script', () => {
  it('is the pinned one', () => {
    const { stdout } = npm(root, ['exec', '--offline', '--call', 'node --version']);
    assert.equal(stdout, 'v24.21.0\n');
  });
});
