import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Change,
  kindOf,
  lastingChange,
  undoneBy,
  undoneIn,
  whyLasting,
} from '../../src/domain/undoing.ts';

const change = (id: number, event: string, after?: Change['after']): Change => ({
  ...{ id, event, subject: 'a:b' },
  ...(after !== undefined && { after }),
});

test('what came from nature is not undone, and says why', () => {
  const rows: readonly [Change, RegExp | undefined][] = [
    [change(1, 'rotated'), /used up/],
    [change(1, 'profile_purged'), /for good/],
    [change(1, 'mirror_repaired'), /damaged/],
    [change(1, 'of_a_later_build'), /cannot be undone/],
    [change(1, 'profile_added', { source: 'claude-cli' }), /another program \(claude-cli\)/],
    [change(1, 'profile_added', { source: 'file' }), /auth-profiles\.json/],
    [change(1, 'login_replaced', { source: 'codex-cli' }), /another program/],
    [change(1, 'profile_added', { source: 'operator' }), undefined],
    [change(1, 'profile_added', { undoes: 4 }), undefined],
    [change(1, 'replaced', { source: 'file' }), undefined],
    [change(1, 'profile_removed'), undefined],
    [change(1, 'order_changed', ['a:b']), undefined],
    [change(1, 'marked', { lastUsed: 1 }), undefined],
    [change(1, 'session_unpinned'), undefined],
    [change(1, 'config_of_a_later_build'), undefined],
  ];
  for (const [row, expected] of rows) {
    const why = whyLasting(row)?.why;
    if (expected === undefined) assert.equal(why, undefined, row.event);
    else assert.match(why ?? '', expected);
  }
});

test('the way to take it away instead is a command that a shell takes as it stands', () => {
  const added = change(1, 'profile_added', { source: 'file' });
  const hint = (subject: string, agentDir?: string) =>
    whyLasting({ ...added, subject, agentDir })?.hint;
  assert.equal(
    hint('a:$(id)', '/home/me/.epiloop/agents/web;/agent'),
    "run epiloop models auth remove --agent 'web;' 'a:$(id)'",
  );
  assert.equal(
    hint('-x', '/home/me/.epiloop/agents/main/agent'),
    'run epiloop models auth remove --agent main -- -x',
  );
  assert.doesNotMatch(hint('a:$(id)', '/elsewhere') ?? '', /\$|auth remove/);
});

test('every change of a profile is of one kind, whoever made it', () => {
  const events = ['profile_added', 'profile_removed', 'profile_purged', 'replaced', 'rotated'];
  for (const event of events) assert.equal(kindOf({ event }), 'profile');
  assert.equal(kindOf({ event: 'mirror_repaired' }), undefined);
});

test('an undo that was undone does not count', () => {
  assert.equal(undoneBy(1, new Map()), undefined);
  assert.equal(undoneBy(1, new Map([[1, 2]])), 2);
  assert.equal(
    undoneBy(
      1,
      new Map([
        [1, 2],
        [2, 3],
      ]),
    ),
    undefined,
  );
  assert.equal(
    undoneBy(
      1,
      new Map([
        [1, 2],
        [2, 3],
        [3, 4],
      ]),
    ),
    2,
  );
  assert.equal(undoneIn({ after: { undoes: 7 } }), 7);
  for (const after of [undefined, null, ['a'], { undoes: '7' }, 'undoes']) {
    assert.equal(undoneIn({ after }), undefined);
  }
});

test('of what came later only what still stands has to be undone first', () => {
  const undo = (id: number, undoes: number) => change(id, 'replaced', { undoes });
  const [two, three] = [change(2, 'replaced'), change(3, 'replaced')];
  assert.equal(lastingChange(1, [], new Map()), undefined);
  assert.equal(lastingChange(1, [two, three], new Map())?.id, 3);
  assert.equal(lastingChange(1, [two, three, undo(4, 3)], new Map([[3, 4]]))?.id, 2);
  const both = new Map([
    [3, 4],
    [2, 5],
  ]);
  assert.equal(lastingChange(1, [two, three, undo(4, 3), undo(5, 2)], both), undefined);
  assert.equal(lastingChange(4, [undo(5, 2)], new Map([[2, 5]]))?.id, 5, 'it reaches behind it');
});
