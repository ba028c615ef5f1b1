/** Logins that Codex refreshes itself are never redeemed by us, wherever its file is at the moment. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { json, type LoopbackServer, serve } from '../oauth/loopback-server.ts';
import { GatewayHost } from './host.ts';

const id = 'openai-codex:codex-cli';
const words = ['models', 'auth', 'refresh', id, '--allow-token-endpoint'];
const granted = {
  access_token: 'next',
  refresh_token: 'rt-next',
  token_type: 'Bearer',
  expires_in: 60,
};

let server: LoopbackServer;
before(async () => {
  server = await serve(json(granted));
});
after(() => server.close());

let host: GatewayHost;
afterEach(() => host.remove());

/** The login of a Codex that keeps its file elsewhere has been taken over. */
async function taken(): Promise<string> {
  host = new GatewayHost();
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const access_token = `${part({ alg: 'none' })}.${part({ sub: 'ann', exp })}.c2ln`;
  const tokens = {
    id_token: access_token,
    access_token,
    refresh_token: 'rt-first',
    account_id: 'a',
  };
  const text = JSON.stringify({
    auth_mode: 'chatgpt',
    tokens,
    last_refresh: new Date().toISOString(),
  });
  host.write('elsewhere/auth.json', text);
  const env = { CODEX_HOME: host.path('elsewhere') };
  assert.equal((await host.run(['models', 'sync'], { env })).code, 0);
  return text;
}

async function assertLeftAlone(env: Readonly<Record<string, string>>): Promise<void> {
  const endpoint = { EPILOOP_TOKEN_ENDPOINT_OPENAI_CODEX: server.url.href };
  const { code, stdout, stderr } = await host.run(words, { env: { ...endpoint, ...env } });
  assert.equal(code, 77, stdout + stderr);
  assert.match(stdout + stderr, /Codex/);
  assert.match(stdout + stderr, /hint: run codex once on this host/);
  assert.deepEqual(server.asked, []);
}

describe("Codex's own login", () => {
  it('is left alone where its file stands', async () => {
    await taken();
    await assertLeftAlone({ CODEX_HOME: host.path('elsewhere') });
  });

  it('is left alone where this run looks for the file in another place', async () => {
    await taken();
    await assertLeftAlone({});
  });

  it('is left alone while the file is half written', async () => {
    const text = await taken();
    host.write('elsewhere/auth.json', text.slice(0, -5));
    await assertLeftAlone({ CODEX_HOME: host.path('elsewhere') });
  });
});

it('an exec secret provider repeats no secret that stands where an id should', async () => {
  host = new GatewayHost();
  const canary = `sk-ant-api03-${'CANARY'.repeat(12)}`;
  const stdin = JSON.stringify({ protocolVersion: 1, ids: [canary] });
  const { stderr } = await host.run(['secrets'], { stdin });
  assert.match(stderr, /looks like a secret/);
  assert.doesNotMatch(stderr, /CANARY/);
});
