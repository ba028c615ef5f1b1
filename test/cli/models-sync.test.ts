import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SyncOutcome, SyncRequest } from '../../src/app/app.ts';
import type { Globals } from '../../src/cli/effects.ts';
import type { MirrorState } from '../../src/domain/status-report.ts';
import { session, withAnswers } from './session.ts';

const states: readonly MirrorState['state'][] = [
  'current',
  'absent',
  'written',
  'pending',
  'damaged',
  'unreadable',
  'unchecked',
];

const outcome: SyncOutcome = {
  mirrors: states.map((state, at) => ({
    agentId: `agent-${at}`,
    path: `/home/op/.epiloop/agents/agent-${at}/agent/auth-profiles.json`,
    state,
  })),
  findings: [
    { reason: 'mirror_pending', message: '/x\u202e is locked', hint: 'wait', exit: 0 },
    { reason: 'permissions', message: '/y is readable by others', exit: 0 },
  ],
  notices: ['wrote /z'],
  failures: [],
  exitCode: 75,
  home: '/home/op',
};

async function sync(words: readonly string[], more: Partial<SyncOutcome> = {}) {
  const requests: SyncRequest[] = [];
  const opened: Globals[] = [];
  const told = await session(words, {
    effects: {
      openApp: (globals) => {
        opened.push(globals);
        return withAnswers({
          sync: async (request) => {
            requests.push(request);
            return { ...outcome, ...more };
          },
        });
      },
    },
  });
  return { ...told, requests, opened };
}

test('the screen has a line per file, then the findings; notices go to standard error', async () => {
  const { exit, out, err } = await sync(['models', 'sync']);
  const lines = states.map((state, at) => {
    return `${state.padEnd(10)} agent-${at} ~/.epiloop/agents/agent-${at}/agent/auth-profiles.json\n`;
  });
  const findings = [
    '- mirror_pending: /x\\u{202e} is locked\n  hint: wait\n',
    '- permissions: /y is readable by others\n',
  ];
  assert.equal(out, [...lines, ...findings].join(''));
  assert.deepEqual({ exit, err }, { exit: 75, err: 'epiloop: wrote /z\n' });
});

test('--json is what was found, with absolute paths', async () => {
  const { exit, out } = await sync(['models', 'sync', '--json']);
  const { mirrors, findings } = outcome;
  assert.deepEqual(JSON.parse(out), { schemaVersion: 1, mirrors, findings });
  assert.equal(exit, 75);
});

describe('what the use case is asked', () => {
  test('every agent, or the one that is named', async () => {
    assert.deepEqual((await sync(['models', 'sync'])).requests, [{ agent: undefined }]);
    const named = await sync(['models', 'sync', '--agent', '007']);
    assert.deepEqual(named.requests, [{ agent: '007' }]);
  });

  test('it writes, unless --no-sync forbids it', async () => {
    assert.equal((await sync(['models', 'sync'])).opened[0]?.sync, true);
    assert.equal((await sync(['--no-sync', 'models', 'sync'])).opened[0]?.sync, false);
  });

  test('nothing where the words are wrong', async () => {
    for (const words of [['extra'], ['--watch'], ['--check']]) {
      const { exit, out, opened } = await sync(['models', 'sync', ...words]);
      assert.deepEqual({ exit, out, opened }, { exit: 64, out: '', opened: [] });
    }
  });
});
