/** What a new login does to what stands under its id already. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { visit } from '../oauth/browser.ts';
import { type Issuer, startIssuer } from '../oauth/issuer.ts';
import { GatewayHost } from './host.ts';
import { logIn } from './login-run.ts';

let issuer: Issuer;
let host: GatewayHost;

before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());
beforeEach(() => {
  host = new GatewayHost();
});
afterEach(() => host.remove());

const mirror = (agent: string) => `.epiloop/agents/${agent}/agent/auth-profiles.json`;
const id = 'anthropic:ann@example.org';

interface Entry {
  readonly access: string;
  readonly refresh: string;
  readonly accountId?: string;
  readonly email?: string;
}

function profiles(agent = 'main'): Record<string, Entry> {
  return (host.json(mirror(agent)) as { profiles: Record<string, Entry> }).profiles;
}

function has(agent: string, entries: Readonly<Record<string, object>>): void {
  host.write(mirror(agent), { version: 1, profiles: entries });
}

const allow = '--allow-token-endpoint';
const login = (name: string, ...words: string[]) =>
  logIn(host, { env: issuer.loginEnv, words: ['--callback', ...words] }, async ({ address }) => {
    await fetch(await visit(address, { name }));
  });
const refresh = (which: string) =>
  host.run(['models', 'auth', 'refresh', which, allow], { env: issuer.loginEnv });

async function history(): Promise<string[]> {
  const { stdout } = await host.run(['models', 'history', '--json']);
  return (JSON.parse(stdout) as { entries: { event: string }[] }).entries.map(({ event }) => event);
}

describe('the same person who logs in again', () => {
  it('renews the login for every agent that holds it, unasked', async () => {
    assert.equal((await login('ann')).code, 0);
    const first = profiles()[id];
    assert.ok(first !== undefined);
    has('work', { [id]: first });
    assert.equal((await host.run(['models', 'sync'])).code, 0);
    const { code, stdout, stderr } = await login('ann');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^replaced anthropic:ann@example\.org/);
    const second = profiles()[id];
    assert.notEqual(second?.refresh, first.refresh);
    assert.deepEqual(profiles('work')[id], second);
    assert.equal((await history())[0], 'rotated');
    assert.equal((await refresh(id)).code, 0);
    assert.deepEqual(profiles('work')[id], profiles()[id]);
  });

  it('makes good what the provider had refused', async () => {
    const dead = { access: 'acc-of-old', refresh: 'ref-of-old', expires: Date.now() - 60_000 };
    const whose = { accountId: 'ann', email: 'ann@example.org' };
    has('main', { [id]: { type: 'oauth', provider: 'anthropic', ...dead, ...whose } });
    assert.equal((await refresh(id)).code, 77);
    const reasons = async () => (await host.run(['models', 'status', '--check'])).stdout;
    assert.match(await reasons(), /refresh_refused/);
    const { code, stderr } = await login('ann');
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(await reasons(), /refresh_refused/);
    const renewed = await refresh(id);
    assert.equal(renewed.code, 0, renewed.stdout);
    assert.match(renewed.stdout, /refreshed/);
  });
});

describe('what else stands under the id', () => {
  const words = ['--profile-id', id];

  it('is kept where nobody can be asked: another login', async () => {
    assert.equal((await login('ann')).code, 0);
    const before = host.read(mirror('main'));
    const { code, stderr } = await login('bob', ...words);
    assert.equal(code, 77);
    assert.match(stderr, /is another login, which was kept; nothing was stored/);
    assert.match(stderr, /hint: add --replace/);
    assert.equal(host.read(mirror('main')), before);
  });

  it('is replaced with --replace, and nothing of it stays', async () => {
    assert.equal((await login('ann')).code, 0);
    const { code, stderr } = await login('bob', ...words, '--replace');
    assert.equal(code, 0, stderr);
    const { accountId, email } = profiles()[id] ?? {};
    assert.deepEqual([accountId, email], ['bob', 'bob@example.org']);
    assert.equal((await history())[0], 'login_replaced');
  });

  it('is kept though only the file has it yet', async () => {
    has('main', { [id]: { type: 'oauth', provider: 'anthropic', access: 'a', refresh: 'r' } });
    const { code, stderr } = await login('ann');
    assert.equal(code, 77, stderr);
    assert.match(stderr, /is another login, which was kept/);
    assert.equal(profiles()[id]?.refresh, 'r');
  });

  it('is kept before anybody has logged in: a key', async () => {
    has('main', { [id]: { type: 'api_key', provider: 'anthropic', key: 'sk-ant-api03-x' } });
    const { code, stderr } = await login('ann', ...words);
    assert.equal(code, 77);
    assert.match(stderr, /is an API key, which was kept/);
    assert.doesNotMatch(stderr, /open this address/);
  });

  it('is replaced with --replace: a key', async () => {
    has('main', { [id]: { type: 'api_key', provider: 'anthropic', key: 'sk-ant-api03-x' } });
    const { code, stderr } = await login('ann', ...words, '--replace');
    assert.equal(code, 0, stderr);
    assert.equal(profiles()[id]?.accountId, 'ann');
  });
});

describe('a login in vain is refused before anybody has logged in', () => {
  const cases: readonly [string, readonly string[], number, RegExp][] = [
    ['offline', ['--offline'], 77, /--offline forbids/],
    ['without writing', ['--no-sync'], 77, /--no-sync forbids/],
    ['for nobody', ['--agent', 'nobody'], 66, /no agent nobody/],
    ['as Claude Code', ['--profile-id', 'anthropic:claude-cli'], 77, /of another client/],
    ['to an unknown provider', ['--provider', 'acme'], 77, /how to log in to acme/],
  ];
  for (const [name, words, expected, message] of cases) {
    it(name, async () => {
      const provider = words.includes('--provider') ? [] : ['--provider', 'anthropic'];
      const { code, stderr } = await host.run(
        ['models', 'auth', 'login', '--callback', allow, ...provider, ...words],
        { env: issuer.loginEnv },
      );
      assert.equal(code, expected, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /open this address/);
    });
  }

  it('into a damaged file', async () => {
    host.write(mirror('main'), '{ damaged');
    const { code, stderr } = await login('ann');
    assert.equal(code, 65, stderr);
    assert.doesNotMatch(stderr, /open this address/);
    assert.equal(host.read(mirror('main')), '{ damaged');
  });

  it('to another host that nobody allowed', async () => {
    const { code, stderr } = await host.run(
      ['models', 'auth', 'login', '--callback', '--provider', 'anthropic'],
      { env: issuer.loginEnv },
    );
    assert.equal(code, 77);
    assert.match(stderr, /names another host: 127\.0\.0\.1:\d+\nhint: add --allow-token-endpoint/);
  });

  it('without a terminal and without a way', async () => {
    const { code, stderr } = await host.run(['models', 'auth', 'login', '--provider', 'anthropic']);
    assert.equal(code, 77);
    assert.match(stderr, /no terminal to paste.*\nhint: .*--code-from-stdin.*--callback.*--device/);
    assert.deepEqual([...host.snapshot().keys()], []);
  });
});
