import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { qwen } from '../../src/sources/qwen.ts';
import { assertBroken, hostile, reading } from './reading.ts';

const expiresAt = 1_795_190_400_000;

describe("the path of Qwen Code's file", () => {
  const rows: readonly (readonly [string, Record<string, string>, string | undefined, unknown])[] =
    [
      ['the home', {}, '/home/o', '/home/o/.qwen/oauth_creds.json'],
      ['QWEN_HOME', { QWEN_HOME: '/q' }, '/home/o', '/q/oauth_creds.json'],
      ['a blank one is none', { QWEN_HOME: '' }, '/home/o', '/home/o/.qwen/oauth_creds.json'],
      ['without a home', {}, undefined, undefined],
      ['QWEN_HOME without a home', { QWEN_HOME: '/q' }, undefined, '/q/oauth_creds.json'],
    ];
  for (const [what, env, home, expected] of rows) {
    test(what, () => assert.equal(qwen.path(env, home), expected));
  }
});

describe("Qwen Code's file", () => {
  const file = { access_token: 'A', refresh_token: 'R', expiry_date: expiresAt };
  const oauth = { type: 'oauth', access: 'A', refresh: 'R', expiresAt };
  const none = { kind: 'none' };

  const rows: readonly (readonly [string, object, object])[] = [
    ['a login', { ...file, token_type: 'Bearer', resource_url: 'portal.qwen.ai' }, oauth],
    ['long expired is still a login', { ...file, expiry_date: 1 }, { ...oauth, expiresAt: 1 }],
    [
      'without a refresh token: a token',
      { ...file, refresh_token: null },
      {
        type: 'token',
        token: 'A',
        expiresAt,
      },
    ],
    ['a blank access token', { ...file, access_token: ' ' }, none],
    ['no expiry', { access_token: 'A', refresh_token: 'R' }, none],
    ['an expiry of zero', { ...file, expiry_date: 0 }, none],
    ['an expiry beyond all clocks', { ...file, expiry_date: 1e300 }, none],
    ['nothing at all', {}, none],
  ];
  for (const [what, value, expected] of rows) {
    test(what, () => assert.deepEqual(reading(qwen, value), expected));
  }

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['an empty file', '', /^not JSON$/],
    ['a list', '["sk-secret"]', /^file: expected Object$/],
    ['a token that is a list', '{"access_token":["sk-secret"]}', /^access_token: expected/],
    ['an expiry that is a text', '{"expiry_date":"77777"}', /^expiry_date: expected/],
  ];
  for (const [what, text, problem] of broken) {
    test(`${what} is broken, and nothing of it is quoted`, () => assertBroken(qwen, text, problem));
  }

  for (const [what, text] of hostile) {
    test(`${what} is no login`, () => {
      const wrapped = `{"access_token":${text},"refresh_token":${text}}`;
      for (const each of [text, wrapped]) assert.notEqual(qwen.parse(each).kind, 'login');
    });
  }
});
