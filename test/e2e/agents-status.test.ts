/** `models status` of one agent, and of all of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentReport } from '../../src/app/app.ts';
import { AgentsHost, apiKey, fileOf, opaque, owned } from './agents-host.ts';
import { HOUR, reasonsOf } from './seed-host.ts';

const ID = 'anthropic:default';
const due = () => Date.now() + 300_000;
const ALL = ['models', 'status', '--all-agents'];
const CHECK = [...ALL, '--check'];
const DAMAGE = '{"profiles": {';

async function reports(host: AgentsHost): Promise<AgentReport[]> {
  const { agents, ...rest } = JSON.parse((await host.succeed([...ALL, '--json'])).stdout);
  assert.deepEqual(rest, { schemaVersion: 1 });
  return agents;
}

describe('--agent', () => {
  test('brings that agent, main and whoever shares a login with them up to date', async () => {
    using host = new AgentsHost();
    for (const agent of ['main', 'ops', 'web']) host.has(agent, { [ID]: opaque(1, due()) });
    host.has('apart', { 'openai:a': apiKey('AGENTkey-apart-012345678') });
    await host.sync();
    host.gatewaySets('web', ID, opaque(2));
    host.gatewaySets('apart', 'openai:b', apiKey('AGENTkey-later-012345678'));
    const { mirrors } = await host.report(['--agent', 'web']);
    assert.deepEqual(
      mirrors.map(({ agentId, state }) => `${agentId} ${state}`),
      ['main written', 'web current', 'ops written'],
    );
    for (const agent of ['main', 'ops']) {
      assert.deepEqual(host.profile(agent, ID), host.profile('web', ID));
    }
    const added = (await host.changes()).filter(({ subject }) => subject === 'openai:b');
    assert.deepEqual(added, [], 'nobody asked about that agent');
  });
});

describe('--all-agents', () => {
  test('--json has the report of each agent, main first', async () => {
    using host = new AgentsHost();
    host.config({ agents: { list: [{ id: 'web' }, { id: 'empty' }] } });
    host.has('main', { 'anthropic:a': apiKey('AGENTkey-main-0123456789', 'anthropic') });
    host.has('web', { 'openai:w': apiKey('AGENTkey-web-0123456789') });
    host.has('stray', {});
    const found = await reports(host);
    assert.deepEqual(
      found.map(({ agentId, agentDir, auth, mirrors }) => [
        agentId,
        agentDir,
        auth.providers.map(({ provider }) => provider).join(),
        mirrors.map(({ state }) => state).join(),
      ]),
      [
        ['main', host.path('.epiloop/agents/main/agent'), 'anthropic', 'current'],
        ['web', host.path('.epiloop/agents/web/agent'), 'anthropic,openai', 'current'],
        ['empty', host.path('.epiloop/agents/empty/agent'), 'anthropic', 'absent'],
        ['stray', host.path('.epiloop/agents/stray/agent'), 'anthropic', 'current'],
      ],
    );
    const [first] = found;
    const alone = await host.report();
    assert.deepEqual(Object.keys(first ?? {}), ['agentId', ...Object.keys(alone)]);
  });

  test('the screens stand beneath each other', async () => {
    using host = new AgentsHost();
    host.has('main', {});
    host.has('web', {});
    const { stdout } = await host.succeed(ALL);
    const headings = stdout.split('\n').filter((line) => /^(Agent |Agent dir)/.test(line));
    assert.deepEqual(headings, [
      'Agent main',
      'Agent dir     : ~/.epiloop/agents/main/agent',
      'Agent web',
      'Agent dir     : ~/.epiloop/agents/web/agent',
    ]);
  });

  test('--check looks at every agent', async () => {
    using host = new AgentsHost();
    host.has('main', { 'anthropic:a': apiKey('AGENTkey-main-0123456789', 'anthropic') });
    host.has('web', { 'anthropic:w': opaque(1, Date.now() - 3 * HOUR) });
    const main = await host.run(['models', 'status', '--check']);
    assert.deepEqual([main.code, main.stdout], [0, '']);
    const all = await host.run(CHECK);
    assert.equal(all.code, 1);
    assert.match(all.stdout, /^expired: anthropic:w expired 3h ago for agent web\n$/);
  });

  test('one id in two agents is two findings, and each says whose it is', async () => {
    using host = new AgentsHost();
    host.has('main', { [ID]: owned('one', 1, Date.now() - 3 * HOUR) });
    host.has('web', { [ID]: owned('two', 1, Date.now() - 3 * HOUR) });
    const { code, stdout } = await host.run(CHECK);
    assert.equal(code, 1);
    const expired = stdout.split('\n').filter((line) => line.startsWith('expired: '));
    assert.deepEqual(expired, [
      'expired: anthropic:default expired 3h ago',
      'expired: anthropic:default expired 3h ago for agent web',
    ]);
    const [, web] = await reports(host);
    const own = web?.findings.find(({ reason }) => reason === 'expired');
    assert.equal(own?.hint, 'run epiloop models auth refresh --agent web anthropic:default');
  });

  test('of one login that two agents hold it is told once', async () => {
    using host = new AgentsHost();
    for (const agent of ['main', 'web'])
      host.has(agent, { [ID]: opaque(1, Date.now() - 3 * HOUR) });
    const { stdout } = await host.run(CHECK);
    const expired = stdout.split('\n').filter((line) => line.startsWith('expired: '));
    assert.deepEqual(expired, ['expired: anthropic:default expired 3h ago']);
  });

  test('what is inherited is told once', async () => {
    using host = new AgentsHost();
    host.has('main', { [ID]: opaque(1, Date.now() - 3 * HOUR) });
    for (const agent of ['ops', 'web']) host.has(agent, {});
    const { stdout } = await host.run(CHECK);
    assert.equal(stdout.match(/expired/g)?.length, 2, stdout);
  });

  test('an agent that cannot be read hides no other, and --check could not tell', async () => {
    using host = new AgentsHost();
    host.has('main', { 'anthropic:a': apiKey('AGENTkey-main-0123456789', 'anthropic') });
    host.write(fileOf('hurt'), DAMAGE);
    const found = await reports(host);
    assert.deepEqual(
      found.map(({ agentId, mirrors }) => `${agentId} ${mirrors[0]?.state}`),
      ['main current', 'hurt damaged'],
    );
    assert.deepEqual(reasonsOf(found[1]?.findings ?? []), ['mirror_unreadable']);
    const checked = await host.run(CHECK);
    assert.equal(checked.code, 65);
    assert.match(checked.stdout, /^mirror_unreadable: .+hurt.+ is damaged/);
    host.has('web', { 'anthropic:w': opaque(1, Date.now() - 3 * HOUR) });
    assert.equal((await host.run(CHECK)).code, 1, 'what is bad is graver than what is unknown');
    assert.equal(host.read(fileOf('hurt')), DAMAGE);
  });

  test('excludes --agent', async () => {
    using host = new AgentsHost();
    const { code, stderr } = await host.run([...ALL, '--agent', 'web']);
    assert.equal(code, 64);
    assert.match(stderr, /--all-agents and --agent exclude each other/);
  });
});
