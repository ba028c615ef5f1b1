import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { begin, deadCallback } from '../../src/oauth/attempt.ts';
import { findLogin } from '../../src/oauth/login-server.ts';
import { serverAt } from './login-servers.ts';

const find = (provider: string, env: Record<string, string> = {}, allowOther = false) =>
  findLogin({ provider, env, allowOther });

describe('a login', () => {
  it('to Anthropic ends on its page that shows the code', async () => {
    const server = find(' Anthropic ');
    assert.equal(server.token.encoding, 'json');
    assert.deepEqual(server.foreign, []);
    const { url, state, verifier } = await begin(server, server.page ?? '');
    assert.equal(url.origin + url.pathname, 'https://claude.ai/oauth/authorize');
    const { scope, code_challenge: challenge, ...rest } = Object.fromEntries(url.searchParams);
    assert.match(scope ?? '', /user:inference/);
    assert.deepEqual(rest, {
      code: 'true',
      response_type: 'code',
      client_id: '9d1c250a-e61b-44d9-88ed-5944d1962f5e',
      redirect_uri: 'https://platform.claude.com/oauth/code/callback',
      code_challenge_method: 'S256',
      state,
    });
    const hash = await crypto.subtle.digest('SHA-256', Buffer.from(verifier));
    assert.equal(challenge, Buffer.from(hash).toString('base64url'));
  });

  it('to Codex ends at its port of this host', async () => {
    const server = find('openai-codex');
    assert.equal(deadCallback(server), 'http://localhost:1455/auth/callback');
    assert.equal(server.token.encoding, 'form');
    const { url, nonce } = await begin(server, deadCallback(server));
    assert.equal(url.origin + url.pathname, 'https://auth.openai.com/oauth/authorize');
    assert.equal(url.searchParams.get('codex_cli_simplified_flow'), 'true');
    assert.equal(nonce, undefined);
  });

  it('to an operator’s server has the rules of native apps, and a nonce', async () => {
    const server = serverAt('https://idp.example');
    assert.deepEqual(server.foreign, ['idp.example']);
    assert.equal(server.issuer, 'https://idp.example');
    assert.match(deadCallback(server), /^http:\/\/127\.0\.0\.1:(49|5\d|6[0-5])\d{3}\/callback$/);
    const { url, nonce } = await begin(server, deadCallback(server));
    assert.equal(url.searchParams.get('nonce'), nonce);
    assert.match(nonce ?? '', /^[\w-]{43}$/);
    assert.equal(url.searchParams.get('scope'), 'openid email offline_access');
    assert.equal(url.searchParams.get('code'), null);
  });

  it('has a state, a verifier and a nonce of its own each time', async () => {
    const server = serverAt('https://idp.example');
    const two = [await begin(server, 'http://x/'), await begin(server, 'http://x/')];
    for (const key of ['state', 'verifier', 'nonce'] as const) {
      assert.notEqual(two[0]?.[key], two[1]?.[key]);
    }
  });

  it('takes scopes and issuer from the environment', () => {
    const server = serverAt('https://idp.example', {
      EPILOOP_SCOPES_ACME: 'models',
      EPILOOP_ISSUER_ACME: 'https://idp.example/realms/a',
    });
    assert.equal(server.scopes, 'models');
    assert.equal(server.issuer, 'https://idp.example/realms/a');
  });

  it('keeps a provider’s rules at another address of its own', () => {
    const env = { EPILOOP_AUTHORIZE_ENDPOINT_ANTHROPIC: 'https://claude.com/cai/oauth/authorize' };
    const server = find('anthropic', env);
    assert.equal(server.authorize?.href, 'https://claude.com/cai/oauth/authorize');
    assert.equal(server.page, 'https://platform.claude.com/oauth/code/callback');
    assert.deepEqual(server.foreign, []);
  });

  it('with a device endpoint alone needs no other', async () => {
    const server = find(
      'acme',
      {
        EPILOOP_DEVICE_ENDPOINT_ACME: 'https://idp.example/device',
        EPILOOP_TOKEN_ENDPOINT_ACME: 'https://idp.example/token',
        EPILOOP_CLIENT_ID_ACME: 'x',
      },
      true,
    );
    assert.equal(server.authorize, undefined);
    await assert.rejects(begin(server, 'http://x/'), { code: 'refused', hint: /--device/ });
  });

  it('to a provider that nobody described is refused, with what to set', () => {
    const nothing = { code: 'refused', hint: /EPILOOP_AUTHORIZE_ENDPOINT_Z_AI_X.*_CLIENT_ID_/ };
    assert.throws(() => find('z.ai-x'), nothing);
    const half = { EPILOOP_AUTHORIZE_ENDPOINT_ACME: 'https://idp.example/auth' };
    assert.throws(() => find('acme', half, true), { code: 'refused' });
  });
});

describe('an address to log in at', () => {
  const names = ['AUTHORIZE_ENDPOINT', 'DEVICE_ENDPOINT'];
  for (const what of names) {
    const at = (url: string, allowOther = true) =>
      find('anthropic', { [`EPILOOP_${what}_ANTHROPIC`]: url }, allowOther);

    it(`(${what}) of another host has to be allowed`, () => {
      for (const url of [
        'https://evil.example/',
        'http://127.0.0.1:1/',
        'https://claude.ai:444/',
        'https://claude.ai.evil.example/',
      ]) {
        assert.throws(() => at(url, false), { code: 'refused', hint: /--allow-token-endpoint/ });
        assert.equal(at(url).foreign.length, 1);
      }
    });

    const refused = [
      ...['file:///etc/passwd', 'javascript:alert(1)', 'x', 'http://example.com/'],
      ...['http://localhost/', 'http://169.254.169.254/', 'https://user:canary@host/'],
      ...['https://canary@host/', 'https://host/#canary', 'https://', 'ftp://x/'],
    ];
    for (const url of refused) {
      it(`(${what}) is not ${url}`, () => {
        assert.throws(
          () => at(url),
          (error: Error & { code?: string }) =>
            error.code === 'usage' && !error.message.includes('canary'),
        );
      });
    }
  }
});
