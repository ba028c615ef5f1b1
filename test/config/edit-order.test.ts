import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moveToFront } from '../../src/config/edit.ts';

const front = (text: string) => moveToFront(text, 'p', 'p:x');
const lines = (...all: string[]) => `${all.join('\n')}\n`;

type Case = readonly [name: string, edit: (text: string) => string, from: string, to: string];

const moves: readonly Case[] = [
  [
    'any spelling',
    front,
    "{auth:{order:{' P ':['a','p:x']}}}",
    "{auth:{order:{' P ':['p:x','a']}}}",
  ],
  [
    'the first that fits',
    front,
    '{auth:{order:{p:["a"],P:["a"]}}}',
    '{auth:{order:{p:["p:x","a"],P:["a"]}}}',
  ],
  [
    'an alias',
    (it) => moveToFront(it, 'z.ai', 'p:x'),
    '{auth:{order:{zai:[ ]}}}',
    '{auth:{order:{zai:["p:x"]}}}',
  ],
  [
    'a new one',
    front,
    "{ auth: { order: { p: [ 'a' ] } } }",
    "{ auth: { order: { p: [ 'p:x', 'a' ] } } }",
  ],
  [
    'all of it',
    front,
    '{auth:{order:{p:["a","p:x","b","p:x"]}}}',
    '{auth:{order:{p:["p:x","a","b"]}}}',
  ],
  ['into comments', front, '{auth:{order:{p:[/* a */]}}}', '{auth:{order:{p:[/* a */"p:x"]}}}'],
  [
    'with its comment, and without those of the others',
    front,
    lines(
      '{ auth: { order: { p: [ // best first',
      '  // work',
      '  "a", // 1',
      '  "p:x" /* 2 */, // 3',
      '] } } }',
    ),
    lines(
      '{ auth: { order: { p: [ // best first',
      '  "p:x", /* 2 */ // 3',
      '  // work',
      '  "a", // 1',
      '] } } }',
    ),
  ],
  [
    'a line comment never swallows the next',
    front,
    lines('{ auth: { order: { p: [ "a",', '  "p:x", // 3', '] } } }'),
    lines('{ auth: { order: { p: [ "p:x", // 3', '  "a",', '] } } }'),
  ],
];

for (const [name, edit, from, to] of moves) {
  test(`moved to the front: ${name}`, () => {
    assert.equal(edit(from), to);
    assert.equal(edit(to), to, 'a second edit changes something');
  });
}

const unchanged: readonly [string, (text: string) => string, string][] = [
  ['no order', front, '{auth:{profiles:{}}}'],
  ['no such order', front, '{auth:{order:{q:["a"]}}}'],
  ['an order that is no list', front, '{auth:{order:{p:"a"}}}'],
  ['first already', front, '{auth:{order:{p:["p:x","a","p:x"]}}}'],
];

for (const [name, edit, text] of unchanged) {
  test(`unchanged: ${name}`, () => assert.equal(edit(text), text));
}
