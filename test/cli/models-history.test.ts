import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEntry, HistoryOutcome } from '../../src/app/app.ts';
import { session } from './session.ts';

const entries: readonly HistoryEntry[] = [
  {
    id: 12,
    at: 1_795_176_000_123,
    event: 'rotated',
    command: 'models status',
    host: 'gate\u200bway',
    agentDir: '/s/agents/main/agent',
    subject: 'anthropic:claude-cli',
    path: '/home/op/.claude/.credentials.json',
    before: { fingerprint: '#1a', generation: 3 },
    after: { fingerprint: '#2b', generation: 4 },
  },
  {
    id: 11,
    at: Number.MAX_SAFE_INTEGER,
    event: 'config_mode_upgraded',
    command: 'models status',
    host: 'gw',
    after: 'oauth',
  },
  { id: 10, at: 0, event: 'started', command: 'models status', host: 'gw' },
];

test('the screen, newest first', async () => {
  const { exit, out } = await session(['models', 'history'], { history: { entries, notices: [] } });
  assert.equal(exit, 0);
  assert.equal(
    out,
    `\
#12 2026-11-20T12:00:00Z rotated anthropic:claude-cli
  /s/agents/main/agent
  /home/op/.claude/.credentials.json
  by models status on gate\\u{200b}way
  {"fingerprint":"#1a","generation":3} -> {"fingerprint":"#2b","generation":4}
#11 9007199254740991 ms config_mode_upgraded
  by models status on gw
  - -> oauth
#10 1970-01-01T00:00:00Z started
  by models status on gw
`,
  );
});

test('--json has every field, null where there is nothing', async () => {
  const { out } = await session(['models', 'history', '--json'], {
    history: { entries, notices: [] },
  });
  const value = JSON.parse(out);
  assert.equal(value.schemaVersion, 1);
  assert.deepEqual(value.entries[0], { ...entries[0], undoes: null, undoneBy: null });
  assert.deepEqual(value.entries[2], {
    ...entries[2],
    agentDir: null,
    subject: null,
    path: null,
    before: null,
    after: null,
    undoes: null,
    undoneBy: null,
  });
});

test('what was undone says by which change, and what undid says which', async () => {
  const common = { at: 0, command: 'undo', host: 'gw', subject: 'a:b' };
  const history: HistoryOutcome = {
    entries: [
      { ...common, id: 4, event: 'profile_removed', after: { undoes: 3 } },
      { ...common, id: 3, event: 'profile_added', after: { credential: 1 }, undoneBy: 4 },
    ],
    notices: [],
  };
  const { out } = await session(['models', 'history'], { history });
  assert.equal(
    out,
    `\
#4 1970-01-01T00:00:00Z profile_removed a:b
  by undo on gw
  undoes #3
  - -> -
#3 1970-01-01T00:00:00Z profile_added a:b
  by undo on gw
  undone by #4
  - -> {"credential":1}
`,
  );
  const { entries } = JSON.parse((await session(['models', 'history', '--json'], { history })).out);
  assert.deepEqual([entries[0].undoes, entries[0].undoneBy], [3, null]);
  assert.deepEqual([entries[1].undoes, entries[1].undoneBy], [null, 4]);
});

test('an empty history says so, and its notices go to standard error', async () => {
  const history = { entries: [], notices: ['the store is not there'] };
  const { exit, out, err } = await session(['models', 'history'], { history });
  assert.deepEqual(
    { exit, out, err },
    { exit: 0, out: 'no entries\n', err: 'epiloop: the store is not there\n' },
  );
});

test('--limit', async () => {
  assert.deepEqual((await session(['models', 'history'])).requests, [{ limit: 20 }, 'close']);
  assert.deepEqual((await session(['models', 'history', '--limit', '5'])).requests, [
    { limit: 5 },
    'close',
  ]);
  for (const limit of ['0', '1000001', 'all', '1.5', '1e3']) {
    const { exit, err, opened } = await session(['models', 'history', '--limit', limit]);
    assert.deepEqual({ exit, opened }, { exit: 64, opened: [] });
    assert.equal(err, 'epiloop: --limit takes a whole number from 1 to 1000000\n');
  }
});
