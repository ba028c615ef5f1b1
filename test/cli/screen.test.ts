import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { draw, drawJson, styled, wantsColor } from '../../src/cli/screen.ts';
import fc from '../property.ts';
import { session } from './session.ts';

test('text from outside cannot act on the terminal, coloured or not', () => {
  const nasty = 'a\u001b[2J\u009b1m\u202eb\u200b\nc';
  const shown = 'a\\u{1b}[2J\\u{9b}1m\\u{202e}b\\u{200b}\\u{a}c';
  assert.equal(draw([nasty, ['- ', styled('bad', nasty)]], false), `${shown}\n- ${shown}\n`);
  assert.equal(draw([[styled('bad', nasty)]], true), `\u001b[31m${shown}\u001b[39m\n`);
});

describe('colour', () => {
  const table: readonly [env: Record<string, string>, isTTY: boolean, wanted: boolean][] = [
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '0' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ TERM: 'xterm' }, true, true],
  ];
  for (const [env, isTTY, wanted] of table) {
    test(`${JSON.stringify(env)} on ${isTTY ? 'a terminal' : 'a pipe'}`, async () => {
      assert.equal(
        wantsColor(env, () => isTTY),
        wanted,
      );
      const effects = { env, isTTY: () => isTTY };
      const { out } = await session(['models'], { effects });
      assert.equal(out.includes('\u001b['), wanted);
    });
  }

  test('--no-color wins, and JSON is never coloured', async () => {
    const effects = { isTTY: () => true };
    for (const words of [
      ['models', '--no-color'],
      ['models', '--json'],
      ['--help', '--no-color'],
    ]) {
      assert.ok(!(await session(words, { effects })).out.includes('\u001b'));
    }
  });

  test('whether it is a terminal is not asked where nothing is printed', async () => {
    const isTTY = () => assert.fail('asked');
    const { exit } = await session(['models', '--check'], { effects: { isTTY } });
    assert.equal(exit, 0);
  });
});

test('JSON means the same, and holds nothing that a terminal would act on or hide', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const drawn = drawJson({ text });
      assert.deepEqual(JSON.parse(drawn), { text });
      assert.doesNotMatch(drawn.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
  assert.equal(drawJson('\u{e0041}\u202e'), '"\\udb40\\udc41\\u202e"\n');
});
