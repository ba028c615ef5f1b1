import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import { findHome } from '../../src/platform/home.ts';

test('HOME where it is absolute, else the account', () => {
  const { homedir } = userInfo();
  const table: readonly [home: string | undefined, found: string][] = [
    ['/home/op', '/home/op'],
    ['/', '/'],
    ['relative', homedir],
    ['~', homedir],
    ['', homedir],
    [undefined, homedir],
  ];
  for (const [HOME, found] of table) assert.equal(findHome({ HOME }), found, `HOME=${HOME}`);
});

test('a user id without an account has none', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, () => {
  const code = `
    import { findHome } from ${JSON.stringify(new URL('../../src/platform/home.ts', import.meta.url).href)};
    process.setuid(3999999);
    process.stdout.write(String(findHome({})) + ' ' + findHome({ HOME: '/h' }));
  `;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  assert.equal(child.stdout, 'undefined /h');
});
