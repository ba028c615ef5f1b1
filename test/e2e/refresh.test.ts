/** Refreshing through the executable, against a real OAuth server whose tokens are good for one use. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { type Issuer, startIssuer } from '../oauth/issuer.ts';
import { GatewayHost } from './host.ts';

const allow = '--allow-token-endpoint';
const past = () => Date.now() - 60_000;

interface File {
  readonly profiles: Record<string, { access?: string; refresh?: string; expires?: number }>;
}

let issuer: Issuer;
let host: GatewayHost;

before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());
beforeEach(() => {
  host = new GatewayHost();
  issuer.onRequest = async () => undefined;
});
afterEach(() => host.remove());

const mirror = (agent: string) => `.epiloop/agents/${agent}/agent/auth-profiles.json`;
const claudeFile = '.claude/.credentials.json';

function oauth(refresh: string, expires = past()) {
  return { type: 'oauth', provider: 'anthropic', access: 'sk-ant-oat01-first', refresh, expires };
}

function refresh(...words: string[]) {
  return host.run(['models', 'auth', 'refresh', ...words], { env: issuer.env });
}

function profileIn(agent: string, id: string) {
  return (JSON.parse(host.read(mirror(agent))) as File).profiles[id];
}

describe('an expired login', () => {
  it('is refreshed once, and every agent that holds or inherits it has the next pair', async () => {
    const token = await issuer.login('ann');
    host.write(mirror('main'), { version: 1, profiles: { 'anthropic:ann': oauth(token) } });
    host.write(mirror('work'), { version: 1, profiles: { 'anthropic:ann': oauth(token) } });
    host.write(mirror('idle'), { version: 1, profiles: {} });
    const redeemed = issuer.redeemed();
    const first = await refresh(allow);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^anthropic:ann: refreshed, expires in 1h$/m);
    assert.equal(issuer.redeemed(), redeemed + 1);
    const [main, work] = [profileIn('main', 'anthropic:ann'), profileIn('work', 'anthropic:ann')];
    assert.notEqual(main?.refresh, token);
    assert.deepEqual(work, main);
    assert.ok((main?.expires ?? 0) > Date.now() + 3_500_000);
    const second = await refresh(allow);
    assert.match(second.stdout, /still good/);
    assert.equal(issuer.redeemed(), redeemed + 1);
    assert.equal(issuer.refused(), 0);
  });

  it('of Claude Code is refreshed for it too, all its other fields kept', async () => {
    const token = await issuer.login('bob');
    const login = {
      accessToken: 'sk-ant-oat01-first',
      refreshToken: token,
      expiresAt: past(),
      scopes: ['user:inference'],
      subscriptionType: 'max',
    };
    host.write(claudeFile, JSON.stringify({ claudeAiOauth: login, mcpOAuth: { x: 1 } }));
    const { code, stderr } = await refresh(allow);
    assert.equal(code, 0, stderr);
    const file = JSON.parse(host.read(claudeFile));
    const ours = profileIn('main', 'anthropic:claude-cli');
    assert.deepEqual(file, {
      claudeAiOauth: {
        ...login,
        accessToken: ours?.access,
        refreshToken: ours?.refresh,
        expiresAt: ours?.expires,
      },
      mcpOAuth: { x: 1 },
    });
    assert.notEqual(ours?.refresh, token);
    assert.match(stderr, /gave Claude Code the refreshed login/);
  });
});
