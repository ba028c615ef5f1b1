import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from '../../src/domain/secret.ts';
import type { TokenEndpoint } from '../../src/oauth/endpoint.ts';
import { type Redemption, redeem } from '../../src/oauth/redeem.ts';
import { type Answer, json, type LoopbackServer, raw, serve } from './loopback-server.ts';

const refreshToken = new Secret('sk-ant-ort01-canary-of-this-test');
const good = {
  access_token: 'sk-ant-oat01-next',
  refresh_token: 'sk-ant-ort01-next',
  token_type: 'Bearer',
  expires_in: 28_800,
};

function endpoint(server: LoopbackServer, encoding: 'form' | 'json' = 'json'): TokenEndpoint {
  return { url: server.url, clientId: 'client-of-this-test', encoding, overridden: true };
}

async function redeemAt(answer: Answer, encoding: 'form' | 'json' = 'json') {
  const server = await serve(answer);
  try {
    const outcome = await redeem(endpoint(server, encoding), refreshToken);
    return { outcome, asked: server.asked };
  } finally {
    await server.close();
  }
}

describe('a refresh token', () => {
  for (const encoding of ['json', 'form'] as const) {
    it(`is redeemed by one request, parameters as ${encoding}`, async () => {
      const { outcome, asked } = await redeemAt(json(good), encoding);
      assert.equal(outcome.kind, 'renewed');
      assert.equal(asked.length, 1);
      const [one] = asked;
      assert.equal(one?.method, 'POST');
      assert.equal(
        one?.type,
        encoding === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      );
      const fields =
        encoding === 'json'
          ? JSON.parse(one?.body ?? '')
          : Object.fromEntries(new URLSearchParams(one?.body));
      assert.deepEqual(fields, {
        grant_type: 'refresh_token',
        refresh_token: refreshToken.reveal(),
        client_id: 'client-of-this-test',
      });
    });
  }

  it('brings the next pair, its span in ms and whose it is', async () => {
    const account = { uuid: '5d1c', email_address: 'ann@example.com' };
    const { outcome } = await redeemAt(json({ ...good, account, id_token: 'not.checked.here' }));
    assert.ok(outcome.kind === 'renewed');
    const { access, refresh, ...rest } = outcome.tokens;
    assert.equal(access.reveal(), good.access_token);
    assert.equal(refresh?.reveal(), good.refresh_token);
    assert.deepEqual(rest, {
      expiresInMs: 28_800_000,
      accountId: '5d1c',
      email: 'ann@example.com',
    });
  });

  it('stays good where the reply brings no other', async () => {
    const { outcome } = await redeemAt(json({ ...good, refresh_token: undefined }));
    assert.ok(outcome.kind === 'renewed');
    assert.equal(outcome.tokens.refresh, undefined);
  });

  it('that nobody answers for is not spent', async () => {
    const server = await serve(json(good));
    await server.close();
    const outcome = await redeem(endpoint(server), refreshToken);
    assert.deepEqual(outcome, { kind: 'unavailable', why: 'ECONNREFUSED' });
  });

  it('may be spent where the server goes away without an answer', async () => {
    const { outcome, asked } = await redeemAt((response) => void response.destroy());
    assert.equal(asked.length, 1);
    assert.equal(outcome.kind, 'in_doubt');
  });

  it('may be spent where the server never answers: 10 s at most', { timeout: 15_000 }, async () => {
    const started = performance.now();
    const { outcome } = await redeemAt(() => undefined);
    assert.deepEqual(outcome, { kind: 'in_doubt', why: 'no answer within 10 s' });
    assert.ok(performance.now() - started < 12_000);
  });

  it('may be spent where the answer drips', { timeout: 15_000 }, async () => {
    const { outcome } = await redeemAt(async (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      while (!response.destroyed) {
        response.write(' ');
        await new Promise((done) => setTimeout(done, 100));
      }
    });
    assert.deepEqual(outcome, { kind: 'in_doubt', why: 'no answer within 10 s' });
  });

  it('may be spent where something else than HTTP answers', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n')));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const url = new URL(`http://127.0.0.1:${address.port}/`);
    const outcome = await redeem(
      { url, clientId: 'x', encoding: 'json', overridden: true },
      refreshToken,
    );
    server.close();
    assert.equal(outcome.kind, 'in_doubt');
  });
});

describe('a refusal', () => {
  const refusals: readonly [string, unknown, number, string][] = [
    ['in the words of the standard', { error: 'invalid_grant' }, 400, 'invalid_grant'],
    [
      'as OpenAI words it',
      { error: { code: 'refresh_token_reused' } },
      401,
      'refresh_token_reused',
    ],
  ];
  for (const [name, body, status, error] of refusals) {
    it(name, async () => {
      const { outcome } = await redeemAt(json(body, status));
      assert.deepEqual(outcome, { kind: 'refused', error });
    });
  }

  for (const error of ['invalid_client', 'invalid_request', 'invalid_scope']) {
    it(`of the request is none of the token: ${error}`, async () => {
      const { outcome } = await redeemAt(json({ error }, 400));
      assert.deepEqual(outcome, { kind: 'unavailable', why: `HTTP 400 ${error}` });
    });
  }

  for (const status of [500, 502, 504]) {
    it(`is none where HTTP ${status} says nothing: the server behind may have answered`, async () => {
      const { outcome } = await redeemAt(raw('<html>', { status, type: 'text/html' }));
      assert.deepEqual(outcome, { kind: 'in_doubt', why: `HTTP ${status}` });
    });
  }

  for (const status of [400, 404, 429, 503, 529]) {
    it(`is none where HTTP ${status} says no such thing`, async () => {
      const { outcome } = await redeemAt(raw('<html>', { status, type: 'text/html' }));
      assert.deepEqual(outcome, { kind: 'unavailable', why: `HTTP ${status}` });
    });
  }
});

describe('a hostile reply', () => {
  const replies: readonly [string, Answer][] = [
    ['no JSON', raw('{')],
    ['empty', raw('')],
    ['null', raw('null')],
    ['a list', json([good])],
    ['a text', json('x')],
    ['a number', raw('1e999')],
    ['not UTF-8', raw(Buffer.from([0x22, 0xff, 0x22]))],
    ['HTML', raw('<html></html>', { type: 'text/html' })],
    ['without a content type', raw(JSON.stringify(good), { type: '' })],
    ['as plain text', raw(JSON.stringify(good), { type: 'text/plain' })],
    ['more than 64 KiB', json({ ...good, padding: 'x'.repeat(70_000) })],
    ['16 MB', raw(Buffer.alloc(16 * 1024 * 1024, 0x20))],
    ['204', raw('', { status: 204 })],
    ['206', raw(JSON.stringify(good), { status: 206 })],
    ['an error with 200', json({ error: 'invalid_grant' })],
    ['compressed', raw(JSON.stringify(good), { headers: { 'content-encoding': 'gzip' } })],
    ['no access token', json({ ...good, access_token: undefined })],
    ['an empty access token', json({ ...good, access_token: '' })],
    ['an access token that is no text', json({ ...good, access_token: 7 })],
    ['a list for access token', json({ ...good, access_token: ['a'] })],
    ['a blank in the access token', json({ ...good, access_token: 'a b' })],
    ['a line break in the access token', json({ ...good, access_token: 'a\nX-Header: b' })],
    ['NUL in the access token', json({ ...good, access_token: 'a\0b' })],
    ['other letters in the access token', json({ ...good, access_token: 'аbc' })],
    ['17 KiB of access token', json({ ...good, access_token: 'a'.repeat(17_000) })],
    ['an empty refresh token', json({ ...good, refresh_token: '' })],
    ['a refresh token that is no text', json({ ...good, refresh_token: {} })],
    ['a line break in the refresh token', json({ ...good, refresh_token: 'a\r\nb' })],
    ['escape sequences in the refresh token', json({ ...good, refresh_token: '\x1b]0;x\x07' })],
    ['the same text as both', json({ ...good, refresh_token: good.access_token })],
    ['no token type', json({ ...good, token_type: undefined })],
    ['another token type', json({ ...good, token_type: 'mac' })],
    ['proof of possession', json({ ...good, token_type: 'DPoP' })],
    ['a span of 0', json({ ...good, expires_in: 0 })],
    ['a negative span', json({ ...good, expires_in: -1 })],
    ['a span of 1,000 years', json({ ...good, expires_in: 31_536_000_000 })],
    ['a span that is no number', json({ ...good, expires_in: 'soon' })],
    ['a span that overflows', raw(JSON.stringify(good).replace('28800', '1e400'))],
    ['a span in a list', json({ ...good, expires_in: [60] })],
    ['null for a span', json({ ...good, expires_in: null })],
    ...[301, 302, 303, 307, 308].map((status): [string, Answer] => [
      `redirect ${status}`,
      raw('', { status, headers: { location: 'http://127.0.0.1:9/steal' } }),
    ]),
    [
      'a half reply',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
        response.write(JSON.stringify(good));
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ];
  for (const [name, answer] of replies) {
    it(`is not believed: ${name}`, async () => {
      const { outcome, asked } = await redeemAt(answer);
      assert.equal(asked.length, 1);
      assert.equal(outcome.kind, 'in_doubt');
      assertSilent(outcome);
    });
  }

  it('leads nobody to another host', async () => {
    const other = await serve(json(good));
    const { outcome } = await redeemAt(
      raw('', { status: 307, headers: { location: other.url.href } }),
    );
    await other.close();
    assert.deepEqual(outcome, { kind: 'in_doubt', why: 'it answered with a redirect' });
    assert.deepEqual(other.asked, []);
  });

  it('that echoes the secret is not repeated', async () => {
    const { outcome } = await redeemAt(
      json({ error: refreshToken.reveal(), error_description: refreshToken.reveal() }, 400),
    );
    assert.deepEqual(outcome, { kind: 'unavailable', why: 'HTTP 400' });
    assertSilent(outcome);
  });
});

function assertSilent(outcome: Redemption): void {
  const told = `${inspect(outcome, { depth: 9 })}${JSON.stringify(outcome)}`;
  assert.ok(!told.includes('canary'));
  assert.ok(!told.includes('sk-ant'));
}
