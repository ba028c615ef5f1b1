/** Which agents a host has and where they are: agents.list, folders, links, the environment. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { describe, test } from 'node:test';
import { AgentsHost, apiKey, errorOf, fileOf, LIST, SYNC, statesOf } from './agents-host.ts';
import { MIRROR } from './seed-host.ts';

const KEY = { 'openai:a': apiKey('AGENTkey-main-0123456789') };
const STATUS = ['models', 'status'];
const CHECK = [...STATUS, '--check'];

describe('agents.list', () => {
  test('an agentDir is absolute, from home, or from the working directory', async () => {
    using host = new AgentsHost();
    const list = [
      { id: 'one', agentDir: host.path('absolute') },
      { id: 'two', agentDir: '~/from-home' },
      { id: 'three', agentDir: './relative' },
    ];
    host.config({ agents: { list } });
    for (const place of ['absolute', 'from-home', 'cwd/relative']) {
      host.has(`${place}/`, { [`openai:${place.split('/').at(-1)}`]: apiKey(`AGENT-${place}`) });
    }
    const agents = await host.agents([], { cwd: host.path('cwd') });
    assert.deepEqual(
      agents.map(({ agentId, agentDir, profiles }) => [agentId, agentDir, profiles[0]?.id]),
      [
        ['main', host.path('.epiloop/agents/main/agent'), undefined],
        ['one', host.path('absolute'), 'openai:absolute'],
        ['two', host.path('from-home'), 'openai:from-home'],
        ['three', host.path('cwd/relative'), 'openai:relative'],
      ],
    );
  });

  test('two agents with one directory are refused, by every command and with both names', async () => {
    using host = new AgentsHost();
    host.has('shared/', KEY);
    const agentDir = '~/shared';
    host.config({
      agents: {
        list: [
          { id: 'Web', agentDir },
          { id: 'home', agentDir },
        ],
      },
    });
    const before = host.snapshot();
    for (const args of [SYNC, LIST, ['doctor', '--json'], [...CHECK, '--json']]) {
      const run = await host.run(args);
      assert.equal(run.code, 78, `${args}`);
      const { code, message, path } = errorOf(run);
      assert.equal(code, 'config_invalid');
      assert.match(message, /agents web and home have one directory, .*\/shared$/);
      assert.equal(path, host.path('.epiloop/epiloop.json'));
    }
    assert.deepEqual(host.files(), new Map([...before].filter(([p]) => !p.includes('/auth.'))));
  });

  test('an agent in the directory of another by default is refused too', async () => {
    using host = new AgentsHost();
    const agentDir = '~/.epiloop/agents/main/agent';
    host.config({ agents: { list: [{ id: 'main' }, { id: 'web', agentDir }] } });
    const run = await host.run(SYNC);
    assert.equal(run.code, 78);
    assert.match(errorOf(run).message, /agents main and web have one directory/);
  });

  test('one agent listed twice is one agent, as for the gateway', async () => {
    using host = new AgentsHost();
    host.has('web', KEY);
    host.config({ agents: { list: [{ id: 'web' }, { id: ' Web ' }] } });
    assert.deepEqual(statesOf(await host.sync()), ['main absent', 'web current']);
  });

  test("an agent that names main's directory is main, while main is not listed", async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    const agentDir = '~/.epiloop/agents/main/agent';
    host.config({ agents: { list: [{ id: 'web', agentDir }] } });
    assert.deepEqual(statesOf(await host.sync()), ['main current']);
    const [agent] = await host.agents(['--agent', 'web']);
    assert.deepEqual([agent?.agentId, agent?.profiles[0]?.inherited], ['web', false]);
  });
});

describe('folders', () => {
  test('an agent that is not listed is one, if it has a directory', async () => {
    using host = new AgentsHost();
    host.config({ agents: { list: [{ id: 'listed' }] } });
    host.has('stray', KEY);
    mkdirSync(host.path('.epiloop/agents/empty/sessions'), { recursive: true });
    mkdirSync(host.path('.epiloop/agents/Not An Id/agent'), { recursive: true });
    host.write('.epiloop/agents/notes', 'no folder');
    const { mirrors, ...rest } = await host.sync();
    const places = mirrors.map(({ agentId, path }) => `${agentId} ${path}`);
    assert.deepEqual(places, [
      `main ${host.path(fileOf('main'))}`,
      `listed ${host.path(fileOf('listed'))}`,
      `stray ${host.path(fileOf('stray'))}`,
    ]);
    assert.deepEqual(rest, { schemaVersion: 1, findings: [] });
  });

  test('one directory is one agent, whatever links lead there', async () => {
    using host = new AgentsHost();
    host.has('real/', KEY);
    for (const id of ['one', 'two'])
      mkdirSync(host.path('.epiloop/agents', id), { recursive: true });
    symlinkSync(host.path('real'), host.path('.epiloop/agents/one/agent'));
    symlinkSync('../one/agent', host.path('.epiloop/agents/two/agent'));
    symlinkSync('one', host.path('.epiloop/agents/three'));
    assert.deepEqual(statesOf(await host.sync()), ['main absent', 'one current']);
    const agents = await host.agents(['--agent', 'two']);
    assert.deepEqual(
      agents.map(({ agentDir, profiles }) => [agentDir, profiles.map(({ id }) => id)]),
      [[host.path('.epiloop/agents/two/agent'), ['openai:a']]],
    );
    assert.equal((await host.changes()).length, 1);
  });

  test('a link to nothing hinders nobody', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    mkdirSync(host.path('.epiloop/agents/half'));
    symlinkSync('/nonexistent', host.path('.epiloop/agents/gone'));
    symlinkSync('/nonexistent', host.path('.epiloop/agents/half/agent'));
    assert.deepEqual(statesOf(await host.sync()), ['main current', 'half absent']);
    for (const id of ['gone', 'half']) {
      const [agent] = await host.agents(['--agent', id]);
      assert.deepEqual(
        agent?.profiles.map(({ inherited }) => inherited),
        [true],
        id,
      );
    }
  });
});

describe('EPILOOP_AGENT_DIR and PI_CODING_AGENT_DIR', () => {
  for (const name of ['EPILOOP_AGENT_DIR', 'PI_CODING_AGENT_DIR']) {
    test(`${name} is main's directory, but not that of --agent main`, async () => {
      using host = new AgentsHost();
      const env = { [name]: '~/elsewhere' };
      host.has('elsewhere/', { 'openai:there': apiKey('AGENTkey-elsewhere-01234') });
      host.has('main', KEY);
      const report = await host.report([], { env });
      assert.equal(report.agentDir, host.path('elsewhere'));
      assert.deepEqual(report.auth.providers[0]?.profiles.count, 1);
      const named = await host.report(['--agent', 'main'], { env });
      assert.equal(named.agentDir, host.path('.epiloop/agents/main/agent'));
      assert.equal(named.auth.providers[0]?.profiles.count, 2, 'it inherits the other one');
      assert.equal((await host.report()).auth.providers[0]?.profiles.count, 1);
    });
  }

  test('the first of both counts', async () => {
    using host = new AgentsHost();
    const env = { EPILOOP_AGENT_DIR: '~/one', PI_CODING_AGENT_DIR: '~/two' };
    assert.equal((await host.report([], { env })).agentDir, host.path('one'));
  });

  test('all agents are the directory that it names and those of the state directory', async () => {
    using host = new AgentsHost();
    const env = { EPILOOP_AGENT_DIR: '~/elsewhere' };
    host.has('elsewhere/', { 'openai:there': apiKey('AGENTkey-elsewhere-01234') });
    host.has('main', KEY);
    host.has('web', { 'openai:w': apiKey('AGENTkey-web-012345678') });
    const { mirrors } = await host.sync([], { env });
    assert.deepEqual(
      mirrors.map(({ path }) => path),
      [host.path('elsewhere/auth-profiles.json'), host.path(MIRROR), host.path(fileOf('web'))],
    );
    assert.deepEqual(Object.keys(host.fileIn('web').profiles), ['openai:w']);
  });
});

describe('--agent', () => {
  test('is normalised as the gateway does', async () => {
    using host = new AgentsHost();
    host.has('ops-team', KEY);
    for (const typed of ['Ops Team', 'ops-team', 'OPS-TEAM', '--agent=ops team!']) {
      const option = typed.startsWith('--agent=') ? [typed] : ['--agent', typed];
      const { agentDir, auth } = await host.report(option);
      assert.equal(agentDir, host.path('.epiloop/agents/ops-team/agent'), typed);
      assert.equal(auth.providers[0]?.profiles.count, 1);
    }
  });

  test('an unknown one is answered with what it would inherit, and nothing is made', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    await host.sync();
    const before = host.files();
    const line =
      'epiloop: no agent ghost in agents.list or on the disk: this is what it inherits\n';
    const env = { EPILOOP_NIX_MODE: '1', ANTHROPIC_API_KEY: 'AGENTkey-in-the-environment' };
    for (const args of [STATUS, CHECK, LIST, ['models', 'auth', 'list']]) {
      const { stderr, stdout } = await host.succeed([...args, '--agent', 'Ghost'], { env });
      assert.equal(stderr, line, `${args}`);
      if (args === CHECK) assert.equal(stdout, '');
      else assert.match(stdout, /openai:a/);
    }
    const [agent] = await host.agents(['--agent', 'ghost']);
    assert.deepEqual(
      agent?.profiles.map(({ id, inherited }) => [id, inherited]),
      [['openai:a', true]],
    );
    assert.deepEqual(host.files(), before);
    assert.equal(existsSync(host.path('.epiloop/agents/ghost')), false);
  });

  test('commands that write refuse an unknown one', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    for (const args of [SYNC, ['doctor', '--json']]) {
      const run = await host.run([...args, '--agent', 'ghost']);
      assert.equal(run.code, 66, run.stderr);
      assert.equal(errorOf(run).message, 'no agent ghost in agents.list or on the disk');
    }
    assert.equal(existsSync(host.path('.epiloop/agents/ghost')), false);
  });
});
