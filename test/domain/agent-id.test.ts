import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultAgentId, normalizeAgentId } from '../../src/domain/agent-id.ts';

const ids = [
  ['main', 'main'],
  [' Work ', 'work'],
  ['007', '007'],
  ['Ops Team', 'ops-team'],
  ['a_b-c', 'a_b-c'],
  ['--x--', 'x'],
  ['_x', '_x'],
  ['../../etc', 'etc'],
  ['Zürich / Büro', 'z-rich-b-ro'],
  ['', 'main'],
  ['   ', 'main'],
  ['///', 'main'],
  [undefined, 'main'],
  ['a'.repeat(64), 'a'.repeat(64)],
  ['a'.repeat(65), 'a'.repeat(64)],
] as const;

describe('agent id', () => {
  for (const [text, id] of ids) {
    test(`${JSON.stringify(text)} becomes ${id}`, () => assert.equal(normalizeAgentId(text), id));
  }
});

describe('default agent', () => {
  const agent = (id: string, marked = false) => ({ id, default: marked });
  const lists = [
    ['nobody listed', [], 'main'],
    ['the first listed', [agent('a'), agent('b')], 'a'],
    ['the marked one', [agent('a'), agent('b', true)], 'b'],
    ['the first of two marked', [agent('a'), agent('b', true), agent('c', true)], 'b'],
  ] as const;
  for (const [name, list, id] of lists) {
    test(name, () => assert.equal(defaultAgentId(list), id));
  }
});
