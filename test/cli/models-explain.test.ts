import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import type { ExplainOutcome } from '../../src/app/rest.ts';
import { modelsExplain } from '../../src/cli/schemas/models-explain.ts';
import { session, withAnswers } from './session.ts';

const now = 1_795_176_000_000;
const minute = 60_000;
const known = { type: 'api_key', provider: 'zai', fingerprint: '1a2b3c4d' } as const;

const outcome: ExplainOutcome = {
  provider: 'zai',
  agentId: 'ops',
  agentDir: '/home/op/.epiloop/agents/ops/agent',
  basis: 'main',
  candidates: [
    { id: 'zai:b', verdict: 'ready', words: 'ready', ...known, inherited: true },
    {
      ...{ id: 'zai:a', verdict: 'cooling', reason: 'cooldown', until: now + minute, ...known },
      ...{ words: 'cooling down for another 1m', hint: 'run it', inherited: false },
    },
    { id: 'gh\u200bost', verdict: 'dropped', reason: 'not_stored', words: 'it is not stored' },
  ],
  next: 'zai:b',
  otherwise: { kind: 'env', source: 'env: ZAI_API_KEY', detail: '#50cb92d9' },
  passesProfiles: false,
  findings: [
    { reason: 'cooldown', message: 'told above', profileId: 'zai:a', exit: 0 },
    { reason: 'mirror_unreadable', message: '/x is unreadable', exit: 0 },
  ],
  notices: ['/y was written'],
  now,
  exitCode: 0,
};

async function explain(words: readonly string[], more: Partial<ExplainOutcome> = {}) {
  const requests: unknown[] = [];
  const app = withAnswers({
    explain: async (request) => {
      requests.push(request);
      return { ...outcome, ...more };
    },
  });
  const openApp = ({ sync }: { sync: boolean }) => {
    assert.equal(sync, false, 'a question writes nothing');
    return app;
  };
  const told = await session(['models', 'explain', ...words], { effects: { openApp } });
  return { ...told, requests };
}

const zai = ['--provider', 'zai'];

describe('models explain', () => {
  test('the screen: the list, the candidates, what is used', async () => {
    const { exit, out, err } = await explain(zai);
    assert.deepEqual([exit, err], [0, 'epiloop: /y was written\n']);
    assert.equal(
      out,
      [
        'Agent: ops',
        'Provider: zai',
        "List in force: main's order",
        '1. zai:b api_key #1a2b3c4d ready (next, from main)',
        '2. zai:a api_key #1a2b3c4d cooling down for another 1m',
        '   hint: run it',
        '- gh\\u{200b}ost it is not stored',
        'Without profiles: env: ZAI_API_KEY #50cb92d9',
        'Used: zai:b',
        '- mirror_unreadable: /x is unreadable',
        '',
      ].join('\n'),
    );
  });

  const none = { candidates: [], next: undefined, findings: [] };
  const answers: readonly [string, Partial<ExplainOutcome>, string][] = [
    ['the environment', none, 'Used: env: ZAI_API_KEY #50cb92d9'],
    ['nothing', { ...none, otherwise: undefined, hint: 'h' }, 'Used: nothing can be used\nhint: h'],
    [
      'without a credential',
      { ...none, otherwise: { kind: 'keyless' } },
      'Used: what needs no credential of ours',
    ],
    [
      'the chain of AWS',
      { ...none, otherwise: { kind: 'keyless' }, passesProfiles: true },
      'Used: what needs no credential of ours (the config says auth: aws-sdk, before any profile)',
    ],
  ];
  for (const [name, more, expected] of answers) {
    test(`what is used: ${name}`, async () => {
      const { out } = await explain(zai, more);
      assert.equal(out.split('\n').slice(3).join('\n'), `- no profiles\n${expected}\n`);
    });
  }

  test('the exit code is the answer', async () => {
    assert.equal((await explain(zai, { exitCode: 1 })).exit, 1);
  });

  test('the steps of a simulation', async () => {
    const order = [
      { id: 'zai:a', verdict: 'ready' },
      { id: 'zai:b', verdict: 'cooling', until: now + 6 * minute },
    ] as const;
    const steps = [
      { event: 'zai:b=auth', at: now, next: 'zai:a', order },
      { event: '+5m', at: now + 5 * minute, order: [] },
    ];
    const { out } = await explain(zai, { steps, findings: [] });
    assert.deepEqual(out.split('\n').slice(-3), [
      'After zai:b=auth: zai:a is used; zai:a, zai:b rests 6m',
      'After +5m (+5m): none is used; no candidates',
      '',
    ]);
  });

  test('--json fits its schema, with null for what there is not', async () => {
    for (const more of [{}, none, { ...none, otherwise: undefined }]) {
      const { out } = await explain([...zai, '--json'], more);
      assert.equal(v.is(modelsExplain, JSON.parse(out)), true, out);
    }
    const { out } = await explain([...zai, '--json'], { ...none, otherwise: undefined });
    const { next, otherwise, steps } = JSON.parse(out);
    assert.deepEqual([next, otherwise, steps], [null, null, undefined]);
  });

  test('what is asked', async () => {
    const words = ['--agent', '1e3', '--at', '5', '--profile-id', '007', '--simulate', 'a=ok'];
    const { requests } = await explain([...zai, ...words]);
    assert.deepEqual(requests, [
      { provider: 'zai', agent: '1e3', at: 5, profileId: '007', simulate: 'a=ok' },
    ]);
    assert.equal((await explain([])).err, 'epiloop: --provider is missing\n');
  });
});
