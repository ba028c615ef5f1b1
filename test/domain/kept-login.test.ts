import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refuseKeptLogin } from '../../src/domain/kept-login.ts';
import { EpiloopError } from '../../src/errors.ts';
import { facts } from './judge-fixtures.ts';

const now = 1_795_176_000_000;
const id = 'anthropic:claude-cli';
const login = { type: 'oauth', refreshable: true, expiresAt: now + 1 } as const;
const place = (profiles: ReturnType<typeof facts>[], keptOut: string[] = []) => {
  return { id: profiles[0]?.id ?? id, profiles, keptOut };
};

describe('a secret is not entered over', () => {
  const table = [
    ['a login that renews itself', place([facts(id, login)]), /renews itself and is kept/],
    [
      'one whose expiry is not known',
      place([facts(id, { ...login, expiresAt: undefined })]),
      /kept/,
    ],
    ["Codex's", place([facts('openai-codex:codex-cli', login)]), /openai-codex:codex-cli is/],
    ['one that was removed and would be back', place([], [id]), /would bring it back/],
  ] as const;
  for (const [name, where, message] of table) {
    test(name, () => {
      assert.throws(
        () => refuseKeptLogin(where, now),
        (error) => {
          assert.ok(error instanceof EpiloopError);
          assert.equal(error.code, 'refused');
          assert.match(error.message, message);
          const provider = where.id.split(':')[0];
          assert.equal(error.hint, `store it beside that one: --profile-id ${provider}:manual`);
          return true;
        },
      );
    });
  }
});

describe('a secret is entered over', () => {
  const table = [
    ['nothing', place([])],
    ['a login that has expired', place([facts(id, { ...login, expiresAt: now })])],
    ['an empty one', place([facts(id, { ...login, blank: true })])],
    ['one that cannot renew itself', place([facts(id, { ...login, refreshable: false })])],
    ['a token', place([facts(id, { type: 'token', expiresAt: now + 1 })])],
    ['a login of the gateway', place([facts('anthropic:me', login)])],
    ['where another one is kept', { ...place([facts(id, login)]), id: 'anthropic:manual' }],
  ] as const;
  for (const [name, where] of table) {
    test(name, () => assert.doesNotThrow(() => refuseKeptLogin(where, now)));
  }
});
