import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unusableUntil } from '../../src/domain/cooldown.ts';
import type { Usage } from '../../src/domain/profile.ts';
import { now } from './judge-fixtures.ts';

const rows: readonly (readonly [string, Usage | undefined, ReturnType<typeof unusableUntil>])[] = [
  ['no usage', undefined, undefined],
  ['no times', { lastUsed: now, errorCount: 3 }, undefined],
  ['cooling', { cooldownUntil: now + 1 }, { until: now + 1, kind: 'cooldown' }],
  ['over at its very end', { cooldownUntil: now, disabledUntil: now }, undefined],
  [
    'disabled with its reason',
    { disabledUntil: now + 5, disabledReason: 'billing' },
    { until: now + 5, kind: 'disabled', reason: 'billing' },
  ],
  [
    'both: disabled, until the later one',
    { cooldownUntil: now + 9, disabledUntil: now + 5, disabledReason: 'billing' },
    { until: now + 9, kind: 'disabled', reason: 'billing' },
  ],
  [
    'a past disable leaves a cooldown, and its reason is no longer said',
    { cooldownUntil: now + 9, disabledUntil: now - 1, disabledReason: 'billing' },
    { until: now + 9, kind: 'cooldown' },
  ],
  ['not finite', { cooldownUntil: Number.POSITIVE_INFINITY, disabledUntil: Number.NaN }, undefined],
  ['not positive', { cooldownUntil: 0, disabledUntil: -5 }, undefined],
];

for (const [name, usage, expected] of rows) {
  test(name, () => assert.deepEqual(unusableUntil(usage, now), expected));
}

test('a negative time is no time, even before the epoch', () => {
  assert.equal(unusableUntil({ cooldownUntil: -1 }, -2), undefined);
});
