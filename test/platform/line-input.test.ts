import assert from 'node:assert/strict';
import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const module = join(import.meta.dirname, '../../src/platform/line-input.ts');
const code = `
  import { readLines } from ${JSON.stringify(module)};
  const answer = await readLines('say it').catch(({ code, hint }) => ({ code, hint }));
  console.log(JSON.stringify(answer));
`;
const node = [process.execPath, '--input-type=module', '-e', code];

/** What a process reads that is given this as its standard input. */
function piped(options: SpawnSyncOptions, shell?: string) {
  const [program = '', ...args] = shell === undefined ? node : ['sh', '-c', shell, 'sh', ...node];
  const child = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000, ...options });
  assert.equal(String(child.stderr), '');
  return JSON.parse(String(child.stdout));
}

describe('standard input as lines', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\r\n\r\nb\n', ['a', '', 'b']],
    ['ä\u001b\n', ['ä\u001b']],
  ];
  for (const [input, lines] of rows) {
    test(JSON.stringify(input), () => assert.deepEqual(piped({ input }), lines));
  }

  test('nothing at all', () => {
    assert.deepEqual(piped({ stdio: [openSync('/dev/null', 'r'), 'pipe', 'pipe'] }), []);
  });

  test('is waited for', () => {
    const shell = '{ sleep 0.2; printf ab; sleep 0.2; printf "c\\nd"; } | "$@"';
    assert.deepEqual(piped({}, shell), ['abc', 'd']);
  });

  test('is bounded, and text', () => {
    assert.equal(piped({ input: 'x'.repeat(262_144) }).length, 1);
    assert.equal(piped({ input: 'x'.repeat(262_145) }).code, 'bad_data');
    assert.equal(piped({ input: Buffer.from([0xff]) }).code, 'bad_data');
  });

  const script = spawnSync('script', ['--version']).status === 0;
  const skip = script ? false : 'only script can make a terminal here';
  test('is not waited for at a terminal', { skip }, () => {
    const words = node.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const child = spawnSync('script', ['-qec', words, '/dev/null'], { encoding: 'utf8' });
    assert.deepEqual(JSON.parse(child.stdout), { code: 'usage', hint: 'say it' });
  });
});
