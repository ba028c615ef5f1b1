import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { catalogue } from '../../src/cli/catalogue.ts';
import { globalOptions } from '../../src/cli/globals.ts';
import { longName } from '../../src/cli/parse.ts';
import { absent, completions, ShellHome, scriptOf } from './completion-script.ts';
import { session } from './session.ts';

const skip = absent('bash');
const script = await scriptOf('bash');

/** Calls the function as bash does, for the words before the cursor; the last one may be empty. */
function offered(home: ShellHome, words: readonly string[]): string[] {
  const list = ['epiloop', ...words].map((word) => `'${word}'`).join(' ');
  const program = `
    source "$SCRIPT"
    COMP_WORDS=(${list}) COMP_CWORD=${words.length} COMP_LINE='' COMP_POINT=0
    _epiloop
    for each in "\${COMPREPLY[@]}"; do printf '%s\\n' "$each"; done`;
  const out = home.run(['bash', '--norc', '--noprofile', '-s'], program);
  return out.split('\n').slice(0, -1).sort();
}

describe('completion bash', () => {
  for (const [typed, expected] of completions) {
    test(typed, { skip }, () => {
      using home = new ShellHome(script);
      assert.deepEqual(offered(home, typed.split(' ')), expected);
    });
  }

  test('every command offers its own options and the global ones, and no other', {
    skip,
  }, async () => {
    using home = new ShellHome(script);
    for (const { entry, command } of await catalogue()) {
      const names = [...command.options, ...globalOptions].map(longName).sort();
      assert.deepEqual(offered(home, [...entry.path, '--']), names);
    }
  });

  const halves: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['= is a word of its own', ['models', 'status', '--format', '=', 'j'], ['json']],
    ['= is the last word', ['models', 'status', '--format', '='], ['json', 'text']],
    ['= is part of the word', ['models', 'status', '--format=j'], ['json']],
    ['behind a value with =', ['models', 'status', '--format', '=', 'json', '--pl'], ['--plain']],
    ['behind --', ['models', 'auth', 'remove', '--', 'a'], []],
    ['behind a word that is no name', ['models', 'nonsense', 'a'], []],
    ['a value that nobody knows', ['models', 'status', '--at', ''], []],
    [
      'files, with a blank in the name',
      ['models', 'auth', 'paste-token', '--from-file', 'my'],
      ['my token.txt'],
    ],
    ['an id, : being a word of its own', ['models', 'auth', 'remove', 'zai', ':', 'w'], ['work']],
    ['an id, : being the last word', ['models', 'auth', 'remove', 'zai', ':'], ['main', 'work']],
    [
      'a second id',
      ['models', 'auth', 'order', 'set', 'zai', ':', 'work', 'zai', ':', 'm'],
      ['main'],
    ],
    ['folders', ['--state-dir', '.ep'], ['.epiloop']],
  ];
  for (const [name, words, expected] of halves) {
    test(name, { skip }, () => {
      using home = new ShellHome(script);
      assert.deepEqual(offered(home, words), expected);
    });
  }

  test('runs nothing that a name on this host holds', { skip }, () => {
    using home = new ShellHome(script);
    offered(home, ['--agent', '']);
    offered(home, ['models', 'auth', 'remove', '$']);
    assert.ok(!existsSync(join(home.home, 'ran')));
  });

  test('without a state directory nothing is offered, and nothing said', { skip }, () => {
    using home = new ShellHome(script);
    rmSync(join(home.home, '.epiloop'), { recursive: true });
    assert.deepEqual(offered(home, ['models', 'auth', 'remove', '']), []);
    assert.deepEqual(offered(home, ['--agent', '']), []);
  });

  test('is registered for epiloop, and says so to bash itself', { skip }, () => {
    using home = new ShellHome(script);
    const out = home.run(['bash', '--norc', '-s'], 'source "$SCRIPT"; complete -p epiloop');
    assert.equal(out, 'complete -F _epiloop epiloop\n');
  });

  test('works with shell options that people set', { skip }, () => {
    using home = new ShellHome(`set -u\n${script}`);
    assert.deepEqual(offered(home, ['models', 'hi']), ['history']);
  });
});

test('an unknown shell is a usage error that names the known ones', async () => {
  const { exit, err } = await session(['completion', 'tcsh']);
  assert.equal(exit, 64);
  assert.match(err, /bash or zsh or fish/);
});
