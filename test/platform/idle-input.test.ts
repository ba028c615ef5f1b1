/** A pipe that nobody writes to or closes is left; one that is slow, or closed, is not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';

const code = `
  import { readSecret } from '${new URL('../../src/platform/secret-input.ts', import.meta.url)}';
  const from = { kind: 'stdin', prompt: '', idleMs: 1500 };
  const told = await readSecret(from, { env: {}, files: undefined }).catch((e) => e.message);
  console.log(JSON.stringify(told));
  process.exit();
`;

function said(shell: string): unknown {
  const args = ['-c', shell, 'sh', process.execPath, '--input-type=module', '-e', code];
  const { stdout } = spawnSync('sh', args, { encoding: 'utf8', timeout: 20_000 });
  return JSON.parse(stdout);
}

describe('standard input with a bound on its silence', () => {
  const silent = ['standard input said nothing for 1.5s and was not waited for'];
  const table: readonly [name: string, shell: string, told: unknown][] = [
    ['an idle pipe is empty, and told', 'sleep 5 | "$@"', { text: '', notes: silent }],
    ['a slow pipe is read', '(sleep 0.5; printf a; sleep 2; printf b) | "$@"', { text: 'ab' }],
    ['a closed pipe is empty', ': | "$@"', { text: '' }],
    ['a closed descriptor is empty', '"$@" <&-', { text: '' }],
    ['nothing is empty', '"$@" </dev/null', { text: '' }],
    ['a file is read', 'f=$(mktemp); printf abc >"$f"; "$@" <"$f"; rm "$f"', { text: 'abc' }],
    ['a stream without end is refused', 'yes | "$@"', 'standard input has more than 65536 bytes'],
  ];
  for (const [name, shell, told] of table) {
    test(name, () => {
      assert.deepEqual(
        said(shell),
        typeof told === 'string' ? told : { notes: [], ...Object(told) },
      );
    });
  }
});
