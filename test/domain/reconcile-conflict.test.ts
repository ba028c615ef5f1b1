import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decision } from '../../src/domain/decision.ts';
import {
  day,
  hour,
  key,
  minute,
  now,
  oauth,
  reconcile,
  type Scene,
  stored,
  token,
} from './reconcile-fixtures.ts';

const soon = now + 8 * hour;

describe('a profile that changed there and here', () => {
  const base = [oauth('a:x', 'A0/R0', now)];
  const ours = (expiresAt?: number) => [stored(oauth('a:x', 'A1/R1', expiresAt))];
  const theirs = (expiresAt?: number) => [oauth('a:x', 'A2/R2', expiresAt)];
  const loses: Decision = { kind: 'keep', why: 'changed_here', fork: true };
  const wins: Decision = { kind: 'replace', fork: true };
  const rows: readonly (readonly [string, Scene, Decision])[] = [
    ['goes to the later expiry, ours', { there: theirs(soon), here: ours(soon + 1) }, loses],
    ['goes to the later expiry, theirs', { there: theirs(soon + 1), here: ours(soon) }, wins],
    ['goes to the file on a tie', { there: theirs(soon), here: ours(soon) }, wins],
    ['goes to the one that says when', { there: theirs(), here: ours(soon) }, loses],
    ['goes to the believable expiry', { there: theirs(now + 401 * day), here: ours(soon) }, loses],
    [
      'goes to an expiry that is just believable',
      { there: theirs(now + 400 * day), here: ours(soon) },
      wins,
    ],
    ['goes to the file where no expiry is valid', { there: theirs(0), here: ours(-5) }, wins],
    [
      'goes to the file where it is a key',
      { there: [key('a:x', 'k2')], here: [stored(key('a:x', 'k1'))], base: [key('a:x', 'k0')] },
      wins,
    ],
    [
      'goes to the later token',
      {
        there: [token('a:x', 't2', soon)],
        here: [stored(token('a:x', 't1', soon + 1))],
        base: [token('a:x', 't0', soon)],
      },
      loses,
    ],
    [
      'without any history goes by the expiry as well',
      { there: theirs(soon), here: ours(soon + 1), base: [] },
      loses,
    ],
    [
      'is still a rotation where ours was due',
      { there: theirs(soon), here: ours(now + minute) },
      { kind: 'rotate', fork: true },
    ],
  ];
  for (const [what, scene, expected] of rows) {
    test(what, () => {
      assert.deepEqual(reconcile({ base, ...scene }).decisions, { 'a:x': expected });
    });
  }
});

describe('the first meeting of one tool’s login in another generation', () => {
  const id = 'anthropic:claude-cli';
  const meet = (pair: string, expiresAt: number, theirSibling = oauth(id, 'A1/R1', soon)) =>
    reconcile({
      there: [oauth(id, pair, expiresAt)],
      more: { sibling: () => ({ credentialId: 3, profile: theirSibling }) },
    }).decisions[id];
  test('is one login, and a later expiry wins', () => {
    const expected = { kind: 'add', join: 3, rotate: true, fork: true };
    assert.deepEqual(meet('A2/R2', soon + 1), expected);
  });
  test('keeps the pair that we have unless theirs expires later', () => {
    assert.deepEqual(meet('A2/R2', soon), { kind: 'add', join: 3, fork: true });
    assert.deepEqual(meet('A2/R2', soon - 1), { kind: 'add', join: 3, fork: true });
  });
  test('joins nothing that cannot be refreshed', () => {
    assert.deepEqual(meet('A2', soon + 1), { kind: 'add' });
    assert.deepEqual(meet('A2/', soon + 1), { kind: 'add' });
    assert.deepEqual(meet('A2/R2', soon, token(id, 'T', soon)), { kind: 'add' });
  });
  test('joins no keys and tokens', () => {
    const sibling = () => ({ credentialId: 3, profile: oauth(id, 'A1/R1', soon) });
    const { decisions } = reconcile({ there: [token(id, 'T', soon)], more: { sibling } });
    assert.deepEqual(decisions, { [id]: { kind: 'add' } });
  });
});

describe('a profile that is absent from the file', () => {
  const ours = stored(oauth('a:x', 'A1/R1', soon));
  const stayed = stored(key('a:y', 'other'), { credentialId: 9 });
  const here = [ours, stayed];
  const there = [key('a:y', 'other')];
  const rows: readonly (readonly [string, Scene, Decision])[] = [
    ['was deleted there', { there, here }, { kind: 'remove' }],
    [
      'was not deleted where nobody else has written it yet',
      { there, here: [{ ...ours, confirmed: false }, stayed] },
      { kind: 'keep', why: 'older_copy' },
    ],
    [
      'was not deleted in an older copy, by its usage',
      { there, here, more: { usageWentBack: true } },
      { kind: 'keep', why: 'older_copy' },
    ],
    [
      'was not deleted in an older copy, by a superseded login',
      {
        there: [oauth('a:y', 'A0/R0', soon)],
        here: [ours, stored(oauth('a:y', 'A2/R2', soon), { credentialId: 9 })],
        known: { R0: { credentialId: 9, standing: 'earlier' } },
      },
      { kind: 'keep', why: 'older_copy' },
    ],
    [
      'was not deleted in an older copy, by a superseded key',
      {
        there: [key('a:y', 'before')],
        here,
        known: { before: { credentialId: 9, standing: 'earlier', supersededAt: now - minute } },
      },
      { kind: 'keep', why: 'older_copy' },
    ],
    [
      'is deleted although another’s next pair has not been written there yet',
      {
        there: [oauth('a:y', 'A0/R0', soon)],
        here: [ours, stored(oauth('a:y', 'A2/R2', soon), { credentialId: 9 })],
        base: [ours, oauth('a:y', 'A0/R0', soon)],
        known: { R0: { credentialId: 9, standing: 'earlier' } },
      },
      { kind: 'remove' },
    ],
    [
      'was not deleted where it changed here',
      { there, here, base: [oauth('a:x', 'A0/R0', now), stayed] },
      { kind: 'keep', why: 'changed_here' },
    ],
    ['is new here', { there, here, base: [stayed] }, { kind: 'keep', why: 'new_here' }],
    ['is new here, and first', { there: [], here, base: [] }, { kind: 'keep', why: 'new_here' }],
    [
      'was lost by accident with all the others',
      { there: [], here },
      { kind: 'keep', why: 'accident' },
    ],
    [
      'was lost by accident where it was the last',
      { there: [], here: [ours] },
      { kind: 'keep', why: 'accident' },
    ],
    [
      'was the last where all that is left is kept out',
      { there, here: [ours], more: { buried: () => true } },
      { kind: 'keep', why: 'accident' },
    ],
    [
      'is deleted where another took its place',
      { there, here: [ours], base: [ours] },
      { kind: 'remove' },
    ],
    [
      'has an entry in its place that we cannot model',
      { there, here, more: { unmodelled: new Set(['a:x']) } },
      { kind: 'keep', why: 'accident' },
    ],
  ];
  for (const [what, scene, expected] of rows) {
    test(what, () => assert.deepEqual(reconcile(scene).decisions['a:x'], expected));
  }
});

describe('an older copy', () => {
  const here = [stored(key('a:x', 'k1', { email: 'new@x' })), stored(key('a:y', 'k2'))];
  const there = [key('a:x', 'k1', { email: 'old@x' }), key('a:y', 'k2')];
  const older = { usageWentBack: true };
  test('describes nothing', () => {
    const { decisions } = reconcile({ there, here, more: older });
    assert.deepEqual(decisions['a:x'], { kind: 'keep', why: 'older_copy' });
    assert.deepEqual(reconcile({ there, here }).decisions['a:x'], { kind: 'describe' });
  });
  test('still brings a pair that we have never seen', () => {
    const { decisions } = reconcile({
      there: [oauth('a:x', 'A2/R2', soon), key('a:y', 'k2')],
      here: [stored(oauth('a:x', 'A1/R1', now)), stored(key('a:y', 'k2'))],
      more: older,
    });
    assert.deepEqual(decisions['a:x'], { kind: 'rotate', fork: false });
  });
  test('is told by what it holds, and only by what came back', () => {
    const superseded = [oauth('a:x', 'A0/R0', soon)];
    const scene: Scene = {
      there: superseded,
      here: [stored(oauth('a:x', 'A1/R1', soon))],
      known: { R0: { credentialId: 1, standing: 'earlier' } },
    };
    assert.equal(reconcile(scene).olderCopy, true);
    assert.equal(reconcile({ ...scene, base: superseded }).olderCopy, false);
    assert.equal(reconcile({ there, here }).olderCopy, false);
    assert.equal(reconcile({ there, here, more: older }).olderCopy, true);
  });
  test('is not told by a blank entry', () => {
    const scene: Scene = {
      there: [oauth('a:x', '/', 0)],
      here: [stored(oauth('a:x', 'A1/R1', soon))],
      known: { '': { credentialId: 1, standing: 'earlier' } },
    };
    assert.equal(reconcile(scene).olderCopy, false);
  });
});
