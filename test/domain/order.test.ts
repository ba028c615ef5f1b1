import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConfigProfile } from '../../src/domain/host-config.ts';
import { type OrderQuestion, orderProfiles } from '../../src/domain/order.ts';
import type { ProfileFacts, Usage } from '../../src/domain/profile.ts';
import { facts, hostConfig, now, profiles } from './judge-fixtures.ts';

interface Row {
  readonly stored: readonly ProfileFacts[];
  readonly provider?: string;
  readonly storedOrder?: Readonly<Record<string, readonly string[]>>;
  readonly order?: Readonly<Record<string, readonly string[]>>;
  readonly listed?: Readonly<Record<string, ConfigProfile>>;
  readonly usage?: Readonly<Record<string, Usage>>;
  readonly preferred?: string;
  /** `basis: id id …`, with `~` for cooling and `!reason` for dropped */
  readonly expected: string;
}

function question({
  stored,
  provider,
  storedOrder,
  usage,
  preferred,
  ...config
}: Row): OrderQuestion {
  return {
    provider: provider ?? 'a',
    profiles: profiles(...stored),
    storedOrder: new Map(Object.entries(storedOrder ?? {})),
    config: hostConfig(config).auth,
    usage: new Map(Object.entries(usage ?? {})),
    now,
    preferred,
  };
}

function summary(row: Row): string {
  const { basis, candidates } = orderProfiles(question(row));
  const marks = candidates.map(({ id, verdict, reason }) => {
    if (verdict === 'dropped') return `${id}!${reason}`;
    return verdict === 'cooling' ? `~${id}` : id;
  });
  return `${basis}: ${marks.join(' ')}`.trim();
}

const a1 = facts('a:1');
const a2 = facts('a:2');
const a3 = facts('a:3');
const mode = (provider: string, value: ConfigProfile['mode']) => ({ provider, mode: value });
const cooling = (ms: number): Usage => ({ cooldownUntil: now + ms });

const rows: Readonly<Record<string, Row>> = {
  'nothing stored': { stored: [], expected: 'all:' },
  "all stored, in the file's order": { stored: [a2, facts('b:1'), a1], expected: 'all: a:2 a:1' },
  'the stored order comes first': {
    stored: [a1, a2],
    storedOrder: { a: ['a:2'] },
    order: { a: ['a:1'] },
    expected: 'store: a:2 a:1!not_in_order',
  },
  "then the config's order": {
    stored: [a1, a2],
    order: { a: ['a:2', 'a:1'] },
    listed: { 'a:1': mode('a', 'api_key') },
    expected: 'config: a:2 a:1',
  },
  "then the config's profiles": {
    stored: [a1, a2, a3],
    listed: { 'a:3': mode('A', 'api_key'), 'b:1': mode('b', 'token'), 'a:1': mode('a', 'api_key') },
    expected: 'listed: a:3 a:1 a:2!not_in_order',
  },
  'config profiles of another provider restrict nothing': {
    stored: [a1, a2],
    listed: { 'b:1': mode('b', 'token') },
    expected: 'all: a:1 a:2',
  },
  'keys and providers are compared normalised, and the first key wins': {
    provider: 'zai',
    stored: [facts('x', { provider: 'z-ai' }), facts('y', { provider: 'Z.AI' })],
    storedOrder: { 'z.ai': ['y', 'x'], zai: ['x', 'y'] },
    expected: 'store: y x',
  },
  'an empty list in the config means nobody': {
    stored: [a1],
    order: { a: [] },
    expected: 'config: a:1!not_in_order',
  },
  'an empty list in the store is no list': {
    stored: [a1],
    storedOrder: { a: [], A: ['a:1'] },
    order: { a: [] },
    expected: 'store: a:1',
  },
  'an order naming only ghosts leaves nobody': {
    stored: [a1],
    storedOrder: { a: ['a:ghost'] },
    expected: 'store: a:ghost!not_stored a:1!not_in_order',
  },
  'duplicates count once, at their first place': {
    stored: [a1, a2],
    order: { a: ['a:2', 'a:1', 'a:2', 'x', 'x'] },
    expected: 'config: a:2 a:1 x!not_stored',
  },
  "another provider's profile is dropped": {
    stored: [facts('b:1')],
    order: { a: ['b:1'] },
    expected: 'config: b:1!other_provider',
  },
  'a profile that the config gives to another provider is dropped': {
    stored: [a1],
    listed: { 'a:1': mode('b', 'api_key') },
    expected: 'all: a:1!config_other_provider',
  },
  'config mode token hides a stored OAuth login': {
    stored: [facts('a:1', { type: 'oauth', refreshable: true })],
    listed: { 'a:1': mode('a', 'token') },
    expected: 'listed: a:1!mode_mismatch',
  },
  'config mode oauth takes a stored token': {
    stored: [facts('a:1', { type: 'token' })],
    listed: { 'a:1': mode('a', 'oauth') },
    expected: 'listed: a:1',
  },
  'config mode oauth takes no key, and api_key takes no token': {
    stored: [a1, facts('a:2', { type: 'token' })],
    listed: { 'a:1': mode('a', 'oauth'), 'a:2': mode('a', 'api_key') },
    expected: 'listed: a:1!mode_mismatch a:2!mode_mismatch',
  },
  'blank secrets are dropped': {
    stored: [facts('a:1', { blank: true }), facts('a:2', { type: 'oauth', blank: true })],
    expected: 'all: a:1!blank_secret a:2!blank_secret',
  },
  'a token is dropped from its last millisecond on': {
    stored: [
      facts('a:1', { type: 'token', expiresAt: now }),
      facts('a:2', { type: 'token', expiresAt: now + 1 }),
      facts('a:3', { type: 'token', expiresAt: 0 }),
      facts('a:4', { type: 'token', expiresAt: -1 }),
      facts('a:5', { type: 'token' }),
    ],
    expected: 'all: a:2 a:3 a:4 a:5 a:1!expired',
  },
  'an expired OAuth login stays, with or without a refresh token': {
    stored: [
      facts('a:1', { type: 'oauth', expiresAt: now - 1 }),
      facts('a:2', { type: 'oauth', expiresAt: 1, refreshable: true }),
    ],
    expected: 'all: a:1 a:2',
  },
  'without an explicit order: OAuth, token, key, then the longest unused': {
    stored: [a1, a2, facts('a:t', { type: 'token' }), facts('a:o', { type: 'oauth' }), a3],
    usage: { 'a:1': { lastUsed: 7 }, 'a:3': { lastUsed: 5 }, 'a:o': { lastUsed: 9 } },
    expected: 'all: a:o a:t a:2 a:3 a:1',
  },
  "the config's profiles are sorted in the same way": {
    stored: [a1, facts('a:2', { type: 'oauth' })],
    listed: { 'a:1': mode('a', 'api_key'), 'a:2': mode('a', 'oauth') },
    expected: 'listed: a:2 a:1',
  },
  'an explicit order is not sorted': {
    stored: [a1, facts('a:2', { type: 'oauth' })],
    order: { a: ['a:1', 'a:2'] },
    usage: { 'a:1': { lastUsed: 9 } },
    expected: 'config: a:1 a:2',
  },
  'cooling ones come last, the soonest end first, whatever their type': {
    stored: [facts('a:o', { type: 'oauth' }), a1, a2],
    usage: { 'a:o': cooling(50), 'a:1': { disabledUntil: now + 40 } },
    expected: 'all: a:2 ~a:1 ~a:o',
  },
  'also in an explicit order': {
    stored: [a1, a2, a3],
    order: { a: ['a:1', 'a:2', 'a:3'] },
    usage: { 'a:1': cooling(50), 'a:2': cooling(40) },
    expected: 'config: a:3 ~a:2 ~a:1',
  },
  'a cooldown is over at its end': {
    stored: [a1],
    usage: { 'a:1': cooling(0) },
    expected: 'all: a:1',
  },
  'the preferred one goes first': {
    stored: [a1, a2],
    preferred: 'a:2',
    expected: 'all: a:2 a:1',
  },
  'even while it is cooling': {
    stored: [a1, a2],
    usage: { 'a:2': cooling(5) },
    preferred: 'a:2',
    expected: 'all: ~a:2 a:1',
  },
  'but not when it is dropped or unknown': {
    stored: [a1, facts('a:2', { blank: true })],
    preferred: 'a:2',
    expected: 'all: a:1 a:2!blank_secret',
  },
};

describe('orderProfiles', () => {
  for (const [name, row] of Object.entries(rows)) {
    test(name, () => assert.equal(summary(row), row.expected));
  }

  test('a candidate says its provider as typed, its type and when it is usable again', () => {
    const stored = [facts('x', { provider: 'Z.AI', type: 'token' })];
    const row = { stored, provider: 'zai', usage: { x: cooling(5) }, expected: '' };
    assert.deepEqual(orderProfiles(question(row)).candidates, [
      { id: 'x', verdict: 'cooling', until: now + 5, provider: 'Z.AI', type: 'token' },
    ]);
  });
});
