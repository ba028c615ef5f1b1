import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { EpiloopError } from '../../src/errors.ts';
import { type Attempt, begin, checkAnswer } from '../../src/oauth/attempt.ts';
import { redeemCode } from '../../src/oauth/grant.ts';
import { knownLogins } from '../../src/oauth/login-rules.ts';
import type { LoginServer } from '../../src/oauth/login-server.ts';
import { identityToken, serverAt } from './login-servers.ts';
import { type Answer, json, raw, serve } from './loopback-server.ts';

const good = {
  access_token: 'sk-ant-oat01-next',
  refresh_token: 'sk-ant-ort01-next',
  token_type: 'Bearer',
  expires_in: 28_800,
};

/** One code redeemed where this is answered. */
async function redeemAt(
  answer: (attempt: Attempt) => Answer,
  change: (server: LoginServer) => LoginServer = (server) => server,
) {
  const made: { attempt?: Attempt } = {};
  const server = await serve((response, asked) => {
    assert.ok(made.attempt !== undefined);
    return answer(made.attempt)(response, asked);
  });
  const attempt = await begin(change(serverAt(server.url.origin)), 'http://127.0.0.1:1/callback');
  made.attempt = attempt;
  const parameters = new URLSearchParams({ code: 'canary-code', state: attempt.state });
  try {
    const grant = await redeemCode(attempt, checkAnswer(attempt, parameters, false), {});
    return { grant, attempt, asked: server.asked };
  } finally {
    await server.close();
  }
}

const plain = (server: LoginServer): LoginServer => ({ ...server, scopes: 'models' });

describe('a code', () => {
  it('is redeemed by one request with the verifier of its login', async () => {
    const { attempt, asked, grant } = await redeemAt(() => json(good), plain);
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.type, 'application/x-www-form-urlencoded');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(asked[0]?.body)), {
      grant_type: 'authorization_code',
      code: 'canary-code',
      redirect_uri: 'http://127.0.0.1:1/callback',
      client_id: 'client-of-this-test',
      code_verifier: attempt.verifier,
    });
    assert.equal(grant.access.reveal(), good.access_token);
    assert.equal(grant.refresh?.reveal(), good.refresh_token);
    assert.equal(grant.expiresInMs, 28_800_000);
  });

  it('of Anthropic is sent as JSON, with the state, and brings whose it is', async () => {
    const rules = knownLogins.get('anthropic');
    assert.ok(rules !== undefined);
    const account = { uuid: '5d1c', email_address: 'ann@example.com' };
    const { grant, asked, attempt } = await redeemAt(
      () => json({ ...good, account }),
      ({ token, ...server }) => ({
        ...server,
        ...{ repeatsState: rules.repeatsState, nonce: rules.nonce, account: rules.account },
        token: { ...token, encoding: rules.encoding },
      }),
    );
    assert.equal(asked[0]?.type, 'application/json');
    assert.equal(JSON.parse(asked[0]?.body ?? '').state, attempt.state);
    assert.equal(grant.email, 'ann@example.com');
    assert.equal(grant.accountId, '5d1c');
  });

  it('of Codex brings the account and the end that its tokens name', async () => {
    const auth = { 'https://api.openai.com/auth': { chatgpt_account_id: 'acc-1' } };
    const { grant } = await redeemAt(
      ({ server }) =>
        json({
          ...good,
          expires_in: undefined,
          access_token: identityToken({ exp: 1_900_000_000 }),
          id_token: identityToken({ iss: server.issuer, email: 'ann@example.com', ...auth }),
        }),
      (server) => ({ ...server, nonce: false, account: 'openai' }),
    );
    const { email, accountId, endsAt, expiresInMs } = grant;
    assert.deepEqual(
      { email, accountId, endsAt, expiresInMs },
      {
        email: 'ann@example.com',
        accountId: 'acc-1',
        endsAt: 1_900_000_000_000,
        expiresInMs: undefined,
      },
    );
  });

  it('brings an identity token that is of this login', async () => {
    const { grant } = await redeemAt(({ nonce, server }) =>
      json({ ...good, id_token: identityToken({ iss: server.issuer, nonce, email: 'a@b' }) }),
    );
    assert.deepEqual([grant.email, grant.accountId], ['a@b', 'ann']);
  });
});

type Claims = (attempt: Attempt) => Record<string, unknown>;

describe('an identity token', () => {
  const wrong: readonly [string, Claims][] = [
    ['of another issuer', ({ nonce }) => ({ iss: 'https://canary.example', nonce })],
    ['for another client', ({ nonce, server }) => ({ iss: server.issuer, nonce, aud: 'canary' })],
    ['with another nonce', ({ server }) => ({ iss: server.issuer, nonce: 'canary' })],
    ['that has ended', ({ nonce, server }) => ({ iss: server.issuer, nonce, exp: 1_000 })],
  ];
  for (const [name, claims] of wrong) {
    it(`${name} ends the login`, async () => {
      const done = redeemAt((attempt) =>
        json({ ...good, id_token: identityToken(claims(attempt)) }),
      );
      await assert.rejects(done, (error) => isSilent(error, 'refused', /another login/));
    });
  }

  it('has to be there where a nonce was sent', async () => {
    await assert.rejects(
      redeemAt(() => json(good)),
      (error) => isSilent(error, 'network', /no token reply/),
    );
  });

  it('need not be there where none was', async () => {
    const { grant } = await redeemAt(() => json(good), plain);
    assert.deepEqual([grant.email, grant.accountId], [undefined, undefined]);
  });
});

describe('what is answered in its place', () => {
  const answers: readonly [string, Answer, string, RegExp][] = [
    ['a spent code', json({ error: 'invalid_grant' }, 400), 'refused', /invalid_grant/],
    ['an unknown client', json({ error: 'invalid_client' }, 401), 'refused', /invalid_client/],
    ['words of its own', json({ error: 'canary' }, 400), 'network', /HTTP 400/],
    ['no service', raw('canary', { status: 503, type: 'text/html' }), 'network', /HTTP 503/],
    ['HTML', raw('<html>canary', { type: 'text/html' }), 'network', /no token reply/],
    ['half of it', raw('{"access_token":'), 'network', /no token reply/],
    ['a redirect', raw('', { status: 302, headers: { location: '/x' } }), 'network', /redirect/],
    ['too much', json({ ...good, padding: 'x'.repeat(70_000) }), 'network', /more than 65536/],
    ['no access token', json({ ...good, access_token: undefined }), 'network', /no token reply/],
    ['a broken token', json({ ...good, access_token: 'canary\nb' }), 'network', /no token reply/],
    ['a token of another kind', json({ ...good, token_type: 'mac' }), 'network', /no token reply/],
    ['an endless span', json({ ...good, expires_in: 1e12 }), 'network', /no token reply/],
    ['nothing', (response) => void response.destroy(), 'network', /no answer from/],
  ];
  for (const [name, answer, code, message] of answers) {
    it(`is told and not repeated: ${name}`, async () => {
      await assert.rejects(
        redeemAt(() => answer, plain),
        (error) => isSilent(error, code, message),
      );
    });
  }
});

function isSilent(error: unknown, code: string, message: RegExp): boolean {
  assert.ok(error instanceof EpiloopError, inspect(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  assert.match(error.message, /nothing was stored/);
  assert.ok(!inspect(error, { depth: 9 }).includes('canary'));
  return true;
}
