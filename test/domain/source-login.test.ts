import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decideSource, type SourceInput } from '../../src/domain/source-login.ts';
import { day, hour, login, now, token as tokenProfile } from './reconcile-fixtures.ts';

const soon = now + hour;
const token = (text: string, expiresAt?: number) => tokenProfile('a:x', text, expiresAt).credential;
const ignore = (why: string) => ({ kind: 'ignore', why });

const theirs = login('A2/R2', soon);
const ours = login('A1/R1', soon);

describe('decideSource', () => {
  const rows: readonly (readonly [string, Partial<SourceInput>, object])[] = [
    ['a login where we have none', { ours: undefined }, { kind: 'add' }],
    [
      'an expired login where we have none: it may be refreshed',
      { ours: undefined, theirs: login('A2/R2', now - day) },
      { kind: 'add' },
    ],
    ['a login that was removed here', { ours: undefined, buried: true }, ignore('buried')],
    ['the login that we have', { theirs: ours }, { kind: 'same' }],
    ['its next pair', { seenBefore: true }, { kind: 'take' }],
    [
      'its next pair, though it expires sooner',
      { seenBefore: true, theirs: login('A2/R2', soon - 1) },
      { kind: 'take' },
    ],
    ['an earlier pair', { known: 'earlier', seenBefore: true }, ignore('stale_copy')],
    [
      'an earlier pair, whatever its expiry',
      { known: 'earlier', theirs: login('A2/R2', soon + day), seenBefore: true },
      ignore('stale_copy'),
    ],
    [
      'an earlier pair, where ours has expired',
      { known: 'earlier', ours: login('A1/R1', now - day) },
      ignore('stale_copy'),
    ],
    ['the first meeting, expiring together: the tool’s own file wins', {}, { kind: 'take' }],
    [
      'the first meeting, where theirs expires later',
      { theirs: login('A2/R2', soon + 1) },
      { kind: 'take' },
    ],
    [
      'the first meeting, where ours expires later',
      { theirs: login('A2/R2', soon - 1) },
      ignore('copy_is_newer'),
    ],
    [
      'the first meeting, where the expiry of ours cannot be believed',
      { ours: login('A1/R1', now + 401 * day) },
      { kind: 'take' },
    ],
    [
      'an expired pair, where ours is not',
      { theirs: login('A2/R2', now), seenBefore: true },
      ignore('expired_there'),
    ],
    [
      'an expired pair, where ours is as well',
      { theirs: login('A2/R2', now - 1), ours: login('A1/R1', now - day), seenBefore: true },
      { kind: 'take' },
    ],
    [
      'a pair that lost its refresh token',
      { theirs: login('A1', soon), seenBefore: true },
      ignore('expired_there'),
    ],
    ['a pair, where ours was blanked', { ours: login('/', 0) }, { kind: 'take' }],
    ['a login after a token', { ours: token('T', soon + day) }, { kind: 'take' }],
    [
      'a token after a login',
      { theirs: token('T', soon + day), seenBefore: true },
      ignore('token_after_oauth'),
    ],
    [
      'a token after an expired login',
      { theirs: token('T', soon), ours: login('A1/R1', now - day), seenBefore: true },
      ignore('token_after_oauth'),
    ],
    [
      'a token after a token',
      { theirs: token('T2', soon), ours: token('T1', soon), seenBefore: true },
      { kind: 'take' },
    ],
    [
      'a new access token with the same refresh token',
      { theirs: login('A2/R1', soon + 1), known: 'refreshed', seenBefore: true },
      { kind: 'take' },
    ],
  ];
  for (const [what, input, expected] of rows) {
    test(what, () => {
      const defaults = { theirs, ours, known: undefined, buried: false, seenBefore: false, now };
      assert.deepEqual(decideSource({ ...defaults, ...input }), expected);
    });
  }
});
