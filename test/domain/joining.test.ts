import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decision } from '../../src/domain/decision.ts';
import type { Profile } from '../../src/domain/profile.ts';
import {
  hour,
  jwt,
  now,
  oauth,
  reconcile,
  type Scene,
  stored,
  token,
} from './reconcile-fixtures.ts';

const soon = now + 8 * hour;
const id = 'a:x';
/** who it is, and which pair: `me 2` */
function pair(name: string, expiresAt = soon): Profile {
  const [sub = '', n = ''] = name.split(' ');
  return oauth(id, `${jwt({ sub }, n)}/R-${sub}-${n}`, expiresAt);
}
const held = (profile: Profile) => ({ sibling: () => ({ credentialId: 7, profile }) });

describe('a login that is held elsewhere already', () => {
  const blank = stored(oauth(id, '/', soon));
  const bare = stored(oauth(id, `${jwt({ sub: 'me' }, '1')}`, soon));
  const another = stored(pair('you 1'));
  const joined: Decision = { kind: 'replace', join: 7, rotate: true, fork: true };
  const rows: readonly (readonly [string, Omit<Scene, 'there'>, Decision])[] = [
    ['is joined where a blank one stood', { here: [blank] }, joined],
    ['is joined where one stood that could not be refreshed', { here: [bare] }, joined],
    ['is joined where another’s stood', { here: [another] }, joined],
    ['is joined where a token stood', { here: [stored(token(id, 't'))] }, joined],
    [
      'is joined without a rotation unless it expires later',
      { here: [blank], more: held(pair('me 1', soon + 1)) },
      { kind: 'replace', join: 7, fork: true },
    ],
    [
      'is not joined where the two are different people',
      { here: [another], more: held(pair('them 1')) },
      { kind: 'replace', fork: false },
    ],
    [
      'is not joined by what cannot be refreshed',
      { here: [another], more: held(oauth(id, jwt({ sub: 'me' }, '1'), soon)) },
      { kind: 'replace', fork: false },
    ],
    [
      'is the next pair of ours where ours can be refreshed',
      { here: [stored(pair('me 1'))] },
      { kind: 'rotate', fork: false },
    ],
  ];
  for (const [what, scene, expected] of rows) {
    test(what, () => {
      const there = [pair('me 2', soon + 1)];
      const { decisions } = reconcile({ there, more: held(pair('me 1')), ...scene });
      assert.deepEqual(decisions, { [id]: expected });
    });
  }
});
