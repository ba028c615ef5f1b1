import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import type {
  CooldownClearOutcome,
  CooldownListOutcome,
  MarkOutcome,
  RestingProfile,
} from '../../src/app/rest.ts';
import { findCommand } from '../../src/cli/table.ts';
import { session, withAnswers } from './session.ts';

const now = 1_795_176_000_000;
const minute = 60_000;
const home = '/home/op';
const dirOf = (agent: string) => `${home}/.epiloop/agents/${agent}/agent`;
const placeOf = (agentId: string) => ({
  agentId,
  agentDir: dirOf(agentId),
  storePath: `${dirOf(agentId)}/auth-profiles.json`,
});
const remarks = { findings: [], notices: [], home };

/** What `--json` printed has to fit the schema that the command names. */
async function fits(words: readonly string[], out: string): Promise<void> {
  const found = findCommand(words);
  assert.equal(found.kind, 'command');
  const command = found.kind === 'command' ? await found.entry.load() : undefined;
  const schema = await command?.output?.();
  assert.ok(schema !== undefined);
  assert.equal(v.is(schema, JSON.parse(out)), true, out);
}

const cooling: RestingProfile = {
  profileId: 'zai:a\u202e',
  provider: 'zai',
  kind: 'cooldown',
  until: now + 5 * minute,
  remainingMs: 5 * minute,
  errorCount: 2,
  failureCounts: { rate_limit: 1, auth: 1 },
  lastUsed: now - 120 * minute,
  lastFailureAt: now - 1000,
  inherited: true,
};
const ghost: RestingProfile = {
  profileId: 'zai:gone',
  kind: 'disabled',
  reason: 'billing',
  until: 1e300,
  remainingMs: 1e300 - now,
  failureCounts: {},
  inherited: false,
};

describe('models auth cooldown list', () => {
  async function list(words: readonly string[], outcome: Partial<CooldownListOutcome> = {}) {
    const requests: unknown[] = [];
    const agents = [
      { ...placeOf('ops'), profiles: [cooling, ghost] },
      { ...placeOf('main'), profiles: [] },
    ];
    const app = withAnswers({
      listCooldowns: async (request) => {
        requests.push(request);
        return { agents, now, ...remarks, ...outcome };
      },
    });
    const command = ['models', 'auth', 'cooldown', 'list', ...words];
    const effects = {
      openApp: ({ sync }: { sync: boolean }) => {
        assert.equal(sync, false, 'a question writes nothing');
        return app;
      },
    };
    return { ...(await session(command, { effects })), requests };
  }

  test('one agent’s line per profile, and what was counted', async () => {
    const { exit, out, err, requests } = await list(['--agent', '007', '--provider', 'Z.ai']);
    assert.deepEqual([exit, err], [0, '']);
    assert.deepEqual(requests, [{ agent: '007', provider: 'Z.ai', allAgents: false }]);
    assert.equal(
      out,
      [
        'Agent ops ~/.epiloop/agents/ops/agent/auth-profiles.json',
        "- zai:a\\u{202e} cooling down for another 5m, until 2026-11-20T12:05:00Z (by main's file)",
        '  2 failures (rate_limit 1, auth 1), the last just now; last used 2h ago',
        `- zai:gone disabled (billing) for another ${Math.round(1e300 / 86_400_000)}d, until 1e+300 (no such profile is stored)`,
        'Agent main ~/.epiloop/agents/main/agent/auth-profiles.json',
        '- none rests',
        '',
      ].join('\n'),
    );
  });

  test('--json: one agent by itself, all of them in a list', async () => {
    const one = await list(['--json']);
    const { profiles, agentId } = JSON.parse(one.out);
    assert.deepEqual([agentId, profiles.length], ['ops', 2]);
    await fits(['models', 'auth', 'cooldown', 'list'], one.out);
    const all = await list(['--json', '--all-agents']);
    assert.equal(JSON.parse(all.out).agents.length, 2);
    await fits(['models', 'auth', 'cooldown', 'list'], all.out);
  });

  test('all agents and one of them exclude each other', async () => {
    const { exit, err } = await list(['--all-agents', '--agent', 'x']);
    assert.deepEqual([exit, err], [64, 'epiloop: --all-agents and --agent exclude each other\n']);
  });
});

describe('models auth cooldown clear', () => {
  const cleared = { profileId: 'zai:a', ...placeOf('main') };

  async function clear(words: readonly string[], outcome: Partial<CooldownClearOutcome> = {}) {
    const requests: unknown[] = [];
    const app = withAnswers({
      clearCooldown: async (request) => {
        requests.push(request);
        const { storePath: _, ...agent } = placeOf('ops');
        return { ...agent, cleared: [cleared], ...remarks, ...outcome };
      },
    });
    const command = ['models', 'auth', 'cooldown', 'clear', ...words];
    return { ...(await session(command, { effects: { openApp: () => app } })), requests };
  }

  test('names the agent and file that it touched, main’s too', async () => {
    const { exit, out, requests } = await clear(['zai:a', '--agent', 'ops']);
    assert.deepEqual(requests, [{ what: { id: 'zai:a' }, agent: 'ops' }]);
    assert.equal(exit, 0);
    assert.equal(
      out,
      'cleared zai:a of agent main in ~/.epiloop/agents/main/agent/auth-profiles.json, ' +
        'from which agent ops inherits it\n',
    );
    const own = await clear(['zai:a'], { cleared: [{ ...cleared, ...placeOf('ops') }] });
    assert.equal(
      own.out,
      'cleared zai:a of agent ops in ~/.epiloop/agents/ops/agent/auth-profiles.json\n',
    );
  });

  test('what does not rest is left as it is', async () => {
    const nothing = { cleared: [] };
    const one = await clear(['zai:a'], nothing);
    assert.deepEqual(
      [one.exit, one.out],
      [0, 'zai:a does not rest for agent ops: nothing to clear\n'],
    );
    const all = await clear(['--provider', 'zai'], nothing);
    assert.deepEqual(all.requests, [{ what: { provider: 'zai' }, agent: undefined }]);
    assert.equal(all.out, 'no profile of zai rests for agent ops: nothing to clear\n');
  });

  test('--json fits its schema', async () => {
    const { out } = await clear(['zai:a', '--json']);
    assert.deepEqual(JSON.parse(out).cleared, [cleared]);
    await fits(['models', 'auth', 'cooldown', 'clear'], out);
  });

  const wrong = [
    { words: [], err: /which profile\?/ },
    { words: ['a', '--provider', 'b'], err: /exclude each other/ },
    { words: ['a', 'b'], err: /^epiloop: / },
    { words: [`sk-ant-oat01-${'CANARY'.repeat(9)}`], err: /that is a secret/ },
  ];
  for (const { words, err } of wrong) {
    test(`refuses ${JSON.stringify(words).slice(0, 30)}`, async () => {
      const told = await clear(words);
      assert.equal(told.exit, 64);
      assert.match(told.err, err);
      assert.doesNotMatch(told.err, /CANARY/);
      assert.deepEqual(told.requests, []);
    });
  }
});

describe('models auth mark', () => {
  async function mark(words: readonly string[], outcome: Partial<MarkOutcome> = {}) {
    const requests: unknown[] = [];
    const app = withAnswers({
      mark: async (request) => {
        requests.push(request);
        const common = { ...placeOf('ops'), provider: 'zai', errorCount: 0, ...remarks };
        return { ...common, profileId: request.id, outcome: request.outcome, ...outcome };
      },
    });
    const command = ['models', 'auth', 'mark', ...words];
    return { ...(await session(command, { effects: { openApp: () => app } })), requests };
  }
  const where = 'of agent ops in ~/.epiloop/agents/ops/agent/auth-profiles.json';

  test('a success', async () => {
    const { exit, out, requests } = await mark(['zai:a', '--ok', '--agent', 'ops']);
    assert.deepEqual(requests, [{ id: 'zai:a', outcome: 'ok', agent: 'ops' }]);
    assert.deepEqual([exit, out], [0, `marked zai:a ${where}: it works\n`]);
  });

  test('a failure, and how long it rests', async () => {
    const resting = {
      ...({ kind: 'disabled', reason: 'billing', until: now, remainingMs: 300 * minute } as const),
    };
    const { out, requests } = await mark(['zai:a', '--failed', 'billing'], {
      ...{ resting, errorCount: 2 },
    });
    assert.deepEqual(requests, [{ id: 'zai:a', outcome: 'billing', agent: undefined }]);
    assert.equal(out, `marked zai:a ${where}: disabled for 5h after 2 failures\n`);
    const json = await mark(['zai:a', '--failed=auth', '--json'], { resting, errorCount: 1 });
    await fits(['models', 'auth', 'mark'], json.out);
  });

  const wrong = [
    { words: ['a'], err: /say --ok, or --failed <reason>/ },
    { words: ['a', '--ok', '--failed', 'auth'], err: /exclude each other/ },
    { words: ['a', '--failed', 'maybe'], err: /--failed takes auth or format or rate_limit/ },
    { words: ['--ok'], err: /id/ },
    { words: [`sk-ant-oat01-${'CANARY'.repeat(9)}`, '--ok'], err: /that is a secret/ },
  ];
  for (const { words, err } of wrong) {
    test(`refuses ${JSON.stringify(words).slice(0, 30)}`, async () => {
      const told = await mark(words);
      assert.equal(told.exit, 64);
      assert.match(told.err, err);
      assert.doesNotMatch(told.err, /CANARY/);
      assert.deepEqual(told.requests, []);
    });
  }
});
