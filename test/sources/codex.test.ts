import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codex } from '../../src/sources/codex.ts';
import fc from '../property.ts';
import { assertBroken, hostile, jwt, reading } from './reading.ts';

const DAY = 86_400_000;
const exp = 1_796_040_000;
const expiresAt = exp * 1000;
const access = jwt({ exp, sub: 'user' });
const refreshed = '2026-11-20T11:00:00.123456789Z';

describe("the path of Codex's file", () => {
  const rows: readonly (readonly [string, Record<string, string>, string | undefined, unknown])[] =
    [
      ['the home', {}, '/home/o', '/home/o/.codex/auth.json'],
      ['CODEX_HOME', { CODEX_HOME: '/c' }, '/home/o', '/c/auth.json'],
      ['a blank one is none', { CODEX_HOME: '' }, '/home/o', '/home/o/.codex/auth.json'],
      ['without a home', {}, undefined, undefined],
      ['CODEX_HOME without a home', { CODEX_HOME: '/c' }, undefined, '/c/auth.json'],
    ];
  for (const [what, env, home, expected] of rows) {
    test(what, () => assert.equal(codex.path(env, home), expected));
  }
});

describe("Codex's file", () => {
  const tokens = { access_token: access, refresh_token: 'R', account_id: 'acct' };
  const oauth = { type: 'oauth', access, refresh: 'R', expiresAt, accountId: 'acct' };
  const file = { auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens, last_refresh: refreshed };
  const none = { kind: 'none' };
  const withTokens = (change: object) => ({ ...file, tokens: { ...tokens, ...change } });

  const rows: readonly (readonly [string, object, object])[] = [
    ['a login: exp of the access token counts, in seconds', file, oauth],
    ['no mode is that of ChatGPT', { tokens }, oauth],
    ['a mode of null too', { auth_mode: null, tokens }, oauth],
    ['unknown fields do not matter', { ...file, agent: { id: 1 }, x: [] }, oauth],
    [
      'long expired',
      withTokens({ access_token: jwt({ exp: 1 }) }),
      {
        ...oauth,
        access: jwt({ exp: 1 }),
        expiresAt: 1000,
      },
    ],
    [
      'a fraction of a millisecond is cut off',
      withTokens({ access_token: jwt({ exp: 1.00049 }) }),
      {
        ...oauth,
        access: jwt({ exp: 1.00049 }),
        expiresAt: 1000,
      },
    ],
    ['no account', withTokens({ account_id: null }), { ...oauth, accountId: undefined }],
    [
      'a blank account is none',
      withTokens({ account_id: ' ' }),
      { ...oauth, accountId: undefined },
    ],
    [
      'without a refresh token: a token',
      withTokens({ refresh_token: '' }),
      {
        type: 'token',
        token: access,
        expiresAt,
        accountId: 'acct',
      },
    ],
    ['an API key', { auth_mode: 'apikey', OPENAI_API_KEY: 'sk' }, none],
    ['the mode of a key beats tokens', { ...file, auth_mode: 'apikey' }, none],
    ['without a mode a key beats tokens', { OPENAI_API_KEY: 'sk', tokens }, none],
    ['without a mode a blank key does not', { OPENAI_API_KEY: ' ', tokens }, oauth],
    ['in the mode of ChatGPT a key does not', { ...file, OPENAI_API_KEY: 'sk' }, oauth],
    ['a mode that we do not know', { ...file, auth_mode: 'agent_identity' }, none],
    ['no tokens', { auth_mode: 'chatgpt', tokens: null }, none],
    ['tokens that are a list', { tokens: ['sk-secret'] }, none],
    ['blanked tokens', withTokens({ access_token: '', refresh_token: '' }), none],
    ['nothing at all', {}, none],
  ];
  for (const [what, value, expected] of rows) {
    test(what, () => assert.deepEqual(reading(codex, value), expected));
  }

  const due = { ...oauth, expiresAt: Date.parse('2026-11-20T11:00:00.123Z') + 8 * DAY };
  const opaque: readonly (readonly [string, string])[] = [
    ['opaque', 'opaque'],
    ['a JWT without exp', jwt({ sub: 'x' })],
    ['a JWT whose exp is a text', jwt({ exp: '1796040000' })],
    ['a JWT whose exp is zero', jwt({ exp: 0 })],
    ['a JWT whose exp is negative', jwt({ exp: -5 })],
    ['a JWT whose exp is beyond all clocks', jwt({ exp: 1e300 })],
    ['a JWT whose exp is a list', jwt({ exp: [exp] })],
    ['a JWT that is a list', `a.${Buffer.from('[1]').toString('base64url')}.b`],
    ['a JWT that is no JSON', 'a.bbbb.c'],
    ['too few parts', access.split('.').slice(0, 2).join('.')],
    ['too many parts', `${access}.x`],
    ['a payload that is no base64', 'a.{"exp":1}.c'],
    ['exp only in its prototype', jwt(JSON.parse('{"__proto__":{"exp":5}}'))],
  ];
  for (const [what, token] of opaque) {
    test(`an access token that is ${what}: eight days from last_refresh`, () => {
      const found = reading(codex, withTokens({ access_token: token }));
      assert.deepEqual(found, { ...due, access: token });
    });
  }

  for (const time of [null, '', 'yesterday', '5', '2026-99-99T00:00:00Z']) {
    test(`opaque, and last_refresh is ${JSON.stringify(time)}: nobody can tell`, () => {
      const value = { ...withTokens({ access_token: 'sk-secret' }), last_refresh: time };
      assertBroken(codex, JSON.stringify(value), /^tokens\.access_token: expected a JWT with exp/);
    });
  }

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['an empty file', '', /^not JSON$/],
    ['half a file', '{"tokens":{"access_token":"sk-secret', /^not JSON$/],
    ['a list', '["sk-secret"]', /^file: expected Object$/],
    ['tokens that are a text', '{"tokens":"sk-secret"}', /^tokens: expected/],
    ['a token that is a number', '{"tokens":{"access_token":77777}}', /^tokens\.access_token: exp/],
    [
      'a key that is an object',
      '{"OPENAI_API_KEY":{"k":"sk-secret"}}',
      /^OPENAI_API_KEY: expected/,
    ],
    ['a mode that is a number', '{"auth_mode":77777}', /^auth_mode: expected/],
    ['a time that is a number', '{"last_refresh":77777}', /^last_refresh: expected/],
  ];
  for (const [what, text, problem] of broken) {
    test(`${what} is broken, and nothing of it is quoted`, () =>
      assertBroken(codex, text, problem));
  }

  for (const [what, text] of hostile) {
    test(`${what} is no login`, () => {
      for (const each of [text, `{"tokens":${text}}`, `{"tokens":{"access_token":${text}}}`]) {
        assert.notEqual(codex.parse(each).kind, 'login');
      }
    });
  }

  test('no text at all makes it throw', () => {
    const part = fc.oneof(
      fc.jsonValue(),
      fc.constant(access),
      fc.string().map((x) => `a.${x}.b`),
    );
    const shape = fc.record(
      {
        auth_mode: fc.oneof(part, fc.constant('chatgpt')),
        tokens: fc.record({ access_token: part, refresh_token: part }, { requiredKeys: [] }),
        last_refresh: fc.oneof(part, fc.constant(refreshed)),
      },
      { requiredKeys: [] },
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      shape.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(text, (each) => {
        assert.ok(['login', 'none', 'broken'].includes(codex.parse(each).kind));
      }),
    );
  });
});
