import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { realPrograms } from '../../src/platform/programs.ts';

const isRoot = process.geteuid?.() === 0;
const onlyRoot = isRoot ? false : 'only root can give files away';

let top = '';
let real = '';
let link = '';
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'epiloop-trusted-'));
  for (const name of ['bin', 'lib']) mkdirSync(join(top, name));
  real = join(top, 'lib/tool');
  link = join(top, 'bin/tool');
  writeFileSync(real, `#!/bin/sh\ntouch '${top}/ran'\n`, { mode: 0o755 });
  symlinkSync(real, link);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const run = () => realPrograms({ PATH: '/usr/bin:/bin' }).run(link, []);

async function refuses(path: string, message: RegExp, hint: RegExp): Promise<void> {
  await assert.rejects(run(), (error) => {
    assert.ok(error instanceof EpiloopError, String(error));
    assert.equal(error.exitCode, 77);
    assert.equal(error.path, path);
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
    return true;
  });
  assert.throws(() => chmodSync(join(top, 'ran'), 0o600), { code: 'ENOENT' });
}

test("ours and root's, open to a group at most, is run", async () => {
  chmodSync(real, 0o775);
  chmodSync(join(top, 'lib'), 0o775);
  chmodSync(join(top, 'bin'), 0o1777);
  assert.deepEqual(await run(), { code: 0 });
});

test('a file that everybody may write to is not run', async () => {
  chmodSync(real, 0o777);
  await refuses(real, /everybody may write/, /^chmod o-w '.*lib\/tool'$/);
});

for (const name of ['bin', 'lib']) {
  test(`nor in a folder that everybody may write to: ${name}`, async () => {
    const folder = join(top, name);
    chmodSync(folder, 0o777);
    await refuses(folder, /everybody may write to the folder/, /^chmod o-w '/);
  });

  test(`nor in a folder of somebody else: ${name}`, { skip: onlyRoot }, async () => {
    const folder = join(top, name);
    chownSync(folder, 65534, 65534);
    await refuses(folder, /belongs to uid 65534, we are uid 0/, /^run it as uid 65534, or /);
  });
}

test("nor somebody else's file", { skip: onlyRoot }, async () => {
  chownSync(real, 65534, 65534);
  await refuses(real, /belongs to uid 65534/, /out of PATH$/);
});

test('nor by a link that somebody else made', { skip: onlyRoot }, async () => {
  lchownSync(link, 65534, 65534);
  chmodSync(join(top, 'bin'), 0o1777);
  await refuses(link, /belongs to uid 65534/, /out of PATH$/);
});
