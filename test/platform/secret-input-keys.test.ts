import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { edit, emptyLine, type HiddenLine } from '../../src/platform/hidden-line.ts';
import fc from '../property.ts';

const type = (...inputs: readonly string[]): HiddenLine => inputs.reduce(edit, emptyLine);
const paste = (text: string) => `\x1b[200~${text}\x1b[201~`;

describe('keys on a hidden line', () => {
  const table: readonly [name: string, inputs: string[], text: string, ended?: string][] = [
    ['are collected', ['a', 'b', 'c'], 'abc'],
    ['Enter ends it', ['abc', '\r'], 'abc', 'enter'],
    ['so does a line feed', ['abc\n'], 'abc', 'enter'],
    ['backspace takes one away', ['abc\x7f\b'], 'a'],
    ['a whole character', ['a\u{1f511}\x7f'], 'a'],
    ['and nothing from nothing', ['\x7f\x7fa'], 'a'],
    ['Ctrl-U takes all away', ['abc\x15d'], 'd'],
    ['so does Ctrl-W', ['abc\x17'], ''],
    ['Ctrl-D on an empty line is the end', ['\x04'], '', 'end'],
    ['also after everything was taken away', ['a\x7f\x04'], '', 'end'],
    ['Ctrl-D behind something is nothing', ['abc\x04'], 'abc'],
    ['Ctrl-C forgets all', ['abc\x03'], '', 'interrupt'],
    ['what comes after Ctrl-C does not count', ['\x03', 'abc\r'], '', 'interrupt'],
    ['Ctrl-C counts in a paste that never ends', ['\x1b[200~abc\x03'], '', 'interrupt'],
    ['arrows and function keys are nothing', ['a\x1b[A\x1bOP\x1b[15~\x1b[1;5Cb\x1bx'], 'ab'],
    ['in pieces too', ['a\x1b', '[', '1;5', 'Cb'], 'ab'],
    ['Enter counts behind Escape', ['a\x1b\r'], 'a', 'enter'],
    ['so does Ctrl-C', ['a\x1b', '\x03'], '', 'interrupt'],
    ['and an arrow', ['a\x1b\x1b[Ab'], 'ab'],
    ['a control character is kept, to be refused', ['a\x01b'], 'a\x01b'],
  ];
  for (const [name, inputs, text, ended] of table) {
    test(name, () => {
      const line = type(...inputs);
      assert.deepEqual([line.text, line.ended], [text, ended]);
    });
  }
});

describe('a paste', () => {
  test('loses its marks and keeps its line ends', () => {
    const line = type('x', paste('abc\r def\r'), 'y', '\r');
    assert.deepEqual([line.text, line.ended], ['xabc\r def\ry', 'enter']);
  });

  test('does not obey the keys in it', () => {
    assert.equal(type(paste('ab\x15\x7fc\x04')).text, 'ab\x15\x7fc\x04');
  });

  test('without marks goes on behind a line end with more behind it', () => {
    assert.deepEqual(type('abc\r def\r'), { ...emptyLine, text: 'abc\n def', ended: 'enter' });
    assert.deepEqual(type('abc\r', ' def'), { ...emptyLine, text: 'abc\n def', ended: undefined });
  });
});

test('however input is cut into pieces, it means the same', () => {
  const key = fc.constantFrom('a', 'Z', '-', '\r', '\x7f', '\x15', '\x1b[A', '\x1bOP', 'é', '\x04');
  const text = fc
    .array(fc.oneof(key, key.map(paste)), { maxLength: 12 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.nat(8)), (input, cuts) => {
      const pieces: string[] = [];
      let rest = input;
      for (const cut of cuts) {
        pieces.push(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      assert.deepEqual(type(...pieces, rest), type(input));
    }),
  );
});
