import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { questionOf } from '../../src/domain/explanation.ts';
import { orderProfiles } from '../../src/domain/order.ts';
import { judgePin, preferredOf, uselessness } from '../../src/domain/pin-judgement.ts';
import type { ProfileFacts, Usage } from '../../src/domain/profile.ts';
import type { PinnedProfile } from '../../src/domain/session-pin.ts';
import { facts, hostConfig, minute, now, profiles, view } from './judge-fixtures.ts';

interface Given {
  readonly stored?: readonly ProfileFacts[];
  readonly order?: readonly string[];
  readonly usage?: Readonly<Record<string, Usage>>;
}

const three = ['anthropic:a', 'anthropic:b', 'anthropic:c'].map((id) => facts(id));

function terms({ stored = three, order, usage = {} }: Given = {}) {
  const of = view({
    profiles: profiles(...stored),
    order: new Map(order === undefined ? [] : [['anthropic', order]]),
    usage: new Map(Object.entries(usage)),
  });
  const asked = { view: of, config: hostConfig(), now, preferred: undefined };
  const resolution = orderProfiles(questionOf('anthropic', asked));
  return { view: of, provider: 'anthropic', resolution, isAllowed: () => true };
}

const user = (id: string): PinnedProfile => ({ id, source: 'user' });
const auto = (id: string, compactions?: number): PinnedProfile => ({
  id,
  source: 'auto',
  ...(compactions !== undefined && { compactions }),
});

describe('a pin is dropped', () => {
  const rest = { cooldownUntil: now + minute };
  const expired = facts('anthropic:old', { type: 'token', expiresAt: now - 1 });
  const rows: readonly (readonly [string, PinnedProfile, Given, string | undefined])[] = [
    ['not while it holds', user('anthropic:b'), {}, undefined],
    ['not while it rests', user('anthropic:b'), { usage: { 'anthropic:b': rest } }, undefined],
    ['when its profile is gone', user('anthropic:x'), {}, 'it is gone'],
    [
      'when it is of another provider',
      user('openai:k'),
      { stored: [...three, facts('openai:k')] },
      'it is for openai, not anthropic',
    ],
    [
      'when the order leaves it out',
      user('anthropic:b'),
      { order: ['anthropic:a'] },
      'it is not in the order',
    ],
    [
      'though it was picked',
      auto('anthropic:b'),
      { order: ['anthropic:a'] },
      'it is not in the order',
    ],
    ['when it has expired', user('anthropic:old'), { stored: [...three, expired] }, 'expired'],
    ['not where nothing else is left', user('anthropic:old'), { stored: [expired] }, undefined],
  ];
  for (const [name, profile, given, why] of rows) {
    test(name, () => {
      const { pin, lost } = judgePin({ profile }, terms(given));
      const words = `the session's profile ${profile.id} was dropped: ${why}`;
      assert.deepEqual(lost, why === undefined ? [] : [words]);
      assert.deepEqual(pin.profile, why === undefined ? profile : undefined);
    });
  }

  test('with a model that is not allowed any more', () => {
    const pin = { model: { provider: 'x', model: 'y' }, profile: user('anthropic:a') };
    const judged = judgePin(pin, { ...terms(), isAllowed: () => false });
    assert.deepEqual(judged.pin, {});
    assert.match(judged.lost.join(), /^the session's model x\/y is not allowed any more: reset/);
  });

  test('and its model stays', () => {
    const model = { provider: 'anthropic', model: 'm' };
    assert.deepEqual(judgePin({ model, profile: user('anthropic:x') }, terms()).pin, { model });
  });
});

test('why a profile is passed over', () => {
  const { resolution } = terms({ order: ['anthropic:a'] });
  assert.equal(uselessness('anthropic:a', { resolution }), undefined);
  assert.equal(uselessness('anthropic:b', { resolution }), 'it is not in the order');
});

describe('what comes first', () => {
  const rest: Usage = { cooldownUntil: now + minute };
  const order = three.map(({ id }) => id);
  const rows: readonly (readonly [string, PinnedProfile | undefined, number, Given, string?])[] = [
    ['nothing is pinned', undefined, 0, {}],
    ['a user’s pin', user('anthropic:b'), 9, {}, 'anthropic:b'],
    ['while it rests', user('anthropic:b'), 0, { usage: { 'anthropic:b': rest } }, 'anthropic:b'],
    ['one that was picked', auto('anthropic:b', 2), 2, {}, 'anthropic:b'],
    ['picked without a count', auto('anthropic:b'), 5, {}, 'anthropic:b'],
    ['picked, and it rests', auto('anthropic:b', 2), 2, { usage: { 'anthropic:b': rest } }],
    ['after a compaction, the next', auto('anthropic:b', 1), 2, {}, 'anthropic:c'],
    ['behind the last, the first', auto('anthropic:c', 1), 2, {}, 'anthropic:a'],
    [
      'none that rests',
      auto('anthropic:a', 1),
      2,
      { order, usage: { 'anthropic:b': rest } },
      'anthropic:c',
    ],
    ['the only one again', auto('anthropic:a', 1), 2, { stored: three.slice(0, 1) }, 'anthropic:a'],
  ];
  for (const [name, profile, compactions, given, expected] of rows) {
    test(name, () => {
      const { resolution } = terms(given);
      assert.equal(preferredOf({ profile }, resolution, compactions), expected);
    });
  }
});
