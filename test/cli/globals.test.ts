import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readGlobals, splitGlobals } from '../../src/cli/globals.ts';
import { EpiloopError } from '../../src/errors.ts';

const defaults = {
  json: false,
  agent: undefined,
  stateDir: undefined,
  profile: undefined,
  offline: false,
  color: true,
  sync: true,
  cwdEnv: false,
};

describe('global options, wherever they stand', () => {
  const table: readonly [words: string, globals: object, rest: string][] = [
    ['models status', {}, 'models status'],
    ['--json models status', { json: true }, 'models status'],
    ['models status --json', { json: true }, 'models status'],
    ['models --json status --check', { json: true }, 'models status --check'],
    ['--agent 007 models', { agent: '007' }, 'models'],
    ['models --agent=1e5', { agent: '1e5' }, 'models'],
    ['models --check --agent a x', { agent: 'a' }, 'models --check x'],
    ['--state-dir /s --profile a-b_1 models', { stateDir: '/s', profile: 'a-b_1' }, 'models'],
    ['--dev', { profile: 'dev' }, ''],
    [
      '--offline --no-color --no-sync --cwd-env',
      { offline: true, color: false, sync: false, cwdEnv: true },
      '',
    ],
    ['--json --json x', { json: true }, 'x'],
    ['x -- --json --agent', {}, 'x -- --json --agent'],
    ['--agent a --', { agent: 'a' }, '--'],
  ];
  for (const [words, globals, rest] of table) {
    test(`'${words}'`, () => {
      const split = splitGlobals(words.split(' '));
      assert.deepEqual(readGlobals(split), { ...defaults, ...globals });
      assert.equal(split.words.join(' '), rest);
    });
  }

  test('the short letters', () => {
    assert.ok(splitGlobals(['-h']).flags.has('--help'));
    assert.ok(splitGlobals(['-V']).flags.has('--version'));
    assert.deepEqual(splitGlobals(['-hV']).words, ['-hV']);
  });
});

describe('usage errors', () => {
  const name = '--profile takes letters, digits, - and _, at most 64, a letter or digit first';
  const table: readonly [words: readonly string[], message: string][] = [
    [['--agent'], '--agent needs a value'],
    [['--agent', '--json'], '--agent needs a value'],
    [['--agent', '--', 'a'], '--agent needs a value'],
    [['--agent', ''], '--agent needs a value'],
    [['--agent='], '--agent needs a value'],
    [['--agent', 'a', '--agent=a'], '--agent is given twice'],
    [['--json=1'], '--json takes no value'],
    [['--profile', 'a', '--dev'], '--profile and --dev exclude each other'],
    [['--profile', '../x'], name],
    [['--profile', '_x'], name],
    [['--profile', 'a'.repeat(65)], name],
    [['--profile', 'a\n'], name],
  ];
  for (const [words, message] of table) {
    test(JSON.stringify(words).slice(0, 60), () => {
      assert.throws(
        () => readGlobals(splitGlobals(words)),
        (error) =>
          error instanceof EpiloopError && error.code === 'usage' && error.message === message,
      );
    });
  }

  test('a name of 64 characters is fine, in any case', () => {
    const name = `9-${'Z'.repeat(62)}`;
    const { profile } = readGlobals(splitGlobals(['--profile', name]));
    assert.equal(profile?.length, 64);
  });
});
