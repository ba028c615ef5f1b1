/** Folders that everybody may write to, links that others made, and a login shell's odd time limits. */
import assert from 'node:assert/strict';
import { chmodSync, lchownSync, renameSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { assertFailure, inventory, isRoot, names, onFurnishedHost, runSafely } from './bad-host.ts';
import { onHost } from './host.ts';

const STATUS = ['models', 'status'];

describe('an agent’s file is refused', () => {
  test('in a folder that everybody may write to', () =>
    onFurnishedHost(async (host) => {
      const folder = dirname(host.path(names.mirror));
      chmodSync(folder, 0o777);
      const before = host.read(names.mirror);
      const run = await runSafely(host, STATUS);
      assertFailure(run, 77, folder);
      assert.match(run.stderr, /chmod o-w/);
      assert.equal(host.read(names.mirror), before);
      chmodSync(folder, 0o1777);
      assert.equal((await runSafely(host, STATUS)).code, 0, 'nobody can replace files there');
    }));

  test('behind a link that somebody else made', { skip: !isRoot && 'needs root' }, () =>
    onFurnishedHost(async (host) => {
      const path = host.path(names.mirror);
      renameSync(path, host.path('real.json'));
      symlinkSync(host.path('real.json'), path);
      const before = inventory(host).get('real.json');
      lchownSync(path, 1000, 1000);
      assertFailure(await runSafely(host, STATUS), 77, path);
      assert.equal(inventory(host).get('real.json'), before);
      lchownSync(path, 0, 0);
      assert.equal((await runSafely(host, STATUS)).code, 0);
    }),
  );
});

describe('EPILOOP_SHELL_ENV_TIMEOUT_MS', { concurrency: 4 }, () => {
  for (const limit of ['1e99', '9007199254740993', '0', '-5', 'NaN', '', '2500.7', 'soon']) {
    test(`'${limit}' lets the shell answer`, () =>
      onHost(async (host) => {
        const script = '#!/bin/sh\nOPENROUTER_API_KEY=SHELLkey-0123456789 exec env -0\n';
        const SHELL = host.write('shell', script, 0o700);
        const env = { SHELL, EPILOOP_LOAD_SHELL_ENV: '1', EPILOOP_SHELL_ENV_TIMEOUT_MS: limit };
        const { code, stdout, stderr } = await host.run([...STATUS, '--json'], { env });
        assert.equal(code, 0, stderr);
        assert.match(stdout, /"appliedKeys": \[\s*"OPENROUTER_API_KEY"/);
      }));
  }

  test('a shell that hangs is killed after it', () =>
    onHost(async (host) => {
      const SHELL = host.write('shell', '#!/bin/sh\nexec sleep 30\n', 0o700);
      const env = { SHELL, EPILOOP_LOAD_SHELL_ENV: '1', EPILOOP_SHELL_ENV_TIMEOUT_MS: '100.9' };
      const { code, stdout } = await host.run([...STATUS, '--json'], { env });
      assert.equal(code, 0);
      assert.match(stdout, /killed after 100 ms/);
    }));
});
