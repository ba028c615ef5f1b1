import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  reconcileSurroundings,
  type StoredOrder,
  type Surroundings,
  usageWentBack,
} from '../../src/domain/agent-file.ts';
import { canonicalJson } from '../../src/domain/json.ts';
import type { Usage } from '../../src/domain/profile.ts';
import { minute, now } from './reconcile-fixtures.ts';

type Kind = keyof Surroundings;

/** One entry `k` of one kind, on either side and in the base; undefined is absent. */
interface Entry<T> {
  readonly there?: T;
  readonly here?: T;
  readonly base?: T;
  readonly stored?: StoredOrder;
  readonly olderCopy?: boolean;
}

function reconcile(kind: Kind, { there, here, base, stored, olderCopy = false }: Entry<unknown>) {
  const entry = <T>(value: T | undefined) =>
    new Map<string, T>(value === undefined ? [] : [['k', value]]);
  const nothing = { order: new Map(), usage: new Map(), lastGood: new Map() };
  const marked = base === undefined ? undefined : canonicalJson(base);
  const result = reconcileSurroundings({
    theirs: { ...nothing, [kind]: entry(there) },
    ours: { ...nothing, [kind]: entry(here) },
    storedOrders: entry(stored),
    base: { ...nothing, [kind]: entry(marked) },
    olderCopy,
    now,
  });
  return { changes: [...result[kind]], staleRewrites: result.staleRewrites };
}

describe('an order', () => {
  const a = ['a:x', 'a:y'];
  const b = ['a:y', 'a:x'];
  const c = ['a:z'];
  const changed = (age: number, before?: readonly string[], ids?: readonly string[]) => ({
    ids,
    superseded: [{ ids: before, at: now - age }],
  });
  /** b, after a, after c, after none */
  const often = (ages: readonly [a: number, c: number, none: number]): StoredOrder => ({
    ids: b,
    superseded: [a, c, undefined].map((ids, at) => ({ ids, at: now - (ages[at] ?? 0) })),
  });
  const takes = (value?: readonly string[]) => [['k', value]];
  const rows: readonly (readonly [string, Entry<readonly string[]>, unknown[], number])[] = [
    ['that changed there is taken', { there: b, here: a, base: a }, takes(b), 0],
    ['that was removed there is removed', { here: a, base: a }, takes(), 0],
    ['that changed here stays', { there: a, here: b, base: a }, [], 0],
    ['that changed on both sides is the file’s', { there: b, here: c, base: a }, takes(b), 0],
    [
      'that comes back within ten minutes is a stale rewrite',
      { there: a, here: b, base: b, stored: changed(10 * minute - 1, a, b) },
      [],
      1,
    ],
    [
      'that comes back after ten minutes is a change',
      { there: a, here: b, base: b, stored: changed(10 * minute, a, b) },
      takes(a),
      0,
    ],
    [
      'that is another one within ten minutes is a change',
      { there: c, here: b, base: b, stored: changed(1, a, b) },
      takes(c),
      0,
    ],
    [
      'that was just set here, and vanishes there, is a stale rewrite',
      { here: b, base: b, stored: changed(minute, undefined, b) },
      [],
      1,
    ],
    [
      'that was just cleared here, and comes back there, is a stale rewrite',
      { there: a, stored: changed(minute, a) },
      [],
      1,
    ],
    [
      'that stood there before the one before, minutes ago, is a stale rewrite',
      { there: c, here: b, base: b, stored: often([1, 10 * minute - 1, 10 * minute]) },
      [],
      1,
    ],
    [
      'that stood there before the one before, ten minutes ago, is a change',
      { there: c, here: b, base: b, stored: often([1, 10 * minute, 10 * minute]) },
      takes(c),
      0,
    ],
    [
      'that vanishes there is a stale rewrite where there was none minutes ago',
      { here: b, base: b, stored: often([1, 2, 10 * minute - 1]) },
      [],
      1,
    ],
    [
      'that vanishes there is removed where there was none ten minutes ago',
      { here: b, base: b, stored: often([1, 2, 10 * minute]) },
      takes(),
      0,
    ],
    [
      'that waits to be written there is no rewrite',
      { there: a, here: b, base: a, stored: changed(1, a, b) },
      [],
      0,
    ],
    [
      'that is cleared there within ten minutes, and was another one before, is a change',
      { here: b, base: b, stored: changed(minute, a, b) },
      takes(),
      0,
    ],
    ['of an older copy is not taken', { there: b, here: a, base: a, olderCopy: true }, [], 0],
    ['is not taken away by an older copy', { here: a, base: a, olderCopy: true }, [], 0],
  ];
  for (const [what, entry, changes, staleRewrites] of rows) {
    test(what, () => assert.deepEqual(reconcile('order', entry), { changes, staleRewrites }));
  }
});

describe('usage', () => {
  const use = (lastUsed: number, more: Partial<Usage> = {}): Usage => ({ lastUsed, ...more });
  const takes = (value?: Usage) => [['k', value]];
  const cooling = { cooldownUntil: now + minute };
  const rows: readonly (readonly [string, Entry<Usage>, unknown[]])[] = [
    ['that changed there is taken', { there: use(2), here: use(1), base: use(1) }, takes(use(2))],
    ['that is new there is taken', { there: use(2) }, takes(use(2))],
    ['that was removed there is removed', { here: use(1), base: use(1) }, takes()],
    ['that changed here stays', { there: use(1), here: use(2), base: use(1) }, []],
    [
      'that changed on both sides is the later, theirs',
      { there: use(3), here: use(2), base: use(1) },
      takes(use(3)),
    ],
    [
      'that changed on both sides is the later, ours',
      { there: use(2), here: use(3), base: use(1) },
      [],
    ],
    [
      'that failed last is the later',
      { there: use(2, { lastFailureAt: 4 }), here: use(3), base: use(1) },
      takes(use(2, { lastFailureAt: 4 })),
    ],
    [
      'that failed last here stays',
      { there: use(3), here: use(2, { lastFailureAt: 4 }), base: use(1) },
      [],
    ],
    [
      'that changed on both sides at one time is the file’s',
      { there: use(2, cooling), here: use(2), base: use(1) },
      takes(use(2, cooling)),
    ],
    [
      'without any time on both sides is the file’s',
      { there: cooling, here: { errorCount: 2 }, base: { errorCount: 1 } },
      takes(cooling),
    ],
    ['whose lastUsed went back is not taken', { there: use(1), here: use(2), base: use(2) }, []],
    [
      'whose lastFailureAt went back is not taken',
      { there: use(2, { lastFailureAt: 1 }), here: use(2, { lastFailureAt: 2 }), base: use(1) },
      [],
    ],
    [
      'that lost its failures, and was used since, did not go back',
      { there: use(3), here: use(1, { lastFailureAt: 2 }), base: use(1, { lastFailureAt: 2 }) },
      takes(use(3)),
    ],
    [
      'that was cleared there without being used is taken',
      { there: use(2), here: use(2, cooling), base: use(2, cooling) },
      takes(use(2)),
    ],
    ['that was removed there, and used here, stays', { here: use(2), base: use(1) }, []],
    ['is not removed by an older copy', { here: use(1), base: use(1), olderCopy: true }, []],
    [
      'that went on in an older copy is taken: it happened',
      { there: use(2), here: use(1), base: use(1), olderCopy: true },
      takes(use(2)),
    ],
  ];
  for (const [what, entry, changes] of rows) {
    test(what, () => assert.deepEqual(reconcile('usage', entry).changes, changes));
  }
});

describe('lastGood', () => {
  const rows: readonly (readonly [string, Entry<string>, unknown[]])[] = [
    ['that changed there is taken', { there: 'b', here: 'a', base: 'a' }, [['k', 'b']]],
    ['that changed here stays', { there: 'a', here: 'b', base: 'a' }, []],
    ['that was removed there is removed', { here: 'a', base: 'a' }, [['k', undefined]]],
    [
      'that changed on both sides is the file’s',
      { there: 'b', here: 'c', base: 'a' },
      [['k', 'b']],
    ],
    ['of an older copy is not taken', { there: 'b', here: 'a', base: 'a', olderCopy: true }, []],
    ['is not taken away by an older copy', { here: 'a', base: 'a', olderCopy: true }, []],
  ];
  for (const [what, entry, changes] of rows) {
    test(what, () => assert.deepEqual(reconcile('lastGood', entry).changes, changes));
  }
});

describe('usageWentBack', () => {
  const rows: readonly (readonly [string, Entry<Usage>, boolean])[] = [
    ['lastUsed went back', { there: { lastUsed: 1 }, here: { lastUsed: 2 } }, true],
    ['lastFailureAt went back', { there: { lastFailureAt: 1 }, here: { lastFailureAt: 2 } }, true],
    [
      'one went back, the other on',
      { there: { lastUsed: 9, lastFailureAt: 1 }, here: { lastUsed: 2, lastFailureAt: 2 } },
      true,
    ],
    ['both stand', { there: { lastUsed: 2 }, here: { lastUsed: 2 } }, false],
    ['one went on', { there: { lastUsed: 3 }, here: { lastUsed: 2 } }, false],
    ['one is gone', { there: { errorCount: 1 }, here: { lastUsed: 2 } }, false],
    ['the entry is gone', { here: { lastUsed: 2 } }, false],
    ['the entry is new', { there: { lastUsed: 2 } }, false],
    [
      'it stands as before: ours went on',
      { there: { lastUsed: 1 }, here: { lastUsed: 2 }, base: { lastUsed: 1 } },
      false,
    ],
    [
      'it went back from the base',
      { there: { lastUsed: 1 }, here: { lastUsed: 2 }, base: { lastUsed: 2 } },
      true,
    ],
  ];
  for (const [what, { there, here, base }, expected] of rows) {
    test(what, () => {
      const entry = (value?: Usage) => new Map(value === undefined ? [] : [['p', value]]);
      const marks = new Map(base === undefined ? [] : [['p', canonicalJson(base)]]);
      assert.equal(usageWentBack(entry(there), entry(here), marks), expected);
    });
  }
  test('one entry is enough', () => {
    const there = new Map([
      ['p', { lastUsed: 3 }],
      ['q', { lastUsed: 1 }],
    ]);
    const here = new Map([
      ['p', { lastUsed: 2 }],
      ['q', { lastUsed: 2 }],
    ]);
    assert.equal(usageWentBack(there, here), true);
  });
});
