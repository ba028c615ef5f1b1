import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { claude } from '../../src/sources/claude.ts';
import fc from '../property.ts';
import { assertBroken, hostile, reading } from './reading.ts';

const home = '/home/operator';
const expiresAt = 1_795_176_000_000;

describe("the path of Claude Code's file", () => {
  const rows: readonly (readonly [string, Record<string, string>, string])[] = [
    ['the home', {}, '/home/operator/.claude/.credentials.json'],
    ['CLAUDE_CONFIG_DIR', { CLAUDE_CONFIG_DIR: '/c' }, '/c/.credentials.json'],
    ['a blank one is none', { CLAUDE_CONFIG_DIR: '' }, '/home/operator/.claude/.credentials.json'],
    [
      'CLAUDE_SECURESTORAGE_CONFIG_DIR first',
      { CLAUDE_SECURESTORAGE_CONFIG_DIR: '/s', CLAUDE_CONFIG_DIR: '/c' },
      '/s/.credentials.json',
    ],
    [
      'a blank one means the home, whatever else is set',
      { CLAUDE_SECURESTORAGE_CONFIG_DIR: '', CLAUDE_CONFIG_DIR: '/c' },
      '/home/operator/.claude/.credentials.json',
    ],
  ];
  for (const [what, env, expected] of rows) {
    test(what, () => assert.equal(claude.path(env, home), expected));
  }

  test('without a home it is only where a variable says', () => {
    assert.equal(claude.path({}, undefined), undefined);
    const blank = { CLAUDE_SECURESTORAGE_CONFIG_DIR: '', CLAUDE_CONFIG_DIR: '/c' };
    assert.equal(claude.path(blank, undefined), undefined);
    assert.equal(claude.path({ CLAUDE_CONFIG_DIR: '/c' }, undefined), '/c/.credentials.json');
  });
});

function read(claudeAiOauth: unknown, rest: object = {}) {
  return reading(claude, { claudeAiOauth, ...rest });
}

describe("Claude Code's file", () => {
  const login = { accessToken: 'A', refreshToken: 'R', expiresAt };
  const oauth = { type: 'oauth', access: 'A', refresh: 'R', expiresAt };
  const token = { type: 'token', token: 'A', expiresAt };
  const none = { kind: 'none' };

  const rows: readonly (readonly [string, unknown, object])[] = [
    ['a login', login, oauth],
    [
      'the whole of what the real client writes',
      {
        ...login,
        refreshTokenExpiresAt: expiresAt,
        scopes: ['user:inference'],
        subscriptionType: null,
        accountUuid: 'x',
      },
      oauth,
    ],
    ['without a refresh token: a token', { accessToken: 'A', expiresAt }, token],
    ['a blank refresh token is none', { ...login, refreshToken: ' ' }, token],
    ['a refresh token of null is none', { ...login, refreshToken: null }, token],
    ['long expired is still a login', { ...login, expiresAt: 1 }, { ...oauth, expiresAt: 1 }],
    ['a fraction is cut off', { ...login, expiresAt: expiresAt + 0.9 }, oauth],
    ['as Claude Code blanks it', { accessToken: '', refreshToken: '', expiresAt: 0 }, none],
    ['a blank access token', { ...login, accessToken: ' ' }, none],
    ['no access token', { refreshToken: 'R', expiresAt }, none],
    ['no expiry', { accessToken: 'A', refreshToken: 'R' }, none],
    ['an expiry of zero', { ...login, expiresAt: 0 }, none],
    ['an expiry below one', { ...login, expiresAt: 0.5 }, none],
    ['a negative expiry', { ...login, expiresAt: -1 }, none],
    ['an expiry beyond all clocks', { ...login, expiresAt: 1e300 }, none],
    ['null', null, none],
    ['nothing', undefined, none],
    ['a list', ['A', 'R', expiresAt], none],
  ];
  for (const [what, value, expected] of rows) {
    test(what, () => assert.deepEqual(read(value), expected));
  }

  test('what else stands in the file does not matter', () => {
    assert.deepEqual(read(login, { mcpOAuth: { x: 1 }, claudeAiOauth2: 3 }), oauth);
  });

  test('an expiry that is no finite number is no login', () => {
    const text = '{"claudeAiOauth":{"accessToken":"A","refreshToken":"R","expiresAt":1e999}}';
    assert.equal(claude.parse(text).kind, 'none');
  });

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['an empty file', '', /^not JSON$/],
    ['half a file', '{"claudeAiOauth":{"accessToken":"sk-secret', /^not JSON$/],
    ['a list', '[]', /^file: expected Object$/],
    ['null', 'null', /^file: expected Object$/],
    ['a text', '"sk-secret"', /^file: expected Object$/],
    ['a login that is a text', '{"claudeAiOauth":"sk-secret"}', /^claudeAiOauth: expected/],
    [
      'an access token that is a number',
      '{"claudeAiOauth":{"accessToken":77777,"expiresAt":1}}',
      /^claudeAiOauth\.accessToken: expected/,
    ],
    [
      'an access token with half a character',
      String.raw`{"claudeAiOauth":{"accessToken":"sk-secret\ud800","expiresAt":77777}}`,
      /^claudeAiOauth\.accessToken: expected well-formed text$/,
    ],
    [
      'an expiry that is a text',
      '{"claudeAiOauth":{"accessToken":"sk-secret","expiresAt":"77777"}}',
      /^claudeAiOauth\.expiresAt: expected/,
    ],
  ];
  for (const [what, text, problem] of broken) {
    test(`${what} is broken, and nothing of it is quoted`, () =>
      assertBroken(claude, text, problem));
  }

  for (const [what, text] of hostile) {
    test(`${what} is no login`, () => {
      const wrapped = `{"claudeAiOauth":{"accessToken":${text},"expiresAt":1}}`;
      const found = [claude.parse(text), claude.parse(`{"claudeAiOauth":${text}}`)];
      if (!text.startsWith('"x') && !text.includes('0000')) found.push(claude.parse(wrapped));
      for (const { kind } of found) assert.notEqual(kind, 'login');
    });
  }

  test('no text at all makes it throw', () => {
    const part = fc.oneof(fc.jsonValue(), fc.constant('A'), fc.integer());
    const shape = fc.record(
      { accessToken: part, refreshToken: part, expiresAt: part },
      { requiredKeys: [] },
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      shape.map((claudeAiOauth) => JSON.stringify({ claudeAiOauth })),
    );
    fc.assert(
      fc.property(text, (each) => {
        const result = claude.parse(each);
        assert.ok(['login', 'none', 'broken'].includes(result.kind));
      }),
    );
  });
});
