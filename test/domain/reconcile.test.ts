import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decision, KeepReason } from '../../src/domain/decision.ts';
import {
  day,
  hour,
  type KnownPairs,
  key,
  login,
  minute,
  now,
  oauth,
  reconcile,
  type Scene,
  stored,
  token,
} from './reconcile-fixtures.ts';

/** Each row is about the profile `a:x`. */
type Row = readonly [what: string, scene: Scene, expected: Decision];

function check(rows: readonly Row[]): void {
  for (const [what, scene, expected] of rows) {
    test(what, () => {
      assert.deepEqual(reconcile(scene).decisions, { 'a:x': expected });
    });
  }
}

const soon = now + 8 * hour;
const k1 = stored(key('a:x', 'k1'));
const old = stored(oauth('a:x', 'A1/R1', now + 5 * minute));
const fresh = stored(oauth('a:x', 'A1/R1', soon));
const keep = (why: KeepReason): Decision => ({ kind: 'keep', why });

describe('a profile in the file', () => {
  check([
    ['that says what ours says is the same', { there: [k1], here: [k1] }, { kind: 'same' }],
    ['is the same whatever the base', { there: [k1], here: [k1], base: [] }, { kind: 'same' }],
    ['that is new is added', { there: [k1] }, { kind: 'add' }],
    [
      'changed only here is exported',
      { there: [k1], here: [stored(key('a:x', 'k2'))], base: [k1] },
      keep('changed_here'),
    ],
    [
      'changed only there is imported',
      { there: [key('a:x', 'k2')], here: [k1] },
      { kind: 'replace', fork: false },
    ],
    [
      'with other fields around the same secret is described',
      { there: [key('a:x', 'k1', { extra: { note: 1 } })], here: [k1] },
      { kind: 'describe' },
    ],
    [
      'with another expiry of the same secret is described',
      { there: [oauth('a:x', 'A1/R1', soon + 1)], here: [fresh] },
      { kind: 'describe' },
    ],
    [
      'whose fields changed only here is exported',
      { there: [k1], here: [stored(key('a:x', 'k1', { email: 'a@x' }))], base: [k1] },
      keep('changed_here'),
    ],
    [
      'that was removed here, and did not change there, stays away',
      { there: [k1], base: [k1] },
      keep('changed_here'),
    ],
    [
      'that was removed here, and has another secret since, is added',
      { there: [key('a:x', 'k2')], base: [k1] },
      { kind: 'add' },
    ],
    ['that is buried stays away', { there: [k1], more: { buried: () => true } }, keep('buried')],
  ]);
});

describe('a pair that we know', () => {
  const of = (credentialId: number, standing: 'current' | 'earlier' | 'refreshed') => ({
    R0: { credentialId, standing },
  });
  const stale = oauth('a:x', 'A0/R0', now + 30 * day);
  const current = login('A9/R0', soon);
  check([
    [
      'as an earlier one of ours is a stale copy, whatever its expiry',
      { there: [stale], here: [fresh], known: of(1, 'earlier') },
      keep('stale_copy'),
    ],
    [
      'as an earlier one is a stale copy even where ours has expired',
      {
        there: [stale],
        here: [stored(oauth('a:x', 'A1/R1', now - day))],
        known: of(1, 'earlier'),
      },
      keep('stale_copy'),
    ],
    [
      'as another login’s points the profile to that login',
      { there: [stale], here: [fresh], known: of(2, 'current') },
      { kind: 'replace', join: 2, fork: false },
    ],
    [
      'as an earlier one of another login is a stale copy too',
      { there: [stale], here: [fresh], known: of(2, 'earlier') },
      keep('stale_copy'),
    ],
    [
      'as another login’s, where only we changed, is no news',
      { there: [stale], here: [fresh], base: [stale], known: of(2, 'current') },
      keep('changed_here'),
    ],
    [
      'by its refresh token, with a new access token, is the same login refreshed',
      { there: [stale], here: [stored(oauth('a:x', 'A1/R0', soon))], known: of(1, 'refreshed') },
      { kind: 'rotate', fork: false },
    ],
    [
      'by its refresh token, but expired while ours is not, does not succeed ours',
      {
        there: [oauth('a:x', 'A0/R0', now - 1)],
        here: [stored(oauth('a:x', 'A1/R0', soon))],
        known: of(1, 'refreshed'),
      },
      { kind: 'keep', why: 'expired_there', fork: true },
    ],
    [
      'and meet under a new id is joined',
      { there: [stale], known: of(7, 'current') },
      { kind: 'add', join: 7 },
    ],
    [
      'as an earlier one, and meet under a new id, is joined and gets the current one',
      { there: [stale], known: of(7, 'earlier') },
      { kind: 'add', join: 7 },
    ],
    [
      'by its refresh token, under a new id, is joined and succeeds',
      { there: [stale], known: { R0: { credentialId: 7, standing: 'refreshed', current } } },
      { kind: 'add', join: 7, rotate: true },
    ],
    [
      'by its refresh token, under a new id, does not succeed what expires later',
      {
        there: [oauth('a:x', 'A0/R0', soon - 1)],
        known: { R0: { credentialId: 7, standing: 'refreshed', current } },
      },
      { kind: 'add', join: 7 },
    ],
  ]);
});

describe('a key or token that we know as an earlier one', () => {
  const since = (age: number) => ({
    // counted to the moment when the file was written
    k0: { credentialId: 1, standing: 'earlier', supersededAt: now - minute - age } as const,
  });
  for (const [what, make] of [
    ['key', key],
    ['token', token],
  ] as const) {
    const here = [stored(make('a:x', 'k1'))];
    const there = [make('a:x', 'k0')];
    check([
      [
        `(${what}) is a stale rewrite until ten minutes after`,
        { there, here, known: since(10 * minute - 1) },
        keep('stale_rewrite'),
      ],
      [
        `(${what}) is a change ten minutes after`,
        { there, here, known: since(10 * minute) },
        { kind: 'replace', fork: false },
      ],
      [
        `(${what}) that has stood there all the time is no rewrite`,
        { there, here, base: there, known: since(1) },
        keep('changed_here'),
      ],
    ]);
  }
});

describe('what stands around a secret that is not taken', () => {
  const note = { extra: { note: 1 } };
  const known: KnownPairs = { R0: { credentialId: 1, standing: 'earlier' } };
  const base = [oauth('a:x', 'A0/R0', soon)];
  const edited = [oauth('a:x', 'A0/R0', soon, note)];
  const bare = [stored(oauth('a:x', 'A1/R1', soon))];
  check([
    [
      'counts where only that was edited before the pair rotated elsewhere',
      { there: edited, here: bare, base, known },
      { kind: 'keep', why: 'changed_here', describe: { email: undefined, ...note } },
    ],
    [
      'is older where the pair is an older one than was last seen there',
      { there: edited, here: bare, known },
      keep('stale_copy'),
    ],
    [
      'is older where the file is an older copy',
      { there: edited, here: bare, base, known, more: { usageWentBack: true } },
      keep('changed_here'),
    ],
    [
      'counts where it was added to a blanked one',
      { there: [oauth('a:x', 'A1/', soon, note)], here: bare },
      { kind: 'keep', why: 'blanked', describe: { email: undefined, ...note } },
    ],
    [
      'counts where only that was edited after the blanking was seen',
      {
        there: [oauth('a:x', 'A1/', soon, note)],
        here: bare,
        base: [oauth('a:x', 'A1/', soon)],
      },
      { kind: 'keep', why: 'blanked', describe: { email: undefined, ...note } },
    ],
    [
      'stays where it was blanked too',
      { there: [oauth('a:x', '/', 0)], here: [stored(oauth('a:x', 'A1/R1', soon, note))] },
      keep('blanked'),
    ],
    [
      'stays as we changed it',
      { there: [oauth('a:x', 'A1/', soon, note)], here: bare, base },
      keep('blanked'),
    ],
  ]);
});

describe('an unknown pair', () => {
  const blank = oauth('a:x', '/', 0);
  check([
    ['that is blank does not succeed', { there: [blank], here: [fresh] }, keep('blanked')],
    [
      'that is blank does not succeed an expired one',
      { there: [blank], here: [stored(oauth('a:x', 'A1/R1', now - day))] },
      keep('blanked'),
    ],
    ['of spaces is blank', { there: [key('a:x', '  ')], here: [k1] }, keep('blanked')],
    [
      'without the refresh token of ours is blanked',
      { there: [oauth('a:x', 'A1/', soon)], here: [fresh] },
      keep('blanked'),
    ],
    [
      'that lacks the access token is kept as a fork',
      { there: [oauth('a:x', '/R2', soon)], here: [fresh] },
      { kind: 'keep', why: 'blanked', fork: true },
    ],
    [
      'succeeds a blank one',
      { there: [oauth('a:x', 'A2/R2', now - day)], here: [stored(blank)] },
      { kind: 'replace', fork: false },
    ],
    [
      'expired while ours is not is kept as a fork',
      { there: [oauth('a:x', 'A2/R2', now)], here: [fresh] },
      { kind: 'keep', why: 'expired_there', fork: true },
    ],
    [
      'expired as ours is succeeds',
      {
        there: [oauth('a:x', 'A2/R2', now - hour)],
        here: [stored(oauth('a:x', 'A1/R1', now - day))],
      },
      { kind: 'rotate', fork: false },
    ],
    [
      'that expires sooner than ours succeeds, for only the file changed, but ours is kept',
      { there: [oauth('a:x', 'A2/R2', now + 1)], here: [old] },
      { kind: 'rotate', fork: true, sooner: true },
    ],
    [
      'that expires sooner than ours is an older one in an older copy, and kept beside ours',
      {
        there: [oauth('a:x', 'A2/R2', now + 1)],
        here: [old],
        more: { usageWentBack: true },
      },
      { kind: 'keep', why: 'older_copy', fork: true },
    ],
    [
      'that expires later than ours succeeds in an older copy too',
      { there: [oauth('a:x', 'A2/R2', soon)], here: [old], more: { usageWentBack: true } },
      { kind: 'rotate', fork: false },
    ],
  ]);
});
