/** Texts with `▸` in front of each place that is to be remarked on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Note } from '../../src/domain/lint.ts';

/** One row: a marked text, and the codes at its marks in their order. */
export type Row = readonly [text: string, codes: string];

export function unmark(marked: string): { readonly text: string; readonly places: number[] } {
  const pieces = marked.split('▸');
  const places: number[] = [];
  let at = 0;
  for (const piece of pieces.slice(0, -1)) {
    at += piece.length;
    places.push(at);
  }
  return { text: pieces.join(''), places };
}

/** Every row is one test: these notes at these places, and no others. */
export function testRows(rows: readonly Row[], lint: (text: string) => readonly Note[]): void {
  for (const [marked, codes] of rows) {
    test(`${codes || 'nothing'}: ${marked.replaceAll('\n', ' ')}`, () => {
      const { text, places } = unmark(marked);
      const expected = codes.split(' ').filter((code) => code !== '');
      assert.equal(places.length, expected.length, 'the row has as many marks as codes');
      const found = lint(text).toSorted((a, b) => a.at - b.at);
      assert.deepEqual(
        found.map(({ at, code }) => `${at} ${code}`),
        places.map((at, index) => `${at} ${expected[index]}`),
      );
    });
  }
}
