import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Candidate, type OrderQuestion, orderProfiles } from '../../src/domain/order.ts';
import type { ProfileFacts, Usage } from '../../src/domain/profile.ts';
import { normalizeProvider } from '../../src/domain/provider.ts';
import fc from '../property.ts';
import { facts, now } from './judge-fixtures.ts';

const id = fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'ghost');
const provider = fc.constantFrom('zai', 'z.ai', 'Z-AI', 'openai');
const type = fc.constantFrom('api_key', 'token', 'oauth');
const time = fc.option(fc.integer({ min: now - 3, max: now + 3 }), { nil: undefined });

const stored: fc.Arbitrary<ProfileFacts> = fc
  .record({ id, provider, type, expiresAt: time, blank: fc.boolean(), refreshable: fc.boolean() })
  .map((part) => facts(part.id, part));

const usage: fc.Arbitrary<Usage> = fc.record(
  {
    lastUsed: fc.option(fc.nat(3), { nil: undefined }),
    cooldownUntil: time,
    disabledUntil: time,
  },
  { noNullPrototype: true },
);

const ids = fc.array(id, { maxLength: 8 });
const orders = fc.uniqueArray(fc.tuple(provider, ids), { selector: ([key]) => key, maxLength: 2 });
const listed = fc.dictionary(id, fc.record({ provider, mode: type }, { noNullPrototype: true }), {
  maxKeys: 4,
});

const questions: fc.Arbitrary<OrderQuestion> = fc
  .record({
    profiles: fc.uniqueArray(stored, { selector: (entry) => entry.id }),
    storedOrder: orders,
    order: orders,
    listed,
    usage: fc.dictionary(id, usage),
  })
  .map((part) => ({
    provider: 'zai',
    profiles: new Map(part.profiles.map((entry) => [entry.id, entry])),
    storedOrder: new Map(part.storedOrder),
    config: { order: new Map(part.order), profiles: new Map(Object.entries(part.listed)) },
    usage: new Map(Object.entries(part.usage)),
    now,
  }));

const isZai = (text: string): boolean => normalizeProvider(text) === 'zai';

/** The list in force, written as a specification: the first of four that exists. */
function baseOf({ profiles, storedOrder, config }: OrderQuestion): readonly string[] {
  const inStore = [...storedOrder].find(([key, list]) => isZai(key) && list.length > 0);
  const inConfig = [...config.order].find(([key]) => isZai(key));
  const named = [...config.profiles].filter(([, entry]) => isZai(entry.provider));
  const all = [...profiles.values()].filter((entry) => isZai(entry.provider));
  if (inStore !== undefined) return inStore[1];
  if (inConfig !== undefined) return inConfig[1];
  return named.length > 0 ? named.map(([key]) => key) : all.map((entry) => entry.id);
}

function candidatesOf(question: OrderQuestion): readonly Candidate[] {
  return orderProfiles(question).candidates;
}

const rank = { ready: 0, cooling: 1, dropped: 2 } as const;

/** Written apart from the resolver: may this profile be sent at all? */
function eligible(question: OrderQuestion, key: string): boolean {
  const entry = question.profiles.get(key);
  const config = question.config.profiles.get(key);
  if (entry === undefined || !isZai(entry.provider) || entry.blank) return false;
  if (config !== undefined && !isZai(config.provider)) return false;
  const modes = entry.type === 'token' ? ['token', 'oauth'] : [entry.type];
  if (config !== undefined && !modes.includes(config.mode)) return false;
  return !(entry.type === 'token' && entry.expiresAt !== undefined && entry.expiresAt <= now);
}

describe('orderProfiles, for any input', () => {
  const check = (holds: (question: OrderQuestion) => void): void =>
    fc.assert(fc.property(questions, holds), { numRuns: 500 });

  test('the candidates are the list in force and everything stored, each once', () => {
    check((question) => {
      const all = [...question.profiles.values()].filter((entry) => isZai(entry.provider));
      const expected = new Set([...baseOf(question), ...all.map((entry) => entry.id)]);
      const got = candidatesOf(question).map((candidate) => candidate.id);
      assert.deepEqual([...got].sort(), [...expected].sort());
    });
  });

  test('ready before cooling before dropped', () => {
    check((question) => {
      const ranks = candidatesOf(question).map((candidate) => rank[candidate.verdict]);
      assert.deepEqual(ranks, ranks.toSorted());
    });
  });

  test('kept means eligible and in the list; dropped says why, cooling says until when', () => {
    check((question) => {
      const base = new Set(baseOf(question));
      for (const candidate of candidatesOf(question)) {
        const keep = base.has(candidate.id) && eligible(question, candidate.id);
        assert.equal(candidate.verdict !== 'dropped', keep, candidate.id);
        assert.equal(candidate.reason !== undefined, !keep);
        assert.equal((candidate.until ?? 0) > now, candidate.verdict === 'cooling');
      }
    });
  });

  test('the same question has the same answer, and nothing is changed by asking', () => {
    check((question) => {
      const before = structuredClone(question);
      assert.deepEqual(orderProfiles(question), orderProfiles(question));
      assert.deepEqual(question, before);
    });
  });

  test('profiles of other providers change nothing', () => {
    check((question) => {
      const stranger = facts('stranger', { provider: 'groq', type: 'oauth' });
      const profiles = new Map([['stranger', stranger], ...question.profiles]);
      assert.deepEqual(orderProfiles({ ...question, profiles }), orderProfiles(question));
    });
  });

  test('a preferred profile goes first exactly if it is kept; the others keep their order', () => {
    fc.assert(
      fc.property(questions, id, (question, preferred) => {
        const plain = candidatesOf(question);
        const kept = plain.some((one) => one.id === preferred && one.verdict !== 'dropped');
        const pinned = candidatesOf({ ...question, preferred });
        const rest = (all: readonly Candidate[]) => all.filter((one) => one.id !== preferred);
        if (kept) assert.equal(pinned[0]?.id, preferred);
        assert.deepEqual(kept ? rest(pinned) : pinned, kept ? rest(plain) : plain);
      }),
    );
  });
});
