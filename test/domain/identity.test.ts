import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareIdentity, identityOf, isCliProfile } from '../../src/domain/identity.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { jwt, key, oauth, token } from './reconcile-fixtures.ts';

describe('identityOf', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const rows = [
    ['a JWT tells its subject', jwt({ sub: 'me', exp: 1 }), { sub: 'me' }],
    ['a subject is trimmed', jwt({ sub: ' me ' }), { sub: 'me' }],
    ['a JWT without a subject tells nothing', jwt({ exp: 1 }), {}],
    ['a blank subject is none', jwt({ sub: ' ' }), {}],
    ['a subject that is no text is none', jwt({ sub: 7 }), {}],
    ['an opaque token tells nothing', 'sk-ant-oat01-opaque', {}],
    ['dots do not make a JWT', 'a.b.c', {}],
    ['nor does base64 of no JSON', `x.${encode('{nope')}.y`, {}],
    ['nor of an array', `x.${encode('[{"sub":"me"}]')}.y`, {}],
    ['nor of a text', `x.${encode('"sub"')}.y`, {}],
    ['two parts are no JWT', `x.${encode('{"sub":"me"}')}`, {}],
    ['five parts are an encrypted one', `x.${encode('{"sub":"me"}')}.a.b.c`, {}],
    ['an empty payload is none', 'x..y', {}],
    ['a blank token tells nothing', '', {}],
  ] as const;
  for (const [what, access, expected] of rows) {
    test(what, () => assert.deepEqual(identityOf(oauth('a:x', `${access}/R`)), expected));
  }

  test('account id and e-mail stand beside the tokens', () => {
    const around = { email: 'me@x', extra: { accountId: 'acc' } };
    const expected = { sub: 'me', accountId: 'acc', email: 'me@x' };
    assert.deepEqual(identityOf(oauth('a:x', jwt({ sub: 'me' }), 1, around)), expected);
  });

  test('blank fields, and an account id that is no text, are none', () => {
    for (const accountId of ['', ' ', 3, null, ['acc']]) {
      assert.deepEqual(identityOf(oauth('a:x', 'A', 1, { email: ' ', extra: { accountId } })), {});
    }
  });

  test('keys and tokens have no subject: they are never joined', () => {
    const text = jwt({ sub: 'me' });
    assert.deepEqual(identityOf(key('a:x', text)), {});
    assert.deepEqual(identityOf(token('a:x', text)), {});
  });

  test('nothing of a hostile payload is believed but its own subject', () => {
    const payload: JsonObject = JSON.parse('{"__proto__": {"sub": "me"}}');
    assert.deepEqual(identityOf(oauth('a:x', jwt(payload))), {});
  });
});

describe('compareIdentity', () => {
  const rows = [
    ['equal subjects', { sub: 'me' }, { sub: 'me' }, 'same'],
    ['other subjects', { sub: 'me' }, { sub: 'you' }, 'different'],
    [
      'subjects decide over account and e-mail',
      { sub: 'me', accountId: 'a', email: 'm@x' },
      { sub: 'you', accountId: 'a', email: 'm@x' },
      'different',
    ],
    [
      'equal subjects decide as well',
      { sub: 'me', accountId: 'a' },
      { sub: 'me', accountId: 'b' },
      'same',
    ],
    [
      'account and e-mail, where one has no subject',
      { sub: 'me', accountId: 'a', email: 'm@x' },
      { accountId: 'a', email: 'M@X' },
      'same',
    ],
    ['the account alone is not enough', { accountId: 'a' }, { accountId: 'a' }, 'unknown'],
    ['the e-mail alone is not enough', { email: 'm@x' }, { email: 'm@x' }, 'unknown'],
    [
      'people of one account',
      { accountId: 'a', email: 'm@x' },
      { accountId: 'a', email: 'y@x' },
      'different',
    ],
    [
      'accounts of one person',
      { accountId: 'a', email: 'm@x' },
      { accountId: 'b', email: 'm@x' },
      'different',
    ],
    ['another account', { accountId: 'a' }, { accountId: 'b' }, 'different'],
    ['nothing on one side', { sub: 'me', accountId: 'a', email: 'm@x' }, {}, 'unknown'],
    ['nothing at all', {}, {}, 'unknown'],
  ] as const;
  for (const [what, a, b, expected] of rows) {
    test(what, () => {
      assert.equal(compareIdentity(a, b), expected);
      assert.equal(compareIdentity(b, a), expected);
    });
  }
});

test('isCliProfile knows the three ids of other tools, and no more', () => {
  const ids = ['anthropic:claude-cli', 'openai-codex:codex-cli', 'qwen-portal:qwen-cli'];
  assert.ok(ids.every(isCliProfile));
  const others = ['anthropic:default', 'claude-cli', 'Anthropic:claude-cli', ''];
  assert.ok(!others.some(isCliProfile));
});
