/** One login in several agents: refreshed by the gateway in one of them, it is refreshed in all. */
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import { AgentsHost, fileOf, opaque, owned, statesOf } from './agents-host.ts';
import { claudeEntry, type Entry, pair, reasonsOf } from './seed-host.ts';

const ID = 'anthropic:default';
const CODEX = 'openai-codex:default';

/** The gateway refreshes a login when its access token is about to end. */
const due = () => Date.now() + 5 * 60_000;

/** How many credentials the store knows: each row of history names the one that it is about. */
async function credentialsOf(host: AgentsHost): Promise<number> {
  const { stdout } = await host.succeed(['models', 'history', '--json', '--limit', '1000']);
  const { entries }: { entries: { after: { credential?: number } | null }[] } = JSON.parse(stdout);
  return new Set(entries.map(({ after }) => after?.credential).filter(Number.isInteger)).size;
}

/** What everybody holds under this id. */
function heldBy(host: AgentsHost, agents: readonly string[], id: string): (Entry | undefined)[] {
  return agents.map((agent) => host.profile(agent, id));
}

describe('a file that the gateway copied down from main', () => {
  for (const agents of [
    ['main', 'web'],
    ['main', 'ops', 'web'],
  ]) {
    for (const where of agents) {
      test(`${agents.length} agents: refreshed in ${where}, carried by all after one sync`, async () => {
        using host = new AgentsHost();
        const before = opaque(1, due());
        for (const agent of agents) host.has(agent, { [ID]: before });
        await host.sync();
        assert.equal(await credentialsOf(host), 1);
        const after = opaque(2);
        host.gatewaySets(where, ID, after);
        const synced = await host.sync();
        const state = (agent: string) => `${agent} ${agent === where ? 'current' : 'written'}`;
        assert.deepEqual(statesOf(synced), agents.map(state));
        for (const held of heldBy(host, agents, ID)) assert.deepEqual(held, after);
        assert.equal(await credentialsOf(host), 1);
        const events = (await host.changes()).map(({ event }) => event);
        assert.deepEqual(events, [...agents.map(() => 'profile_added'), 'rotated']);
        assert.deepEqual(
          statesOf(await host.sync()),
          agents.map((agent) => `${agent} current`),
        );
      });
    }
  }

  test('refreshed before we ever saw it', async () => {
    using host = new AgentsHost();
    host.has('main', { [ID]: opaque(1, due()) });
    const after = opaque(2);
    host.has('web', { [ID]: after });
    await host.sync();
    assert.deepEqual(heldBy(host, ['main', 'web'], ID), [after, after]);
    assert.equal(await credentialsOf(host), 1);
  });

  test('refreshed twice, in one after the other', async () => {
    using host = new AgentsHost();
    for (const agent of ['main', 'web']) host.has(agent, { [ID]: opaque(1, due()) });
    await host.sync();
    host.gatewaySets('web', ID, opaque(2, due()));
    await host.sync();
    const last = opaque(3);
    host.gatewaySets('main', ID, last);
    await host.sync();
    assert.deepEqual(heldBy(host, ['main', 'web'], ID), [last, last]);
  });

  test('an agent that turns up with an earlier pair gets the present one', async () => {
    using host = new AgentsHost();
    const [before, after] = [opaque(1, due()), opaque(2)];
    host.has('main', { [ID]: before });
    await host.sync();
    host.gatewaySets('main', ID, after);
    await host.sync();
    host.has('late', { [ID]: before });
    assert.deepEqual(statesOf(await host.sync()), ['main current', 'late written']);
    assert.deepEqual(heldBy(host, ['main', 'late'], ID), [after, after]);
  });

  test("Claude Code's login is one whatever the agent and its expiry", async () => {
    using host = new AgentsHost();
    const id = 'anthropic:claude-cli';
    for (const agent of ['main', 'web']) host.has(agent, { [id]: claudeEntry(pair(1)) });
    await host.sync();
    host.claudeWrites(pair(2));
    const synced = await host.sync();
    assert.deepEqual(statesOf(synced), ['main written', 'web written']);
    const after = claudeEntry(pair(2));
    assert.deepEqual(heldBy(host, ['main', 'web'], id), [after, after]);
  });
});

describe('a login that names its owner', () => {
  test('is one in all agents, however long its token is good for', async () => {
    using host = new AgentsHost();
    host.has('main', { [CODEX]: owned('alice', 1) });
    host.has('web', { 'openai-codex:alice': owned('alice', 1) });
    await host.sync();
    const after = owned('alice', 2);
    host.gatewaySets('web', 'openai-codex:alice', after);
    await host.sync();
    assert.deepEqual(host.profile('main', CODEX), after);
    assert.equal(await credentialsOf(host), 1);
  });

  test('of another owner is another login, even when a refresh was due', async () => {
    using host = new AgentsHost();
    const alice = owned('alice', 1, due());
    for (const agent of ['main', 'web']) host.has(agent, { [CODEX]: alice });
    await host.sync();
    const bob = owned('bob', 1);
    host.gatewaySets('web', CODEX, bob);
    await host.sync();
    assert.deepEqual(heldBy(host, ['main', 'web'], CODEX), [alice, bob]);
    assert.equal((await host.changes()).at(-1)?.event, 'login_replaced');
    assert.ok(!reasonsOf(await host.doctor(1)).includes('maybe_same_login'));
  });
});

describe('a login that tells nothing', () => {
  test('and is not due is another one under the same id: it stays apart, and doctor asks', async () => {
    using host = new AgentsHost();
    const first = opaque(1);
    for (const agent of ['main', 'web']) host.has(agent, { [ID]: first });
    await host.sync();
    const second = opaque(1, Date.now() + 9 * 3_600_000, 'two');
    host.gatewaySets('web', ID, second);
    assert.deepEqual(statesOf(await host.sync()), ['main current', 'web current']);
    assert.deepEqual(heldBy(host, ['main', 'web'], ID), [first, second]);
    const last = (await host.changes()).at(-1);
    assert.deepEqual(
      [last?.event, last?.subject, last?.agentDir],
      ['login_replaced', ID, host.path('.epiloop/agents/web/agent')],
    );
    const told = (await host.doctor(1, ['--warn-within', '1m'])).filter(
      ({ reason }) => reason === 'maybe_same_login',
    );
    assert.equal(told.length, 1);
    assert.match(told[0]?.message ?? '', /anthropic:default in .+web.+ may be a copy of .+main/);
  });
});

describe('what an agent inherits', () => {
  test("the gateway refreshes into the agent's own file: main gets it too", async () => {
    using host = new AgentsHost();
    host.has('main', { [ID]: opaque(1, due()) });
    await host.sync();
    const after = opaque(2);
    host.has('web', { [ID]: after });
    assert.deepEqual(statesOf(await host.sync()), ['main written', 'web current']);
    assert.deepEqual(host.profile('main', ID), after);
    assert.equal(await credentialsOf(host), 1);
  });
});

describe('an agent whose directory was removed', () => {
  const copies = (host: AgentsHost) => {
    for (const agent of ['main', 'old']) host.has(agent, { [ID]: opaque(1, due()) });
  };

  test('is not made again by a refresh elsewhere', async () => {
    using host = new AgentsHost();
    copies(host);
    await host.sync();
    rmSync(host.path('.epiloop/agents/old'), { recursive: true });
    host.gatewaySets('main', ID, opaque(2));
    await host.sync();
    assert.equal(existsSync(host.path('.epiloop/agents/old')), false);
    await host.report(['--agent', 'main']);
    assert.equal(existsSync(host.path('.epiloop/agents/old')), false);
  });

  test('is made again where agents.list names it', async () => {
    using host = new AgentsHost();
    copies(host);
    host.config({ agents: { list: [{ id: 'old' }] } });
    await host.sync();
    rmSync(host.path('.epiloop/agents/old'), { recursive: true });
    const after = opaque(2);
    host.gatewaySets('main', ID, after);
    await host.sync();
    assert.deepEqual(host.profile('old', ID), after);
    assert.match(host.identity(fileOf('old')), / 600$/);
  });

  test('has the present login when it comes back', async () => {
    using host = new AgentsHost();
    copies(host);
    await host.sync();
    rmSync(host.path('.epiloop/agents/old'), { recursive: true });
    const after = opaque(2);
    host.gatewaySets('main', ID, after);
    await host.sync();
    host.has('old', { [ID]: opaque(1, due()) });
    await host.sync();
    assert.deepEqual(host.profile('old', ID), after);
  });

  test('leaves nothing for doctor to ask about', async () => {
    using host = new AgentsHost();
    host.has('main', { [ID]: opaque(1) });
    host.has('old', { [ID]: opaque(1, Date.now() + 9 * 3_600_000, 'two') });
    const asked = ['--warn-within', '1m'];
    assert.deepEqual(reasonsOf(await host.doctor(1, asked)), ['maybe_same_login']);
    rmSync(host.path('.epiloop/agents/old'), { recursive: true });
    assert.deepEqual(await host.doctor(0, asked), []);
  });
});
