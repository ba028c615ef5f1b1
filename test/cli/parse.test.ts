import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Option, Positional } from '../../src/cli/command.ts';
import { parse } from '../../src/cli/parse.ts';
import { EpiloopError } from '../../src/errors.ts';
import fc from '../property.ts';

const options: readonly Option[] = [
  { flags: '--check', summary: '' },
  { flags: '--warn-within <duration>', summary: '' },
  { flags: '--at <time>', summary: '' },
  { flags: '--tag <tag>', summary: '', repeat: true },
  { flags: '--no-write-back', summary: '' },
];

const positionals: readonly Positional[] = [
  { name: 'first', required: true },
  { name: 'others', repeat: true },
];

describe('words become input', () => {
  const table: readonly [words: string, input: object][] = [
    ['', {}],
    ['--check', { check: true }],
    ['--check --check', { check: true }],
    ['--warn-within 7d', { warnWithin: '7d' }],
    ['--warn-within=7d', { warnWithin: '7d' }],
    ['--at 007', { at: '007' }],
    ['--at 1e5', { at: '1e5' }],
    ['--at=0x10', { at: '0x10' }],
    ['--at true', { at: 'true' }],
    ['--at false --check', { at: 'false', check: true }],
    ['--at=-5', { at: '-5' }],
    ['--at=a=b', { at: 'a=b' }],
    ['--at -', { at: '-' }],
    ['--tag a', { tag: ['a'] }],
    ['--tag 1 --tag=02 --check --tag 1', { tag: ['1', '02', '1'], check: true }],
    ['--no-write-back', { noWriteBack: true }],
    ['--at w0 --warn-within w1', { at: 'w0', warnWithin: 'w1' }],
  ];
  for (const [words, input] of table) {
    test(`'${words}'`, () => {
      assert.deepEqual(parse({ options, positionals: [] }, split(words)), input);
    });
  }
});

describe('positionals', () => {
  const table: readonly [words: string, input: object][] = [
    ['a', { first: 'a' }],
    ['01 2 --check 3', { first: '01', others: ['2', '3'], check: true }],
    ['--check a', { first: 'a', check: true }],
    ['-- --check -x', { first: '--check', others: ['-x'] }],
    ['a -- b', { first: 'a', others: ['b'] }],
    ['--at 5 a', { first: 'a', at: '5' }],
  ];
  for (const [words, input] of table) {
    test(`'${words}'`, () => {
      assert.deepEqual(parse({ options, positionals }, split(words)), input);
    });
  }
});

describe('usage errors', () => {
  const table: readonly [words: readonly string[], message: string, hint?: string][] = [
    [['--chek'], 'no option --chek here', 'did you mean --check'],
    [['--jsom'], 'no option --jsom here', 'did you mean --json'],
    [['--wholly-different'], 'no option --wholly-different here'],
    [['--warnWithin', '1h'], 'no option --warnWithin here', 'did you mean --warn-within'],
    [['--at.x', '1'], 'no option --at.x here', 'did you mean --at'],
    [['-c'], 'no option -c here'],
    [['--write-back'], 'no option --write-back here'],
    [['--__proto__=1'], 'no option --__proto__ here'],
    [['--check=yes'], '--check takes no value'],
    [['--at'], '--at needs a value'],
    [['--at='], '--at needs a value'],
    [['--at', ''], '--at needs a value'],
    [['--at', '--check'], '--at needs a value'],
    [['--at', '--', '5'], '--at needs a value'],
    [['--at', '1', '--at', '1'], '--at is given twice'],
    [['extra'], 'unexpected argument extra'],
    [['--', '--check'], 'unexpected argument --check'],
  ];
  for (const [words, message, hint] of table) {
    test(words.join(' '), () => {
      assert.throws(() => parse({ options, positionals: [] }, words), usageError(message, hint));
    });
  }

  test('a required positional is missing', () => {
    assert.throws(
      () => parse({ options, positionals }, ['--check']),
      usageError('<first> is missing'),
    );
  });
});

test('a value that is not an option arrives as it was typed', () => {
  const value = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.double().map(String),
    fc.integer().map(String),
  );
  fc.assert(
    fc.property(value, value, (text, word) => {
      fc.pre(!word.startsWith('-'));
      const parsed = parse({ options, positionals }, [`--at=${text}`, '--warn-within', word, word]);
      assert.deepEqual(parsed, { at: text, warnWithin: word, first: word });
    }),
  );
});

function split(words: string): readonly string[] {
  return words === '' ? [] : words.split(' ');
}

function usageError(message: string, hint?: string) {
  return (error: unknown) => {
    assert.ok(error instanceof EpiloopError);
    assert.deepEqual([error.code, error.message, error.hint], ['usage', message, hint]);
    return true;
  };
}
