/**
 * One login, many who would redeem it: our own runs, the gateway for several agents and Claude Code,
 * against a real server that ends a login whose refresh token is used twice.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { type Issuer, startIssuer } from '../oauth/issuer.ts';
import { GatewayHost, type Run } from './host.ts';
import {
  claudeFile,
  claudeRefreshes,
  gatewayRefreshes,
  type Login,
  mirror,
} from './refreshing-doubles.ts';

const cli = 'anthropic:claude-cli';
const shared = 'anthropic:shared';

let issuer: Issuer;
let host: GatewayHost;
let counted: { redeemed: number; refused: number };

before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());
beforeEach(() => {
  host = new GatewayHost();
  counted = { redeemed: issuer.redeemed(), refused: issuer.refused() };
  issuer.onRequest = async () => undefined;
});
afterEach(() => host.remove());

/** Since the test began: how many tokens were redeemed, and how many uses were refused. */
const tally = () => ({
  redeemed: issuer.redeemed() - counted.redeemed,
  refused: issuer.refused() - counted.refused,
});

function expired(refresh: string): Login {
  const expires = Date.now() - 60_000;
  return { type: 'oauth', provider: 'anthropic', access: 'sk-ant-oat01-first', refresh, expires };
}

function furnish(agents: readonly string[], id: string, token: string): void {
  for (const agent of agents) {
    host.write(mirror(agent), { version: 1, profiles: { [id]: expired(token) } });
  }
}

function furnishClaude(refreshToken: string): void {
  const login = { accessToken: 'sk-ant-oat01-first', refreshToken, expiresAt: Date.now() - 60_000 };
  host.write(
    claudeFile,
    JSON.stringify({ claudeAiOauth: { ...login, scopes: ['user:inference'] } }),
  );
}

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => (at === 0 ? 'main' : `agent-${at}`));

function refreshAll(agents: readonly string[], each: number): Promise<readonly Run[]> {
  const runs = agents.flatMap((agent) =>
    Array.from({ length: each }, () =>
      host.run(['models', 'auth', 'refresh', '--agent', agent, '--allow-token-endpoint'], {
        env: issuer.env,
        timeoutMs: 110_000,
        // the server is in this process: starved of time it would answer too late
        wrapper: ['nice', '-n', '19'],
      }),
    ),
  );
  return Promise.all(runs);
}

function assertDone(runs: readonly Run[]): void {
  const failed = runs.filter(({ code }) => code !== 0);
  assert.deepEqual(
    failed.map(({ code, stderr, stdout }) => ({ code, stderr, stdout })),
    [],
  );
}

function loginOf(agent: string, id: string): Login | undefined {
  return JSON.parse(host.read(mirror(agent))).profiles[id];
}

const claudesToken = (): string => JSON.parse(host.read(claudeFile)).claudeAiOauth.refreshToken;
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

describe('one login', () => {
  it('is redeemed once by 4 runs for each of 32 agents, 8 gateways and Claude Code', {
    timeout: 120_000,
  }, async () => {
    const [token, ofMain] = [await issuer.login('eve'), await issuer.login('mallory')];
    const agents = many(32);
    furnish(agents, cli, token);
    furnishClaude(token);
    const profiles = { [cli]: expired(token), [shared]: expired(ofMain) };
    host.write(mirror('main'), { version: 1, profiles });
    // this one has nothing of its own: its gateway refreshes what it inherits, into its own file
    host.write(mirror('heir'), { version: 1, profiles: {} });
    assert.equal((await host.run(['models', 'sync'])).code, 0);
    const others: Promise<string>[] = [];
    const asked = new Set<string>();
    issuer.onRequest = async ({ refreshToken }) => {
      const isFirst = !asked.has(refreshToken);
      asked.add(refreshToken);
      // everyone else wakes up while our request is under way
      if (isFirst && refreshToken === token) {
        others.push(claudeRefreshes(host, issuer));
        for (const agent of agents.slice(1, 8))
          others.push(gatewayRefreshes(host, issuer, agent, cli));
      }
      if (isFirst && refreshToken === ofMain)
        others.push(gatewayRefreshes(host, issuer, 'heir', shared));
      await pause(300);
    };
    assertDone(await refreshAll(agents, 4));
    assert.deepEqual(new Set(await Promise.all(others)), new Set(['found it fresh']));
    assert.equal(others.length, 9);
    assert.deepEqual(tally(), { redeemed: 2, refused: 0 });
    const pairs = new Set(agents.map((agent) => JSON.stringify(loginOf(agent, cli))));
    assert.equal(pairs.size, 1);
    assert.equal(claudesToken(), loginOf('main', cli)?.refresh);
    for (const id of [cli, shared]) {
      assert.equal(await issuer.standing(loginOf('main', id)?.refresh ?? ''), 'live');
    }
  });

  it('that a gateway redeems first is taken over from it by everybody', async () => {
    const token = await issuer.login('walter');
    const agents = many(8);
    furnish(agents, cli, token);
    assert.equal((await host.run(['models', 'sync'])).code, 0);
    issuer.onRequest = () => pause(600);
    const first = gatewayRefreshes(host, issuer, 'agent-3', cli);
    await pause(50);
    assertDone(await refreshAll(agents, 1));
    assert.equal(await first, 'redeemed');
    assert.deepEqual(tally(), { redeemed: 1, refused: 0 });
    const pairs = new Set(agents.map((agent) => loginOf(agent, cli)?.refresh));
    assert.deepEqual(pairs, new Set([loginOf('agent-3', cli)?.refresh]));
  });

  it('that an heir redeems first is taken over by main', async () => {
    const token = await issuer.login('trudy');
    furnish(['main'], shared, token);
    host.write(mirror('heir'), { version: 1, profiles: {} });
    issuer.onRequest = () => pause(600);
    const first = gatewayRefreshes(host, issuer, 'heir', shared);
    await pause(50);
    assertDone(await refreshAll(['main', 'heir'], 2));
    assert.equal(await first, 'redeemed');
    assert.deepEqual(tally(), { redeemed: 1, refused: 0 });
    assert.equal(loginOf('main', shared)?.refresh, loginOf('heir', shared)?.refresh);
  });

  it('that Claude Code redeems first is taken over from it', async () => {
    const token = await issuer.login('peggy');
    furnishClaude(token);
    assert.equal((await host.run(['models', 'sync'])).code, 0);
    issuer.onRequest = () => pause(600);
    const first = claudeRefreshes(host, issuer);
    await pause(50);
    assertDone(await refreshAll(['main'], 4));
    assert.equal(await first, 'redeemed');
    assert.deepEqual(tally(), { redeemed: 1, refused: 0 });
    assert.equal(loginOf('main', cli)?.refresh, claudesToken());
  });
});

describe('without one lease for all', () => {
  it('8 gateways with a copy each end the login: this harness would show it', async () => {
    const token = await issuer.login('victor');
    const agents = many(8);
    furnish(agents, cli, token);
    issuer.onRequest = () => pause(100);
    const all = agents.map((agent) => gatewayRefreshes(host, issuer, agent, cli));
    const endings = await Promise.all(all);
    assert.ok(endings.includes('was refused'));
    assert.ok(tally().refused > 0);
    const standings = agents.map((agent) => issuer.standing(loginOf(agent, cli)?.refresh ?? ''));
    assert.ok(!(await Promise.all(standings)).includes('live'));
  });
});
