import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { EpiloopError } from '../../src/errors.ts';
import { askForCode, awaitGrant, type Pace } from '../../src/oauth/device.ts';
import { serverAt } from './login-servers.ts';
import { type Answer, json, raw, serve } from './loopback-server.ts';

const code = {
  device_code: 'canary-device',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://idp.example/device',
  expires_in: 600,
  interval: 5,
};
const tokens = { access_token: 'access-1', refresh_token: 'refresh-1', token_type: 'Bearer' };
const error = (word: string) => json({ error: word }, 400);

/** Asks for a code and waits, by a clock that only sleeping moves on. */
async function through(first: unknown, answers: readonly Answer[]) {
  const rest = [...answers];
  const server = await serve((response, asked) => {
    if (asked.path === '/device') return json(first)(response, asked);
    const next = rest.shift();
    assert.ok(next !== undefined, 'asked once too often');
    return next(response, asked);
  });
  const slept: number[] = [];
  const clock = { ms: 0 };
  const pace: Pace = {
    now: () => clock.ms,
    async sleep(ms) {
      slept.push(ms / 1000);
      clock.ms += ms;
    },
  };
  const login = serverAt(server.url.origin);
  try {
    const device = await askForCode(login, {});
    const grant = await awaitGrant(login, device, {}, pace).catch((cause: unknown) => cause);
    return { device, grant, slept, asked: server.asked };
  } finally {
    await server.close();
  }
}

const pending = error('authorization_pending');

describe('a device code', () => {
  it('is asked for, and asked about as often as the server likes', async () => {
    const { device, grant, slept, asked } = await through(code, [pending, pending, json(tokens)]);
    assert.equal(device.userCode, 'WDJB-MJHT');
    assert.deepEqual(slept, [5, 5, 5]);
    assert.ok(!(grant instanceof Error) && inspect(grant).includes('access'));
    const [first, second] = asked.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    assert.deepEqual(first, {
      scope: 'openid email offline_access',
      client_id: 'client-of-this-test',
    });
    assert.deepEqual(second, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'canary-device',
      client_id: 'client-of-this-test',
    });
  });

  it('is asked about every 5 s where the server does not say', async () => {
    const { slept } = await through({ ...code, interval: undefined }, [json(tokens)]);
    assert.deepEqual(slept, [5]);
  });

  it('is asked about 5 s later each time that it was too soon', async () => {
    const slow = error('slow_down');
    const { slept, grant } = await through(code, [pending, slow, pending, slow, json(tokens)]);
    assert.deepEqual(slept, [5, 5, 10, 10, 15]);
    assert.ok(!(grant instanceof Error));
  });

  it('is asked about ever more seldom while the server is not well', async () => {
    const gone: Answer = (response) => void response.destroy();
    const ill = raw('<html>', { status: 502, type: 'text/html' });
    const answers = [gone, ill, gone, gone, gone, json(tokens)];
    const { slept, grant } = await through({ ...code, interval: 3 }, answers);
    assert.deepEqual(slept, [3, 6, 12, 24, 48, 60]);
    assert.ok(!(grant instanceof Error));
  });

  const ends: readonly [string, unknown, readonly Answer[], RegExp, string][] = [
    ['it has expired', code, [pending, error('expired_token')], /in time/, 'refused'],
    ['nobody came', { ...code, expires_in: 12 }, [pending, pending], /in time/, 'refused'],
    ['the person said no', code, [error('access_denied')], /access_denied/, 'refused'],
    ['it is not taken', code, [error('invalid_grant')], /invalid_grant/, 'refused'],
    [
      'the reply is none',
      code,
      [json({ ...tokens, access_token: 7 })],
      /no token reply/,
      'network',
    ],
    ['of words of its own', code, [error('canary')], /HTTP 400/, 'network'],
  ];
  for (const [name, first, answers, message, expected] of ends) {
    it(`ends where ${name}`, async () => {
      const { grant } = await through(first, answers);
      assert.ok(grant instanceof EpiloopError, inspect(grant));
      assert.equal(grant.code, expected);
      assert.match(grant.message, message);
      assert.ok(!inspect(grant, { depth: 9 }).includes('canary'));
    });
  }

  it('is waited for half an hour at most, and never past its end', async () => {
    const { slept } = await through({ ...code, expires_in: 12 }, [pending, pending]);
    assert.deepEqual(slept, [5, 5, 2]);
    const { device } = await through({ ...code, expires_in: 9e9 }, [json(tokens)]);
    assert.equal(device.expiresInMs, 1_800_000);
  });
});

describe('a reply without a code to show', () => {
  const replies: readonly [string, unknown][] = [
    ['an escape sequence for code', { ...code, user_code: 'a\u001b[2J' }],
    ['no code', { ...code, user_code: undefined }],
    ['no address', { ...code, verification_uri: undefined }],
    ['an address that runs', { ...code, verification_uri: 'javascript:alert(1)' }],
    ['an address with a line break', { ...code, verification_uri: 'https://x/\nb' }],
    ['no end', { ...code, expires_in: undefined }],
    ['an end in words', { ...code, expires_in: 'soon' }],
    ['a pace of an hour', { ...code, interval: 3600 }],
    ['a list', [code]],
  ];
  for (const [name, first] of replies) {
    it(`is none: ${name}`, async () => {
      await assert.rejects(through(first, []), { code: 'network' });
    });
  }

  it('drops a whole address that is none, and keeps the other', async () => {
    const { device } = await through({ ...code, verification_uri_complete: 'x' }, [json(tokens)]);
    assert.equal(device.whole, undefined);
    assert.equal(device.url, code.verification_uri);
  });
});
