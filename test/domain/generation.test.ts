import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isExpired,
  isRotation,
  laterExpiry,
  loginOf,
  mayReplace,
  whyNotReplace,
  whyNotSucceed,
} from '../../src/domain/generation.ts';
import { day, hour, key, login, minute, now, oauth, token } from './reconcile-fixtures.ts';

const soon = now + hour;

describe('isExpired', () => {
  const rows = [
    ['a moment before', now + 1, false],
    ['exactly now', now, true],
    ['a moment ago', now - 1, true],
    ['without an expiry', undefined, false],
    ['zero means none', 0, false],
    ['a negative one means none', -1, false],
  ] as const;
  for (const [what, expiresAt, expected] of rows) {
    test(what, () => {
      assert.equal(isExpired(login('A/R', expiresAt), now), expected);
      assert.equal(isExpired(token('a:x', 'T', expiresAt).credential, now), expected);
    });
  }
  test('a key never is', () => assert.equal(isExpired(key('a:x', 'k').credential, now), false));
});

describe('whyNotReplace', () => {
  const apiKey = (text: string) => key('a:x', text).credential;
  const rows = [
    ['a new pair does', login('A2/R2', soon), login('A1/R1', soon), undefined],
    ['one without an expiry does', login('A2/R2'), login('A1/R1', soon), undefined],
    ['a blank one does not', login('/', 0), login('A1/R1', now - day), 'blanked'],
    ['nor one without tokens', login(''), login('A1/R1', soon), 'blanked'],
    ['a blank one replaces a blank one', login('/', 0), login('', 1), undefined],
    ['nor one that lost its refresh token', login('A1/', soon), login('A1/R1', soon), 'blanked'],
    ['nor one that lost its access token', login('/R1', soon), login('A1/R1', soon), 'blanked'],
    ['nor one that has only a refresh token', login('/R2', soon), login('A1/R1', soon), 'blanked'],
    ['an access token alone may', login('A2', soon), login('A1', now), undefined],
    ['an expired one does not', login('A2/R2', now), login('A1/R1', soon), 'expired_there'],
    ['an expired one replaces an expired one', login('A2/R2', 1), login('A1/R1', now), undefined],
    ['an expired one replaces a blank one', login('A2/R2', now), login('/', 0), undefined],
    ['an expired one replaces no key', login('A2/R2', now), apiKey('k'), 'expired_there'],
    ['a key replaces a key', apiKey('k2'), apiKey('k1'), undefined],
    ['a blank key does not', apiKey(' '), apiKey('k1'), 'blanked'],
    ['a key replaces a login', apiKey('k'), login('A1/R1', soon), undefined],
  ] as const;
  for (const [what, theirs, ours, expected] of rows) {
    test(what, () => {
      assert.equal(whyNotReplace(theirs, ours, now), expected);
      assert.equal(mayReplace(theirs, ours, now), expected === undefined);
    });
  }
});

describe('whyNotSucceed', () => {
  const of = (pair: string, expiresAt?: number, email?: string) =>
    loginOf(oauth('a:x', pair, expiresAt, email === undefined ? {} : { email }));
  const ours = of('A1/R1', soon);
  const mine = of('A1/R1', soon, 'me@x');
  const fileModifiedAt = now - minute;
  const due = fileModifiedAt + 10 * minute;
  const rows = [
    ['a whole pair does', of('A2/R2', soon - 1), ours, undefined],
    ['one that was due when ours was not does not', of('A2/R2', due), ours, 'expired_there'],
    ['one that was not quite due does', of('A2/R2', due + 1), ours, undefined],
    ['one that was due does where ours was too', of('A2/R2', now + 1), of('A1/R1', due), undefined],
    ['one that never expires does', of('A2/R2'), ours, undefined],
    ["another person's does, due or not", of('A2/R2', due, 'you@x'), mine, undefined],
    ['one that was due does where ours has no refresh token', of('A2/R2', due), of('A1', soon)],
    ['one without a refresh token does not', of('A2', now + 1), ours, 'blanked'],
    ['nor one with a blank one', of('A2/', now + 1), ours, 'blanked'],
    ['nor one that expires when ours does', of('A2', soon), ours, 'blanked'],
    ['nor one that does not say when', of('A2'), ours, 'blanked'],
    ['nor one of the same person', of('A2', soon, 'me@x'), mine, 'blanked'],
    ['one that expires later does', of('A2', soon + 1), ours, undefined],
    ["another person's does", of('A2', now + 1, 'you@x'), mine, undefined],
    ['it does where ours has none either', of('A2', now + 1), of('A1', soon), undefined],
    ['a key does', loginOf(key('a:x', 'k')), ours, undefined],
    ['an expired one does not', of('A2', now), ours, 'expired_there'],
  ] as const;
  for (const [what, theirs, own, expected] of rows) {
    test(what, () => assert.equal(whyNotSucceed(theirs, own, { fileModifiedAt, now }), expected));
  }
});

describe('laterExpiry', () => {
  const rows = [
    ['the later', soon + 1, soon, 'first'],
    ['equal', soon, soon, undefined],
    ['an expired one is later than none', now - day, undefined, 'first'],
    ['none, zero and below are equal', 0, undefined, undefined],
    ['negative', -1, 0, undefined],
    ['400 days are believed', now + 400 * day, soon, 'first'],
    ['a moment more is not', now + 400 * day + 1, soon, 'second'],
    ['microseconds are not', now * 1000, soon, 'second'],
    ['two that are not believed are equal', now * 1000, now * 2000, undefined],
  ] as const;
  for (const [what, a, b, expected] of rows) {
    test(what, () => {
      const mirrored = { first: 'second', second: 'first' } as const;
      const swapped = expected === undefined ? undefined : mirrored[expected];
      assert.equal(laterExpiry(login('A/R', a), login('B/S', b), now), expected);
      assert.equal(laterExpiry(login('B/S', b), login('A/R', a), now), swapped);
    });
  }
  test('the expiry of a blank login counts for nothing', () => {
    assert.equal(laterExpiry(login('/', soon), login('A/R', 1), now), 'second');
  });
});

describe('isRotation', () => {
  const of = loginOf;
  const known = { email: 'me@x', extra: { accountId: 'acc' } };
  const next = oauth('a:x', 'A2/R2', soon);
  const rows = [
    ['ten minutes left', next, oauth('a:x', 'A1/R1', now + 10 * minute), true],
    ['a moment more left', next, oauth('a:x', 'A1/R1', now + 10 * minute + 1), false],
    ['expired long ago', next, oauth('a:x', 'A1/R1', now - day), true],
    ['no expiry', next, oauth('a:x', 'A1/R1'), false],
    ['an expiry of zero', next, oauth('a:x', 'A1/R1', 0), false],
    [
      'one person, not due',
      oauth('a:x', 'A2/R2', soon, known),
      oauth('a:x', 'A1/R1', soon, known),
      true,
    ],
    [
      'another person, due',
      oauth('a:x', 'A2/R2', soon, known),
      oauth('a:x', 'A1/R1', now, { ...known, email: 'you@x' }),
      false,
    ],
    ['a key', key('a:x', 'k'), oauth('a:x', 'A1/R1', now), false],
    ['of a token', next, token('a:x', 'T', now), false],
    [
      'without a refresh token any more',
      oauth('a:x', 'A2', soon),
      oauth('a:x', 'A1/R1', now),
      false,
    ],
    ['with a refresh token for once', next, oauth('a:x', 'A1', now), true],
  ] as const;
  for (const [what, theirs, ours, expected] of rows) {
    test(what, () => assert.equal(isRotation('a:x', of(theirs), of(ours), now), expected));
  }
  test('under the id of another tool', () => {
    const fresh = of(oauth('a:x', 'A1/R1', soon));
    assert.equal(isRotation('openai-codex:codex-cli', of(next), fresh, now), true);
    assert.equal(isRotation('openai-codex:default', of(next), fresh, now), false);
  });
});
