import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Backoff,
  backoffOf,
  cleared,
  type FailureReason,
  failed,
  failureReasons,
  hasFailures,
  marked,
  succeeded,
} from '../../src/domain/failure.ts';
import { type ConfigCooldowns, emptyHostConfig } from '../../src/domain/host-config.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Usage } from '../../src/domain/profile.ts';
import fc from '../property.ts';
import { statusInput, statusRuns } from './golden-host.ts';
import { hour, minute, now } from './judge-fixtures.ts';

const defaults = emptyHostConfig.auth.cooldowns;
const day = 24 * hour;
const backoff = backoffOf(defaults, 'anthropic');

/** The usage after these failures, one after the other at one moment. */
function after(reasons: readonly FailureReason[], first?: Usage, rules = backoff): Usage {
  const start: Usage | undefined = first;
  return reasons.reduce((usage, reason) => failed(usage, reason, rules, now), start) ?? {};
}

describe('backoffOf', () => {
  const own = (hours: Record<string, number>, more: Partial<ConfigCooldowns> = {}) => ({
    ...defaults,
    billingBackoffHoursByProvider: new Map(Object.entries(hours)),
    ...more,
  });
  const rows: readonly [string, ConfigCooldowns, string, Backoff][] = [
    [
      'the defaults',
      defaults,
      'zai',
      { windowMs: day, billingBaseMs: 5 * hour, billingMaxMs: day },
    ],
    [
      "a provider's own, in any spelling on either side",
      own({ 'Z.AI': 2, openai: 9 }),
      'z-ai',
      { windowMs: day, billingBaseMs: 2 * hour, billingMaxMs: day },
    ],
    [
      'another provider has none',
      own({ 'Z.AI': 2 }, { billingBackoffHours: 1, failureWindowHours: 3 }),
      'openai',
      { windowMs: 3 * hour, billingBaseMs: hour, billingMaxMs: day },
    ],
    [
      'never under a minute, and the most is never under the base',
      own({ zai: 0.001 }, { billingMaxHours: 0.000_1 }),
      'zai',
      { windowMs: day, billingBaseMs: minute, billingMaxMs: minute },
    ],
    [
      'a base over the most',
      own({ zai: 48 }),
      'zai',
      { windowMs: day, billingBaseMs: 2 * day, billingMaxMs: 2 * day },
    ],
  ];
  for (const [name, config, provider, expected] of rows) {
    test(name, () => assert.deepEqual(backoffOf(config, provider), expected));
  }
});

describe('failed', () => {
  test('1, 5, 25, then 60 minutes, whatever the reasons', () => {
    const reasons = ['timeout', 'auth', 'rate_limit', 'format', 'unknown', 'auth'] as const;
    const rests = reasons.map((_, at) => {
      const { cooldownUntil = 0 } = after(reasons.slice(0, at + 1));
      return (cooldownUntil - now) / minute;
    });
    assert.deepEqual(rests, [1, 5, 25, 60, 60, 60]);
  });

  test('billing doubles up to the most, by its own count', () => {
    const rests = [1, 2, 3, 4, 5].map((times) => {
      const usage = after(['auth', 'auth', ...Array<'billing'>(times).fill('billing')]);
      assert.equal(usage.cooldownUntil, now + 5 * minute, 'the cooldown stays');
      return ((usage.disabledUntil ?? 0) - now) / hour;
    });
    assert.deepEqual(rests, [5, 10, 20, 24, 24]);
  });

  test('billing failures count towards the next cooldown', () => {
    const usage = after(['billing', 'billing', 'auth']);
    assert.equal(usage.cooldownUntil, now + 25 * minute);
    assert.deepEqual(usage.failureCounts, { billing: 2, auth: 1 });
    assert.deepEqual([usage.errorCount, usage.disabledReason], [3, 'billing']);
  });

  test('the exponent ends at ten, and so does what can be counted', () => {
    const rules = { ...backoff, billingBaseMs: hour, billingMaxMs: 1e6 * hour };
    const usage = { failureCounts: { billing: 4_000 }, errorCount: Number.MAX_SAFE_INTEGER };
    const more = failed(usage, 'billing', rules, now);
    assert.equal(more.disabledUntil, now + 1024 * hour);
    assert.equal(more.errorCount, Number.MAX_SAFE_INTEGER);
  });

  const rows: readonly [string, Usage, number][] = [
    ['at its end the window still counts', { errorCount: 2, lastFailureAt: now - day }, 3],
    ['after it the count begins anew', { errorCount: 2, lastFailureAt: now - day - 1 }, 1],
    ['no last failure: there is no window', { errorCount: 2 }, 3],
    ['nor for a time that is none', { errorCount: 2, lastFailureAt: 0 }, 3],
    ['a failure in the future counts', { errorCount: 2, lastFailureAt: now + day }, 3],
    ['a negative count is the first', { errorCount: -7, lastFailureAt: now }, -6],
  ];
  for (const [name, usage, errorCount] of rows) {
    test(name, () => {
      const next = failed({ ...usage, failureCounts: { auth: 2 } }, 'auth', backoff, now);
      assert.equal(next.errorCount, errorCount);
      assert.deepEqual(next.failureCounts, { auth: errorCount === 1 ? 1 : 3 });
      const expected = errorCount === 3 ? 25 : 1;
      assert.equal(next.cooldownUntil, now + expected * minute);
    });
  }

  test('keeps when it was used and what nobody models, not what it replaces', () => {
    const usage = { lastUsed: 5, extra: { more: [1], cooldownUntil: 1.5, disabledUntil: 'x' } };
    const { extra, lastUsed } = failed(usage, 'auth', backoff, now);
    assert.deepEqual([lastUsed, extra], [5, { more: [1], disabledUntil: 'x' }]);
  });

  test('of a recorded host: the third failure of case 09, the second billing of case 10', () => {
    const usageOf = (name: string) => {
      const [run] = statusRuns(name);
      const input = statusInput(run ?? assert.fail('nothing recorded'));
      return { usage: input.view.usage.get('anthropic:default'), now: input.now };
    };
    const nine = usageOf('09-cooldown');
    assert.deepEqual(failed(nine.usage, 'rate_limit', backoff, nine.now), {
      ...nine.usage,
      errorCount: 3,
      cooldownUntil: nine.now + 25 * minute,
      failureCounts: { rate_limit: 3 },
      lastFailureAt: nine.now,
    });
    const ten = usageOf('10-disabled-billing');
    assert.deepEqual(failed(ten.usage, 'billing', backoff, ten.now), {
      ...ten.usage,
      errorCount: 4,
      disabledUntil: ten.now + 10 * hour,
      failureCounts: { billing: 2 },
      lastFailureAt: ten.now,
    });
    assert.deepEqual(succeeded(nine.usage, nine.now), { lastUsed: nine.now });
    assert.deepEqual(cleared(ten.usage ?? {}), {});
  });
});

const number = fc.option(fc.integer({ min: -2, max: 14 }), { nil: undefined });
const time = fc.option(fc.integer({ min: now - 3 * day, max: now + day }), { nil: undefined });
const usages: fc.Arbitrary<Usage> = fc.record({
  lastUsed: time,
  cooldownUntil: time,
  disabledUntil: time,
  disabledReason: fc.constantFrom(undefined, 'billing'),
  errorCount: number,
  failureCounts: fc.option(
    fc.dictionary(fc.constantFrom(...failureReasons), fc.nat(12), { noNullPrototype: true }),
    { nil: undefined },
  ),
  lastFailureAt: time,
});
const hours = fc.integer({ min: 1, max: 60 });
const configs: fc.Arbitrary<ConfigCooldowns> = fc.record({
  billingBackoffHours: hours,
  billingBackoffHoursByProvider: fc.constantFrom(
    new Map(),
    new Map([['Z.ai', 3]]),
    new Map([
      ['openai', 2],
      ['zai', 7],
    ]),
  ),
  billingMaxHours: hours,
  failureWindowHours: hours,
});

/** The rules once more, as sentences: tables and loops in place of powers and minima. */
function restated(usage: Usage, reason: FailureReason, config: ConfigCooldowns): Usage {
  const forgotten =
    usage.lastFailureAt !== undefined &&
    usage.lastFailureAt > 0 &&
    usage.lastFailureAt < now - config.failureWindowHours * hour;
  const total = (forgotten ? 0 : (usage.errorCount ?? 0)) + 1;
  const counts: Record<string, number> = forgotten ? {} : { ...usage.failureCounts };
  counts[reason] = (counts[reason] ?? 0) + 1;
  const next = { ...usage, errorCount: total, failureCounts: counts, lastFailureAt: now };
  if (reason !== 'billing') {
    const steps = [1, 5, 25, 60];
    const minutes = total < 1 ? 1 : (steps[total - 1] ?? 60);
    return { ...next, cooldownUntil: now + minutes * minute };
  }
  const own = [...config.billingBackoffHoursByProvider].find(([key]) => /^z\.?ai$/i.test(key));
  const base = own?.[1] ?? config.billingBackoffHours;
  let rest = base;
  for (let times = 1; times < counts[reason] && times <= 10; times += 1) rest *= 2;
  const most = config.billingMaxHours > base ? config.billingMaxHours : base;
  const end = now + (rest > most ? most : rest) * hour;
  return { ...next, disabledUntil: end, disabledReason: 'billing' };
}

describe('for any usage', () => {
  test('a failure is what the rules say, restated', () => {
    fc.assert(
      fc.property(usages, fc.constantFrom(...failureReasons), configs, (usage, reason, config) => {
        const got = failed(usage, reason, backoffOf(config, 'zai'), now);
        assert.deepEqual(got, restated(usage, reason, config));
      }),
      { numRuns: 1000 },
    );
  });

  test('a success leaves nothing but the use, and to clear twice is to clear once', () => {
    fc.assert(
      fc.property(usages, (usage) => {
        assert.deepEqual(succeeded(usage, now), { lastUsed: now });
        const once = cleared(usage);
        assert.deepEqual(cleared(once), once);
        assert.equal(once.lastUsed, usage.lastUsed);
        assert.equal(hasFailures(once), false);
        if (!hasFailures(usage)) assert.deepEqual(once, cleared(usage));
      }),
    );
  });
});

test('clearing keeps what nobody models, and drops what stood in a wrong kind', () => {
  const usage = { lastUsed: 1, cooldownUntil: 2, extra: { note: 'x', disabledUntil: 'soon' } };
  assert.deepEqual(cleared(usage), { lastUsed: 1, extra: { note: 'x' } });
  assert.equal(hasFailures({ extra: { disabledUntil: 'soon' } }), true);
  assert.equal(hasFailures({ lastUsed: 1, extra: { note: 'x' } }), false);
  assert.equal(hasFailures(undefined), false);
  assert.deepEqual(marked(usage, 'ok', backoff, now), { lastUsed: now, extra: { note: 'x' } });
});

test('each trace of a failure alone is one', () => {
  const traces: readonly JsonObject[] = [
    ...[{ cooldownUntil: 0 }, { disabledUntil: 0 }, { disabledReason: '' }, { errorCount: 0 }],
    ...[{ failureCounts: {} }, { lastFailureAt: 0 }],
  ];
  for (const trace of traces) {
    assert.equal(hasFailures({ lastUsed: 1, ...trace }), true, JSON.stringify(trace));
    assert.deepEqual(cleared({ lastUsed: 1, extra: trace }), { lastUsed: 1 });
  }
});
