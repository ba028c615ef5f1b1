/** `models sync`, and the questions that write nothing. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AgentsHost, apiKey, errorOf, fileOf, opaque, SYNC, statesOf } from './agents-host.ts';
import { MIRROR, pair, reasonsOf } from './seed-host.ts';

const ID = 'anthropic:default';
const due = () => Date.now() + 300_000;
const DAMAGE = '{"version": 1, "profiles": {"openai:a": {"type": "api_key", "key": "AGENTkey-half';

const isRoot = process.getuid?.() === 0;
const needsRoot = isRoot ? false : 'only root can run it as another user';
const nobody = 65_534;
const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];

function giveAway(folder: string): void {
  chownSync(folder, nobody, nobody);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chownSync(join(entry.parentPath, entry.name), nobody, nobody);
  }
}

/** Two agents with one login, just refreshed in `ops`, and a third one that gets in the way. */
async function refreshedInOps(): Promise<AgentsHost> {
  const host = new AgentsHost();
  for (const agent of ['main', 'ops']) host.has(agent, { [ID]: opaque(1, due()) });
  await host.sync();
  host.gatewaySets('ops', ID, opaque(2, due()));
  return host;
}

describe('models sync', () => {
  test('tells the file of every agent, and what there is to know', async () => {
    using host = new AgentsHost();
    host.config({ agents: { list: [{ id: 'web' }, { id: 'home' }] } });
    host.has('main', { 'openai:a': apiKey('AGENTkey-0123456789-0123') });
    host.has('web', { odd: { type: 'certificate', provider: 'x' } });
    const { stdout, stderr } = await host.succeed(['models', 'sync']);
    assert.equal(stderr, '');
    assert.equal(
      stdout,
      [
        'current    main ~/.epiloop/agents/main/agent/auth-profiles.json',
        'current    web ~/.epiloop/agents/web/agent/auth-profiles.json',
        'absent     home ~/.epiloop/agents/home/agent/auth-profiles.json',
        '- ignored_entry: profile odd: type "certificate" is not one of api_key, token, oauth',
        '',
      ].join('\n'),
    );
  });

  test('--json is one value', async () => {
    using host = await refreshedInOps();
    const { mirrors, findings, ...rest } = await host.sync();
    assert.deepEqual(mirrors, [
      { agentId: 'main', path: host.path(MIRROR), state: 'written' },
      { agentId: 'ops', path: host.path(fileOf('ops')), state: 'current' },
    ]);
    assert.deepEqual(findings, []);
    assert.deepEqual(rest, { schemaVersion: 1 });
  });

  test('says on standard error what it wrote', async () => {
    using host = await refreshedInOps();
    const { stderr } = await host.succeed(SYNC);
    assert.equal(stderr, `epiloop: wrote ${host.path(MIRROR)} of agent main\n`);
  });

  test('--agent is that agent, main and those that share a login with them', async () => {
    using host = await refreshedInOps();
    host.has('apart', { 'openai:a': apiKey('AGENTkey-apart-012345678') });
    host.has('lone', { 'openai:a': apiKey('AGENTkey-lone-0123456789') });
    const synced = await host.sync(['--agent', 'apart']);
    assert.deepEqual(statesOf(synced), ['main written', 'apart current', 'ops current']);
  });

  test('a config that is invalid is told as one JSON value', async () => {
    using host = new AgentsHost();
    host.config({ auth: { nonsense: true } });
    const run = await host.run(SYNC);
    assert.equal(run.code, 78);
    assert.equal(run.stderr, '');
    assert.equal(errorOf(run).code, 'config_invalid');
  });
});

describe('a file that cannot be read keeps nobody else waiting', () => {
  test('65: damaged before it was ever read', async () => {
    using host = await refreshedInOps();
    host.write(fileOf('web'), DAMAGE);
    for (const args of [SYNC, [...SYNC, '--agent', 'web']]) {
      const run = await host.run(args);
      assert.equal(run.code, 65, run.stderr);
      const { mirrors, findings } = JSON.parse(run.stdout);
      assert.ok(statesOf({ schemaVersion: 1, mirrors, findings }).includes('web damaged'));
      assert.deepEqual(reasonsOf(findings), ['mirror_unreadable']);
      assert.doesNotMatch(run.stdout, /AGENT/);
      assert.equal(host.read(fileOf('web')), DAMAGE);
      assert.deepEqual(host.profile('main', ID), host.profile('ops', ID));
    }
  });

  test("65: main's, and then no other client's login is put in its place", async () => {
    using host = new AgentsHost();
    host.write(MIRROR, DAMAGE);
    host.has('web', { 'openai:a': apiKey('AGENTkey-0123456789-0123') });
    host.claudeWrites(pair(1));
    const web = ['--agent', 'web'];
    for (const args of [SYNC, SYNC, ['models', 'status', ...web], ['doctor'], SYNC]) {
      const { code } = await host.run(args);
      assert.equal(code, args[0] === 'doctor' ? 1 : 65, `${args}`);
      assert.equal(host.read(MIRROR), DAMAGE, `${args}`);
    }
    assert.deepEqual(
      (await host.changes()).map(({ subject }) => subject),
      ['openai:a'],
    );
  });

  test('0: damaged after it was read, for then it is mended', async () => {
    using host = await refreshedInOps();
    host.write(fileOf('ops'), DAMAGE);
    const { mirrors, findings } = await host.sync();
    assert.deepEqual(
      mirrors.map(({ state }) => state),
      ['current', 'written'],
    );
    assert.deepEqual(reasonsOf(findings), ['mirror_damaged']);
    assert.match(String(findings[0]?.message), /what we had of it is kept, and its bytes are put/);
    assert.deepEqual(host.profile('ops', ID)?.['refresh'], opaque(1)['refresh']);
    const kept = readdirSync(host.path('.epiloop/agents/ops/agent')).filter((name) =>
      /^auth-profiles\.json\.damaged-\d+$/.test(name),
    );
    assert.equal(kept.length, 1);
  });

  test('77: in a folder of somebody else', { skip: needsRoot }, async () => {
    using host = await refreshedInOps();
    host.has('web', { 'openai:a': apiKey('AGENTkey-0123456789-0123') });
    giveAway(host.home);
    chownSync(host.path('.epiloop/agents/web'), 0, 0);
    chmodSync(host.path('.epiloop/agents/web'), 0o700);
    const run = await host.run(SYNC, { wrapper: asNobody });
    assert.equal(run.code, 77, `${run.stdout}${run.stderr}`);
    const told = JSON.parse(run.stdout);
    assert.deepEqual(statesOf(told), ['main written', 'ops current', 'web unreadable']);
    assert.deepEqual(host.profile('main', ID), host.profile('ops', ID));
  });

  test('77: a file of somebody else, which is graver than a damaged one', {
    skip: needsRoot,
  }, async () => {
    using host = await refreshedInOps();
    host.has('web', { 'openai:a': apiKey('AGENTkey-0123456789-0123') });
    host.write(fileOf('hurt'), DAMAGE);
    giveAway(host.home);
    chownSync(host.path(fileOf('web')), 1000, 1000);
    const run = await host.run(SYNC, { wrapper: asNobody });
    assert.equal(run.code, 77, `${run.stdout}${run.stderr}`);
    const told = JSON.parse(run.stdout);
    assert.deepEqual(
      new Set(statesOf(told)),
      new Set(['main written', 'ops current', 'hurt damaged', 'web unreadable']),
    );
    assert.match(run.stdout, /belongs to uid 1000/);
  });
});

describe('what writes nothing', () => {
  const silent = [
    ['models', 'auth', 'list'],
    ['models', 'auth', 'list', '--json'],
    ['models', 'auth', 'list', '--agent', 'ops'],
    ['models', 'history'],
    ['models', 'auth', 'order', 'get', '--provider', 'anthropic'],
    ['models', 'sync', '--no-sync'],
    ['models', 'sync', '--no-sync', '--json'],
  ];

  for (const args of silent) {
    test(`${args.join(' ')}, on a host where nothing is set up`, async () => {
      using host = new AgentsHost();
      await host.succeed(args);
      assert.deepEqual(readdirSync(host.home), []);
    });

    test(`${args.join(' ')}, on one that nobody has synced yet`, async () => {
      using host = new AgentsHost();
      host.has('main', { [ID]: opaque(1) });
      host.has('ops', { [ID]: opaque(1) });
      host.claudeWrites(pair(1));
      host.config({ auth: { profiles: { 'anthropic:claude-cli': CLAUDE_TOKEN } } });
      const before = host.snapshot();
      const { stderr } = await host.succeed(args);
      assert.equal(stderr, '');
      assert.deepEqual(host.snapshot(), before);
    });

    test(`${args.join(' ')}, with changes that wait to be taken over`, async () => {
      using host = await refreshedInOps();
      const before = host.snapshot();
      await host.succeed(args);
      assert.deepEqual(host.snapshot(), before);
    });
  }

  const CLAUDE_TOKEN = { provider: 'anthropic', mode: 'token' };

  test('and yet answers as if it had been synced', async () => {
    using host = await refreshedInOps();
    const marks = (await host.agents()).map(({ profiles }) => profiles[0]?.fingerprint);
    assert.equal(new Set(marks).size, 1);
    const { mirrors } = await host.sync(['--no-sync']);
    assert.deepEqual(
      mirrors.map(({ state }) => state),
      ['unchecked', 'current'],
    );
    assert.deepEqual(host.profile('main', ID)?.['refresh'], opaque(1)['refresh']);
    await host.sync();
    const after = (await host.agents()).map(({ profiles }) => profiles[0]?.fingerprint);
    assert.deepEqual(after, marks);
    assert.equal(existsSync(host.path('.epiloop/agents/ops/agent/auth-profiles.json.lock')), false);
  });
});

describe('models auth list', () => {
  test('has every field of a profile, and no secret', async () => {
    using host = new AgentsHost();
    const expires = due();
    host.has('main', { [ID]: { ...opaque(1, expires), email: 'op@example.org' } });
    const { stdout } = await host.succeed(['models', 'auth', 'list', '--json']);
    const { agents, ...rest } = JSON.parse(stdout);
    assert.deepEqual(rest, { schemaVersion: 1, findings: [] });
    assert.match(agents[0].profiles[0].fingerprint, /^[0-9a-f]{8}$/);
    agents[0].profiles[0].fingerprint = '';
    assert.deepEqual(agents, [
      {
        agentId: 'main',
        agentDir: host.path('.epiloop/agents/main/agent'),
        storePath: host.path(MIRROR),
        profiles: [
          {
            id: ID,
            provider: 'anthropic',
            email: 'op@example.org',
            type: 'oauth',
            expiresAt: expires,
            blank: false,
            refreshable: true,
            fingerprint: '',
            inherited: false,
            status: 'expiring',
          },
        ],
      },
    ]);
    assert.doesNotMatch(stdout, /sk-ant|AGENT/);
  });

  test('of an agent whose file is damaged could not tell', async () => {
    using host = new AgentsHost();
    host.has('main', { [ID]: opaque(1) });
    host.write(fileOf('web'), DAMAGE);
    const run = await host.run(['models', 'auth', 'list', '--json', '--agent', 'web']);
    assert.equal(run.code, 65);
    const { stdout } = await host.succeed(['models', 'auth', 'list', '--json']);
    const { agents, findings } = JSON.parse(stdout);
    assert.equal(agents.length, 2);
    assert.deepEqual(reasonsOf(findings), ['mirror_unreadable']);
  });
});
