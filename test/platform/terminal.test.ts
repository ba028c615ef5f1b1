import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { test } from 'node:test';
import { terminalColumns } from '../../src/platform/terminal.ts';

const moduleUrl = new URL('../../src/platform/terminal.ts', import.meta.url).href;
const code = `
  import { isTerminal } from ${JSON.stringify(moduleUrl)};
  import { writeSync } from 'node:fs';
  const answers = ['stdin', 'stdout', 'stderr'].map(isTerminal).join(' ');
  const loaded = process.moduleLoadList.includes('NativeModule net');
  writeSync(3, answers + ' ' + loaded);
`;

/** Three answers, and whether node:net was loaded for them. */
function ask(stdio: readonly (number | 'pipe')[]): string {
  const args = ['--input-type=module', '-e', code];
  const child = spawnSync(process.execPath, args, { stdio: [...stdio, 'pipe'], encoding: 'utf8' });
  return child.output[3] ?? '';
}

test('pipes and files are no terminals, and nothing is loaded to find out', () => {
  const file = openSync(import.meta.filename, 'r');
  assert.equal(ask([file, 'pipe', 'pipe']), 'false false false false');
});

test('a character device that is no terminal is none', () => {
  const device = openSync('/dev/null', 'r+');
  assert.match(ask([device, device, device]), /^false false false /);
});

test('COLUMNS where it is a positive whole number', () => {
  assert.equal(terminalColumns({ COLUMNS: '72' }), 72);
  for (const COLUMNS of ['0', '-1', 'wide', '', '7.5']) {
    assert.equal(terminalColumns({ COLUMNS }), process.stdout.columns);
  }
});
