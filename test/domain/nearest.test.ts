import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearest } from '../../src/domain/nearest.ts';

test('distances', () => {
  const table: readonly [string, string, number][] = [
    ['', '', 0],
    ['a', 'a', 0],
    ['ab', 'ba', 2],
    ['check', 'chek', 1],
    ['kitten', 'sittin', 2],
    ['status', 'stats', 1],
  ];
  for (const [from, to, edits] of table)
    assert.equal(editDistance(from, to), edits, `${from} ${to}`);
});

test('the nearest within two edits, the closer first, nothing for short or strange words', () => {
  assert.equal(nearest('--jsom', ['--dev', '--json']), '--json');
  assert.equal(nearest('stats', ['state', 'status']), 'state');
  assert.equal(nearest('-x', ['-h']), undefined);
  assert.equal(nearest('banana', ['status']), undefined);
  assert.equal(nearest('x'.repeat(100_000), ['status']), undefined);
});
