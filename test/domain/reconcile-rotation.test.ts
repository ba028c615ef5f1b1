import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decision } from '../../src/domain/decision.ts';
import {
  hour,
  jwt,
  minute,
  now,
  oauth,
  reconcile,
  type Scene,
  stored,
  token,
} from './reconcile-fixtures.ts';

const cli = 'anthropic:claude-cli';
const soon = now + 8 * hour;
const old = stored(oauth('a:x', 'A1/R1', now + 5 * minute));
const fresh = stored(oauth('a:x', 'A1/R1', soon));

describe('an unknown pair that succeeds is', () => {
  const as = (sub: string, pair = 'A1/R1') => {
    const [salt = '', refresh = ''] = pair.split('/');
    return `${jwt({ sub }, salt)}/${refresh}`;
  };
  const claude = stored(oauth(cli, 'A1/R1', soon));
  const next = oauth('a:x', 'A2/R2', soon);
  const rotated: Decision = { kind: 'rotate', fork: false };
  const another: Decision = { kind: 'replace', fork: false };
  const rows: readonly (readonly [string, Scene, Decision])[] = [
    [
      'a rotation where both carry one subject',
      {
        there: [oauth('a:x', as('me', 'A2/R2'), soon)],
        here: [stored(oauth('a:x', as('me'), soon))],
      },
      rotated,
    ],
    [
      'another login where the subjects differ, though ours was due',
      {
        there: [oauth('a:x', as('you', 'A2/R2'), soon)],
        here: [stored(oauth('a:x', as('me'), now))],
      },
      another,
    ],
    [
      'another login where the subjects differ, even under a CLI’s id',
      {
        there: [oauth(cli, as('you', 'A2/R2'), soon)],
        here: [stored(oauth(cli, as('me'), soon))],
      },
      another,
    ],
    [
      'a rotation under a CLI’s id',
      { there: [oauth(cli, 'A2/R2', soon)], here: [claude] },
      rotated,
    ],
    ['another login where ours was not due', { there: [next], here: [fresh] }, another],
    [
      'a rotation where ours had ten minutes left at the file’s time',
      { there: [next], here: [fresh], more: { fileModifiedAt: soon - 10 * minute } },
      rotated,
    ],
    [
      'another login a moment before that',
      { there: [next], here: [fresh], more: { fileModifiedAt: soon - 10 * minute - 1 } },
      another,
    ],
    [
      'another login where ours does not say when it expires',
      { there: [next], here: [stored(oauth('a:x', 'A1/R1', 0))] },
      another,
    ],
    [
      'another login where it cannot be refreshed and ours can',
      { there: [oauth('a:x', 'A2', soon)], here: [old] },
      another,
    ],
    [
      'another login at another provider, though ours was due',
      { there: [oauth('a:x', 'A2/R2', soon, { provider: 'b' })], here: [old] },
      another,
    ],
    [
      'a rotation under another spelling of the provider',
      {
        there: [oauth('a:x', 'A2/R2', soon, { provider: 'Z-AI' })],
        here: [stored(oauth('a:x', 'A1/R1', now, { provider: 'zai' }))],
      },
      rotated,
    ],
    [
      'no rotation where ours is a token',
      { there: [oauth(cli, 'A2/R2', soon)], here: [stored(token(cli, 'T', soon))] },
      another,
    ],
  ];
  for (const [what, scene, expected] of rows) {
    test(what, () => {
      assert.deepEqual(Object.values(reconcile(scene).decisions), [expected]);
    });
  }
});
