import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { is } from 'valibot';
import type { DoctorOutcome, DoctorRequest } from '../../src/app/app.ts';
import type { Globals } from '../../src/cli/effects.ts';
import { doctor as answerSchema } from '../../src/cli/schemas/doctor.ts';
import { session, withAnswers } from './session.ts';

const well: DoctorOutcome = {
  mirrors: [{ agentId: 'main', path: '/home/op/x/auth-profiles.json', state: 'current' }],
  findings: [],
  repairs: [],
  notes: [],
  notices: [],
  exitCode: 0,
  home: '/home/op',
};

const ill: DoctorOutcome = {
  ...well,
  findings: [
    { reason: 'expired', message: 'a:b expired 1d ago', hint: 'log in again', exit: 1 },
    { reason: 'ignored_entry', message: 'top-level key \u001b: unknown key', exit: 0 },
  ],
  notices: ['wrote /z'],
  exitCode: 1,
};

const mended: DoctorOutcome = {
  ...well,
  repairs: [
    { reason: 'permissions', message: "chmod 600 '/x'", path: '/x', done: true },
    { reason: 'order_stale', message: 'took a:b out', path: '/y', agentId: 'web', done: false },
  ],
  notes: [{ reason: 'network_fs', message: '/n is far away', hint: 'bring it here', exit: 0 }],
};

async function doctor(words: readonly string[], outcome = well) {
  const requests: DoctorRequest[] = [];
  const opened: Globals[] = [];
  const told = await session(words, {
    effects: {
      openApp: (globals) => {
        opened.push(globals);
        return withAnswers({
          doctor: async (request) => {
            requests.push(request);
            return outcome;
          },
        });
      },
    },
  });
  return { ...told, requests, opened };
}

test('nothing left to do', async () => {
  const { exit, out, err } = await doctor(['doctor']);
  const line = 'current    main ~/x/auth-profiles.json\n';
  assert.deepEqual({ exit, out, err }, { exit: 0, out: `${line}nothing left to do\n`, err: '' });
});

test('what is left, each with its hint', async () => {
  const { exit, out, err } = await doctor(['doctor'], ill);
  assert.equal(
    out,
    `\
current    main ~/x/auth-profiles.json

Not working
- expired: a:b expired 1d ago
  hint: log in again
To be mended
- ignored_entry: top-level key \\u{1b}: unknown key

2 left to do
`,
  );
  assert.deepEqual({ exit, err }, { exit: 1, err: 'epiloop: wrote /z\n' });
});

test('what was repaired, and what only may be wondered at', async () => {
  const { exit, out } = await doctor(['doctor', '--fix'], mended);
  assert.equal(
    out,
    `\
current    main ~/x/auth-profiles.json

repaired: chmod 600 '/x'
would repair: took a:b out

Notes
- network_fs: /n is far away
  hint: bring it here

nothing left to do
`,
  );
  assert.equal(exit, 0);
});

test('--json is the same as data', async () => {
  for (const outcome of [well, ill, mended]) {
    const { exit, out } = await doctor(['doctor', '--json'], outcome);
    const { mirrors, findings, repairs, notes } = outcome;
    const answer = { schemaVersion: 1, mirrors, findings, repairs, notes };
    assert.deepEqual(JSON.parse(out), answer);
    assert.ok(is(answerSchema, JSON.parse(out)));
    assert.equal(exit, outcome.exitCode);
  }
});

describe('what the use case is asked', () => {
  const table: readonly [words: string, request: Partial<DoctorRequest>][] = [
    ['doctor', {}],
    ['doctor --warn-within 7d', { warnWithinMs: 604_800_000 }],
    ['doctor --warn-within 48', { warnWithinMs: 172_800_000 }],
    ['--agent work doctor', { agent: 'work' }],
    ['doctor --non-interactive', {}],
    ['doctor --yes', {}],
    ['doctor --force --deep', {}],
    ['doctor --fix', { fix: true }],
    ['doctor --repair --yes', { fix: true }],
    ['doctor --fix --dry-run', { fix: true, dryRun: true }],
  ];
  for (const [words, request] of table) {
    test(words, async () => {
      const { exit, requests, opened } = await doctor(words.split(' '));
      const usual = { agent: undefined, warnWithinMs: 86_400_000, fix: false, dryRun: false };
      const expected = { ...usual, ...request };
      assert.deepEqual({ exit, requests }, { exit: 0, requests: [expected] });
      assert.equal(opened[0]?.sync, request.dryRun !== true);
    });
  }

  test('it writes nothing with --no-sync', async () => {
    assert.equal((await doctor(['doctor', '--no-sync'])).opened[0]?.sync, false);
  });

  test('nothing where the words are wrong', async () => {
    for (const words of [['extra'], ['--warn-within', 'soon'], ['--dry-run']]) {
      const { exit, opened } = await doctor(['doctor', ...words]);
      assert.deepEqual({ exit, opened }, { exit: 64, opened: [] });
    }
  });
});
