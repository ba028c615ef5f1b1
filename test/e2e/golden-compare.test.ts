import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareFiles, compareReports, compareScreens } from './golden-compare.ts';

/** The comparison itself has to see what it is there for. */
describe('comparing a report with the recorded one', () => {
  const theirs = { a: 1, b: { c: [{ d: 'x' }], e: null } };
  const behind = { schemaVersion: 1, findings: [], mirrors: [] };

  test('the same with our fields behind differs in nothing', () => {
    assert.deepEqual(compareReports(theirs, { ...theirs, ...behind }), []);
  });

  const rows: readonly (readonly [string, object, readonly string[]])[] = [
    ['a value', { ...theirs, a: 2, ...behind }, ['a']],
    ['a deep value', { a: 1, b: { c: [{ d: 'y' }], e: null }, ...behind }, ['b.c[0].d']],
    ['another length', { a: 1, b: { c: [], e: null }, ...behind }, ['b.c']],
    ['an absent field', { a: 1, b: { c: [{ d: 'x' }] }, ...behind }, ['b.e']],
    ['a field too many', { a: 1, b: { ...theirs.b, f: 1 }, ...behind }, ['b.f']],
    ['another key order', { b: theirs.b, a: 1, ...behind }, [' (key order)']],
    ['ours before theirs', { a: 1, ...behind, b: theirs.b }, ['b']],
    ['one of ours is missing', { ...theirs, schemaVersion: 1, findings: [] }, ['mirrors']],
  ];
  for (const [what, ours, places] of rows) {
    test(what, () => {
      const found = compareReports(theirs, ours);
      assert.deepEqual(
        found.map(({ where }) => where),
        places,
      );
    });
  }
});

describe('comparing a screen with the recorded one', () => {
  const theirs = 'one\ntwo\nthree\n';
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ['the same', theirs, []],
    ['findings behind', `${theirs}\nFindings (2)\n- a: b\n  hint: c\n- d: e\n`, []],
    [
      'a false count',
      `${theirs}\nFindings (1)\n- a: b\n- d: e\n`,
      ['\nFindings (1)\n- a: b\n- d: e'],
    ],
    ['a changed line', 'one\n2\nthree\n', ['2']],
    ['a missing line', 'one\nthree\n', ['absent']],
    ['a line too many', 'one\ntwo\n2b\nthree\n', ['2b']],
    ['nothing', '', ['']],
  ];
  for (const [what, ours, lines] of rows) {
    test(what, () => {
      const found = compareScreens(theirs, ours);
      assert.deepEqual(
        found.map((each) => each.ours),
        lines,
      );
    });
  }
});

test('comparing files: text, mode, absence and strays', () => {
  const file = { mode: '600', text: 'x' };
  const theirs = new Map([
    ['same', file],
    ['text', file],
    ['mode', file],
    ['gone', file],
  ]);
  const ours = new Map([
    ['same', file],
    ['text', { mode: '600', text: 'y' }],
    ['mode', { mode: '644', text: 'x' }],
    ['stray', file],
  ]);
  assert.deepEqual(compareFiles(theirs, ours), [
    { where: 'file:text', ours: 'y' },
    { where: 'file:mode (mode)', ours: '644' },
    { where: 'file:gone', ours: 'absent' },
    { where: 'file:stray', ours: 'x' },
  ]);
});
