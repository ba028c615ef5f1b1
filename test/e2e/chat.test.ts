import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ChatHost, KEY, SESSIONS } from './chat-host.ts';
import { WORK } from './order-host.ts';

const entry = { sessionId: 's1', updatedAt: 5, compactionCount: 1 };

describe('a session that the gateway knows', () => {
  test('is pinned in its file, by the gateway’s fields, and nothing else of it changes', async () => {
    using host = new ChatHost({ 'agent:main:other': { n: 1 }, [KEY]: entry });
    const { stdout, stderr } = await host.chat('/model sonnet@anthropic:b');
    assert.equal(
      stdout,
      'Model set to sonnet (anthropic/claude-sonnet-4-5). Auth profile set to anthropic:b.\n',
    );
    assert.equal(
      stderr,
      `epiloop: stored session ${KEY} of agent main in ~/.epiloop/auth.sqlite\n` +
        `epiloop: wrote session ${KEY} of agent main into ~/${SESSIONS}\n`,
    );
    assert.deepEqual(host.sessions(), {
      'agent:main:other': { n: 1 },
      [KEY]: {
        ...entry,
        providerOverride: 'anthropic',
        modelOverride: 'claude-sonnet-4-5',
        authProfileOverride: 'anthropic:b',
        authProfileOverrideSource: 'user',
      },
    });
    assert.equal(statSync(host.path(SESSIONS)).mode & 0o777, 0o600);
  });

  test('is freed by a model without a profile, and reset by the default one', async () => {
    using host = new ChatHost({ [KEY]: entry });
    await host.told('/model sonnet@anthropic:b');
    const { pin } = await host.told('/model openai/gpt-5.2');
    assert.deepEqual([pin?.['model'], pin?.['profileId']], ['gpt-5.2', null]);
    const { pin: none, replies } = await host.told('/opus');
    assert.equal(none, null);
    assert.equal(replies[0]?.text, 'Model reset to default (opus (anthropic/claude-opus-4-5)).');
    assert.deepEqual(host.sessions(), { [KEY]: entry });
    assert.deepEqual(
      (await host.changes())
        .filter(({ event }) => event.startsWith('session_'))
        .map((e) => e.event),
      ['session_pinned', 'session_pinned', 'session_unpinned'],
    );
  });

  test('keeps what the gateway chose since', async () => {
    using host = new ChatHost({ [KEY]: entry });
    await host.told('/model sonnet@anthropic:b');
    const chosen = { authProfileOverride: 'anthropic:a', authProfileOverrideSource: 'user' };
    host.gatewaySaves({ [KEY]: { ...entry, ...chosen } });
    const { pin, sessionsFile } = await host.told('/model');
    assert.deepEqual([pin?.['profileId'], pin?.['model']], ['anthropic:a', null]);
    assert.equal(sessionsFile.state, 'current');
  });

  test('has its pin come first for the resolver, and shown', async () => {
    using host = new ChatHost({ [KEY]: entry });
    await host.told('/model opus@anthropic:b');
    const { stdout } = await host.chat('/model status');
    assert.match(stdout, /\nAuth profile: anthropic:b \(pinned by the user\)\n/);
    assert.match(
      stdout,
      /auth: anthropic:b=#[0-9a-f]{8} \(next\), anthropic:a=#[0-9a-f]{8} \(auth/,
    );
    assert.doesNotMatch(stdout, /CHATkey/);
    const explain = ['models', 'explain', '--provider', 'anthropic'];
    assert.match((await host.succeed(explain)).stdout, /\nUsed: anthropic:a\n/);
    for (const pin of [
      ['--profile-id', 'anthropic:b'],
      ['--session', KEY],
    ]) {
      assert.match((await host.succeed([...explain, ...pin])).stdout, /\nUsed: anthropic:b\n/);
    }
    const other = ['models', 'explain', '--provider', 'openai', '--session', KEY];
    assert.equal((await host.succeed(other)).stderr, '');
  });

  test('loses a pin whose profile is gone, and it is told', async () => {
    using host = new ChatHost({
      [KEY]: { ...entry, authProfileOverride: 'anthropic:gone', authProfileOverrideSource: 'user' },
    });
    const { stderr } = await host.chat('/model');
    assert.match(stderr, /the session's profile anthropic:gone was dropped: it is gone\n/);
    assert.deepEqual(host.sessions(), { [KEY]: entry });
  });

  test('keeps a pin on a profile that only its agent has', async () => {
    const name = SESSIONS.replace('main', 'work');
    using host = new ChatHost();
    host.write(name, { 'agent:work:main': entry });
    const told = await host.told('/model opus@anthropic:w', {}, 'agent:work:main');
    assert.equal(told.agentId, 'work');
    assert.equal(
      (await host.told('/model', {}, 'agent:work:main')).pin?.['profileId'],
      'anthropic:w',
    );
    assert.equal(host.sessions(name)['agent:work:main']?.['authProfileOverride'], 'anthropic:w');
    assert.equal((await host.chat('/model opus@anthropic:w')).code, 66);
    // what it inherits may be pinned, and is not copied
    await host.told('/model opus@anthropic:a', {}, 'agent:work:main');
    assert.deepEqual(Object.keys(JSON.parse(host.read(WORK)).profiles), ['anthropic:w']);
  });

  test('cannot be pinned to what its order leaves out', async () => {
    using host = new ChatHost({ [KEY]: entry });
    await host.succeed([
      'models',
      'auth',
      'order',
      'set',
      '--provider',
      'anthropic',
      'anthropic:a',
    ]);
    const { code, stdout } = await host.chat('/model opus@anthropic:b');
    assert.deepEqual(
      [code, stdout],
      [1, 'Auth profile "anthropic:b" cannot be pinned: it is not in the order.\n'],
    );
    assert.deepEqual(host.sessions(), { [KEY]: entry });
  });
});

describe('a session that the gateway does not know', () => {
  test('is pinned here only, which is said, and handed over once it has begun', async () => {
    using host = new ChatHost({ 'agent:main:other': { n: 1 } });
    const before = host.read(SESSIONS);
    const { code, stderr } = await host.chat('/model sonnet@anthropic:b');
    assert.equal(code, 0);
    assert.match(stderr, /the gateway has no such session in .*: run this again once it has;/);
    assert.equal(host.read(SESSIONS), before);
    host.gatewaySaves({ 'agent:main:other': { n: 2 }, [KEY]: entry });
    const { sessionsFile } = await host.told('/model');
    assert.equal(sessionsFile.state, 'written');
    assert.equal(host.sessions()[KEY]?.['authProfileOverride'], 'anthropic:b');
    assert.deepEqual(host.sessions()['agent:main:other'], { n: 2 });
    assert.equal((await host.told('/model')).sessionsFile.state, 'current');
  });

  test('is known by the rest of its key, and a file is never made', async () => {
    using host = new ChatHost();
    const told = await host.told('/model sonnet', {}, 'main');
    assert.deepEqual([told.sessionKey, told.sessionsFile.state], [KEY, 'absent']);
    assert.equal((await host.told('/model')).pin?.['model'], 'claude-sonnet-4-5');
    assert.ok(![...host.snapshot().keys()].some((name) => name.includes('sessions')));
  });

  test('is of the agent that is named where the key names none', async () => {
    using host = new ChatHost();
    const words = [
      'chat',
      '--json',
      '--session',
      'main',
      '--agent',
      'Work',
      '/model opus@anthropic:w',
    ];
    const told = JSON.parse((await host.succeed(words)).stdout);
    assert.deepEqual([told.sessionKey, told.agentId], ['agent:work:main', 'work']);
  });

  test('is found under another spelling once it has begun', async () => {
    using host = new ChatHost();
    await host.told('/model sonnet', {}, 'Telegram:DM:7');
    host.write(SESSIONS, { 'agent:main:telegram:dm:7': entry });
    const told = await host.told('/model', {}, 'Telegram:DM:7');
    assert.equal(told.sessionKey, 'agent:main:telegram:dm:7');
    assert.equal(
      host.sessions()['agent:main:telegram:dm:7']?.['modelOverride'],
      'claude-sonnet-4-5',
    );
  });
});

test('session.store says where the sessions are', async () => {
  using host = new ChatHost(undefined, { session: { store: '~/elsewhere/{agentId}.json' } });
  host.write('elsewhere/main.json', { [KEY]: entry });
  assert.equal(
    (await host.told('/model sonnet')).sessionsFile.path,
    host.path('elsewhere/main.json'),
  );
  assert.equal(host.sessions('elsewhere/main.json')[KEY]?.['modelOverride'], 'claude-sonnet-4-5');
  using relative = new ChatHost(undefined, { session: { store: 'sessions.json' } });
  relative.write('sessions.json', { [KEY]: entry });
  const { stderr } = await relative.chat('/model sonnet');
  assert.match(stderr, /session\.store is a relative path/);
  assert.deepEqual(relative.sessions('sessions.json'), { [KEY]: entry });
});

describe('lines of standard input', () => {
  test('are answered in their order, and numbers count in the last list', async () => {
    using host = new ChatHost({ [KEY]: entry });
    const stdin = 'hello\n/models anthropic\n/model 2@anthropic:a and so on\n';
    const { code, stdout, stderr } = await host.chat(undefined, { stdin });
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `Models (anthropic) — showing 1-2 of 2 (page 1/1)
1. anthropic/claude-opus-4-5
2. anthropic/claude-sonnet-4-5

Switch: /model <provider/model>, or /model <number>

Model set to anthropic/claude-sonnet-4-5. Auth profile set to anthropic:a.
`,
    );
    assert.match(stderr, /^epiloop: line 1 was skipped: no \/model\n/);
    assert.match(stderr, /the rest of line 3 is no business of \/model and was left out\n/);
    // the list is remembered from run to run, by session
    assert.equal((await host.told('/model 1')).pin, null);
    assert.equal((await host.chat('/model 1', {}, 'agent:main:else')).code, 1);
  });

  test('of which one is refused change what the others say', async () => {
    using host = new ChatHost({ [KEY]: entry });
    const stdin = '/model sonnet\n/model sonnet@anthropic:x\n/model status\n';
    const { code, stdout } = await host.chat(undefined, { stdin });
    assert.equal(code, 66);
    assert.match(
      stdout,
      /\n\nAuth profile "anthropic:x" not found\.\n\nCurrent: anthropic\/claude-son/,
    );
    assert.equal(host.sessions()[KEY]?.['modelOverride'], 'claude-sonnet-4-5');
  });
});
