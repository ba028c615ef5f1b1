/** An edit taken back where the rest of the file has changed since: nothing else is touched. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Draft } from '../../src/config/edit-draft.ts';
import { traceOf } from '../../src/config/edit-trace.ts';
import { putBack } from '../../src/config/edit-value.ts';
import { parse } from '../../src/config/parse.ts';

interface Case {
  readonly name: string;
  /** before the edit */
  readonly old: string;
  /** what the edit left, and what somebody else has made of that */
  readonly now: string;
  readonly back: string;
}

const list = (...lines: string[]) =>
  `{\n  auth: {\n    order: {\n      a: [\n${lines.map((line) => `        ${line}\n`).join('')}      ],\n    },\n  },\n}\n`;

const profiles = (...lines: string[]) =>
  `{\n  auth: {\n    profiles: {\n${lines.map((line) => `      ${line}\n`).join('')}    },\n  },\n}\n`;

const entry = (name: string) => `'${name}': { provider: 'a', mode: 'token' },`;

const cases: readonly Case[] = [
  {
    name: 'an id goes back to its place in a list, with its comment',
    old: list("'x', // the first", "'y', // spare", "'z',"),
    now: list("'y', // spare", '// above', "'x', // the first", "'z',"),
    back: list('// above', "'x', // the first", "'y', // spare", "'z',"),
  },
  {
    name: 'an id that was taken out is back between the others',
    old: list("'x',", "'y',", "'z',"),
    now: list("'x', // one", '// before the last', "'z', // three"),
    back: list("'x', // one", "'y',", '// before the last', "'z', // three"),
  },
  {
    name: 'an id that was taken out is the last again',
    old: list("'x',", "'y'"),
    now: list("'x' // one"),
    back: list("'x', // one", "'y'"),
  },
  {
    name: 'a list on one line keeps its comments',
    old: "{ auth: { order: { a: ['x', 'y', 'z'] } } }",
    now: "{ auth: { order: { a: ['z', /* 1 */ 'x', 'y' /* 2 */] } } }",
    back: "{ auth: { order: { a: [/* 1 */ 'x', 'y', /* 2 */ 'z'] } } }",
  },
  {
    name: 'a profile is listed again where it stood',
    old: profiles(entry('a:x'), entry('a:y'), entry('a:z')),
    now: profiles(`${entry('a:x')} // one`, '// mine', entry('a:z')),
    back: profiles(`${entry('a:x')} // one`, entry('a:y'), '// mine', entry('a:z')),
  },
  {
    name: 'a profile is the first again',
    old: profiles(entry('a:x'), entry('a:y')),
    now: profiles('// mine', entry('a:y')),
    back: profiles(entry('a:x'), '// mine', entry('a:y')),
  },
  {
    name: 'of an entry only the field that changed',
    old: profiles("'x': { provider: 'a', mode: 'token' /* m */ },"),
    now: profiles("'x': { provider: /* p */ 'a', mode: 'oauth' /* m */ },"),
    back: profiles("'x': { provider: /* p */ 'a', mode: 'token' /* m */ },"),
  },
  {
    name: 'what was made for it stays for the comment that stands there now',
    old: '{\n}\n',
    now: profiles('// mine', entry('a:x')),
    back: profiles('// mine'),
  },
];

describe('putting back what an edit changed', () => {
  for (const { name, old, now, back } of cases) {
    test(name, () => {
      const trace = traceOf(parse(old, 'it'), parse(now, 'it'), []);
      assert.ok(trace);
      const draft = new Draft('it', new Map([['it', now]]));
      putBack(draft, 'it', trace);
      assert.equal(draft.text('it'), back);
    });
  }
});
