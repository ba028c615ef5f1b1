import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { realPrograms } from '../../src/platform/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'epiloop-programs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const first = program('a/tool', '#!/bin/sh\nexit 4\n');
program('plain/tool', 'text', 0o644);
mkdirSync(join(folder, 'dir/tool'), { recursive: true });
mkdirSync(join(folder, 'link'));
symlinkSync(first, join(folder, 'link/tool'));
symlinkSync('/nowhere/at/all', join(folder, 'dir/gone'));

describe('finding a program', () => {
  const at = (name: string) => join(folder, name);
  const table: readonly [path: string | undefined, found: string | undefined][] = [
    [at('a'), at('a/tool')],
    [`${at('none')}:${at('plain')}:${at('dir')}:${at('link')}:${at('a')}`, at('link/tool')],
    [`.:${at('a')}`, at('a/tool')],
    ['.', undefined],
    ['', undefined],
    [undefined, undefined],
    [`a:./a:../${folder.split('/').at(-1)}/a`, undefined],
    [at('a/tool'), undefined],
    [`/dev/null:${'/x'.repeat(3000)}`, undefined],
  ];
  for (const [PATH, found] of table) {
    test(`${PATH?.replaceAll(folder, '').slice(0, 60)}`, () => {
      const before = process.cwd();
      process.chdir(folder);
      try {
        assert.equal(realPrograms({ PATH }).find('tool'), found);
      } finally {
        process.chdir(before);
      }
    });
  }
});

describe('running a program', () => {
  const run = (path: string, ...args: string[]) =>
    realPrograms({ PATH: '/usr/bin:/bin' }).run(path, args);

  test('tells its exit code', async () => {
    assert.deepEqual(await run(first), { code: 4 });
    assert.deepEqual(await run(program('ok', '#!/bin/sh\n[ "$1" = "a b" ]\n'), 'a b'), { code: 0 });
  });

  test('tells the signal that killed it', async () => {
    assert.deepEqual(await run(program('k', '#!/bin/sh\nkill -9 $$\n')), { signal: 'SIGKILL' });
  });

  test('that cannot be started is refused, or told as what it is', async () => {
    const plain = join(folder, 'plain/tool');
    await assert.rejects(run(plain), { code: 'refused', message: `cannot run ${plain}: EACCES` });
    await assert.rejects(run(join(folder, 'no')), { code: 'io', message: /ENOENT$/ });
  });

  test('leaves no handler of a signal behind', async () => {
    const signals = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'];
    const count = () => signals.map((signal) => process.listenerCount(signal));
    const before = count();
    await run(first);
    assert.deepEqual(count(), before);
  });

  const module = join(import.meta.dirname, '../../src/platform/programs.ts');
  const code = `
    import { realPrograms } from ${JSON.stringify(module)};
    const end = await realPrograms(process.env).run(process.argv[1], []);
    console.error('ended ' + JSON.stringify(end));
  `;
  /** What it says comes on standard error, since standard output is no terminal. */
  async function start(path: string, signal: NodeJS.Signals | undefined) {
    const args = ['--input-type=module', '-e', code, path];
    const child = spawn(process.execPath, args, { timeout: 20_000, killSignal: 'SIGKILL' });
    let told = '';
    let sent = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (signal !== undefined && !sent && told.includes('up\n')) {
        sent = true;
        child.kill(signal);
      }
    });
    const by = await new Promise((done) => child.once('close', (_, name) => done(name)));
    return { told, by };
  }
  const waiting = program(
    'waits',
    '#!/bin/sh\ntrap "echo down; exit 5" TERM HUP\necho up\nfor i in $(seq 100); do sleep 0.05; done\n',
  );

  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} to us ends it first, then us`, async () => {
      // its end closes standard error, which `start` waits for
      assert.deepEqual(await start(waiting, signal), { told: 'up\ndown\n', by: signal });
    });
  }

  test('a signal that comes as soon as it runs finds us ready', async () => {
    const text = '#!/bin/sh\ntrap "echo down; exit 5" TERM\nkill -TERM $PPID\nsleep 0.2; sleep 5\n';
    const path = program('early', text);
    assert.deepEqual(await start(path, undefined), { told: 'down\n', by: 'SIGTERM' });
  });

  test('SIGINT to us alone is left to the program', async () => {
    const path = program('soon', '#!/bin/sh\necho up\nsleep 0.5\nexit 6\n');
    const { told, by } = await start(path, 'SIGINT');
    assert.deepEqual({ told, by }, { told: 'up\nended {"code":6}\n', by: null });
  });

  test('what SIGINT killed ends us by SIGINT', async () => {
    const path = program('int', '#!/bin/sh\nkill -INT $$\n');
    assert.deepEqual(await start(path, undefined), { told: '', by: 'SIGINT' });
  });
});
