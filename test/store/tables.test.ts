import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/domain/finding.ts';
import * as history from '../../src/store/history.ts';
import * as lastGood from '../../src/store/last-good.ts';
import * as locks from '../../src/store/locks.ts';
import * as meta from '../../src/store/meta.ts';
import * as mirrorEntries from '../../src/store/mirror-entries.ts';
import * as mirrors from '../../src/store/mirrors.ts';
import * as orderOverrides from '../../src/store/order-overrides.ts';
import * as sources from '../../src/store/sources.ts';
import * as tombstones from '../../src/store/tombstones.ts';
import * as usage from '../../src/store/usage.ts';
import fc from '../property.ts';
import { integer, json, jsonObject, text, usage as usageEntry } from './arbitraries.ts';
import { now, scratch } from './state.ts';

const runs = { numRuns: 100 };
const ids = fc.uniqueArray(text, { maxLength: 4 });

test('meta: what goes in comes out, text as UTF-8', (t) => {
  const { db } = scratch(t);
  fc.assert(
    fc.property(text, fc.uint8Array({ maxLength: 40 }), text, (key, bytes, value) => {
      meta.set(db, key, Buffer.from(bytes));
      assert.deepEqual(meta.get(db, key), Buffer.from(bytes));
      meta.set(db, key, value);
      assert.equal(meta.get(db, key)?.toString('utf8'), value);
      meta.remove(db, key);
      assert.equal(meta.get(db, key), undefined);
    }),
    runs,
  );
});

test('usage: entries come back as they were, in the order they were set', (t) => {
  const { db } = scratch(t);
  const entries = fc.uniqueArray(fc.tuple(text, usageEntry), {
    maxLength: 4,
    selector: ([id]) => id,
  });
  fc.assert(
    fc.property(entries, (wanted) => {
      for (const [id, entry] of wanted) usage.set(db, '/agent', id, entry);
      assert.deepEqual([...usage.list(db, '/agent')], wanted);
      for (const [id] of wanted) assert.equal(usage.remove(db, '/agent', id), true);
      assert.equal(usage.list(db, '/agent').size, 0);
    }),
    runs,
  );
});

test('usage: a second entry replaces the first whole and keeps its place', (t) => {
  const { db } = scratch(t);
  usage.set(db, '/agent', 'a', { lastUsed: 1, failureCounts: { billing: 2, auth: 1 } });
  usage.set(db, '/agent', 'b', { errorCount: 1 });
  usage.set(db, '/agent', 'a', { failureCounts: { auth: 3 } });
  usage.set(db, '/other', 'a', { lastUsed: 9 });
  assert.deepEqual(
    [...usage.list(db, '/agent')],
    [
      ['a', { failureCounts: { auth: 3 } }],
      ['b', { errorCount: 1 }],
    ],
  );
  usage.set(db, '/agent', 'b', { errorCount: 1 }, -1);
  assert.deepEqual([...usage.list(db, '/agent').keys()], ['b', 'a']);
  assert.equal(usage.remove(db, '/agent', 'nobody'), false);
});

test('numbers that SQLite would bend are refused by the name of their column', (t) => {
  const { db } = scratch(t);
  for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    const setting = () => usage.set(db, '/agent', 'a', { lastUsed: value });
    assert.throws(setting, new RangeError('usage.last_used holds safe integers only'));
    const counting = () => usage.set(db, '/agent', 'a', { failureCounts: { auth: value } });
    assert.throws(counting, new RangeError('failure_counts.count holds safe integers only'));
  }
  assert.equal(usage.list(db, '/agent').size, 0, 'nothing half done');
  const illFormed = () => usage.set(db, '/agent', 'a\ud800', {});
  assert.throws(illFormed, new RangeError('usage.profile_id holds well-formed text only'));
});

test('last good: by provider, in the order of the file', (t) => {
  const { db } = scratch(t);
  const entries = fc.uniqueArray(fc.tuple(text, text), { maxLength: 4, selector: ([key]) => key });
  fc.assert(
    fc.property(entries, (wanted) => {
      for (const [provider, id] of wanted) lastGood.set(db, '/agent', provider, id);
      assert.deepEqual([...lastGood.list(db, '/agent')], wanted);
      for (const [provider] of wanted) lastGood.remove(db, '/agent', provider);
      assert.equal(lastGood.list(db, '/agent').size, 0);
    }),
    runs,
  );
});

test('order: what was replaced is remembered, each value once, the latest first', (t) => {
  const { db } = scratch(t);
  const values = fc.array(fc.option(ids, { nil: undefined }), { minLength: 1, maxLength: 8 });
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  let agents = 0;
  fc.assert(
    fc.property(text, values, (provider, wanted) => {
      // one of its own each time: the same values may come twice
      agents += 1;
      const agentDir = `/agent-${agents}`;
      const stored = () => orderOverrides.list(db, agentDir).get(provider);
      let ids: readonly string[] | undefined;
      let superseded: { ids: readonly string[] | undefined; at: number }[] = [];
      for (const [index, next] of wanted.entries()) {
        const at = now + index;
        const gone = ids;
        if (index === 0 || !same(gone, next)) {
          superseded = [{ ids: gone, at }, ...superseded.filter((each) => !same(each.ids, gone))];
        }
        ids = next;
        orderOverrides.set(db, agentDir, provider, ids, at);
        orderOverrides.set(db, agentDir, provider, ids, at + 1, 7);
        assert.deepEqual(stored(), { ids, superseded });
      }
    }),
    runs,
  );
});

test('order: what was replaced is remembered for ten minutes, and eight values at most', (t) => {
  const { db } = scratch(t);
  const set = (id: string | undefined, at: number) =>
    orderOverrides.set(db, '/agent', 'p', id === undefined ? undefined : [id], at);
  const remembered = () =>
    orderOverrides
      .list(db, '/agent')
      .get('p')
      ?.superseded.map(({ ids }) => ids?.[0]);
  const minutes = 60_000;
  set('a', now);
  set('b', now + 1);
  set('c', now + 10 * minutes - 1);
  assert.deepEqual(remembered(), ['b', 'a', undefined]);
  set('d', now + 10 * minutes);
  assert.deepEqual(remembered(), ['c', 'b', 'a']);
  set('e', now + 30 * minutes);
  assert.deepEqual(remembered(), ['d'], 'what was replaced just now, however old the rest');
  for (let each = 0; each < 9; each += 1) set(`${each}`, now + 30 * minutes);
  assert.deepEqual(remembered(), ['7', '6', '5', '4', '3', '2', '1', '0']);
});

test('order: spellings stand side by side, in the order of the file', (t) => {
  const { db } = scratch(t);
  for (const provider of ['z.ai', 'zai', 'anthropic']) {
    orderOverrides.set(db, '/agent', provider, [provider], now);
  }
  orderOverrides.set(db, '/agent', 'anthropic', ['x'], now, -1);
  assert.deepEqual([...orderOverrides.list(db, '/agent').keys()], ['anthropic', 'z.ai', 'zai']);
});

test('tombstones come back, and the later one counts', (t) => {
  const { db } = scratch(t);
  fc.assert(
    fc.property(text, text, fc.option(text, { nil: undefined }), integer, (id, a, b, at) => {
      const refresh = b === undefined ? {} : { refreshHash: b };
      tombstones.set(db, '/agent', id, {
        secretHash: 'earlier',
        refreshHash: 'x',
        removedAt: 1,
        keepsOut: true,
      });
      tombstones.set(db, '/agent', id, {
        secretHash: a,
        ...refresh,
        removedAt: at,
        keepsOut: true,
      });
      const found = tombstones.list(db, '/agent').get(id);
      assert.deepEqual(found, { secretHash: a, ...refresh, removedAt: at, keepsOut: true });
      assert.equal(tombstones.remove(db, '/agent', id), true);
      assert.equal(tombstones.remove(db, '/agent', id), false);
    }),
    runs,
  );
});

const finding: Finding = { reason: 'ignored_entry', message: 'x', profileId: 'a:b', exit: 0 };

test('mirrors: how a file was seen and what it carries are separate', (t) => {
  const { db } = scratch(t);
  const seen = { agentDir: '/agent', path: '/agent/auth-profiles.json', findings: [finding] };
  fc.assert(
    fc.property(jsonObject, fc.option(text, { nil: undefined }), (extra, stamp) => {
      const row = { ...seen, extra, ...(stamp !== undefined && { stamp }) };
      mirrors.save(db, row);
      const { revision: _, exported: __, ...found } = mirrors.get(db, '/agent') ?? {};
      assert.deepEqual(found, row);
    }),
    runs,
  );
  mirrors.bump(db, ['/agent', '/unknown', '/agent']);
  mirrors.markWritten(db, '/agent', { revision: 1, stamp: undefined, written: 's1' });
  mirrors.save(db, { ...seen, extra: {} });
  const state = () => {
    const { revision, exported, stamp, written } = mirrors.get(db, '/agent') ?? {};
    return { revision, exported, stamp, written };
  };
  assert.deepEqual(state(), { revision: 2, exported: 1, stamp: undefined, written: 's1' });
  mirrors.markExported(db, '/agent', 2, 's2');
  mirrors.markExported(db, '/agent', 1, 's3');
  assert.deepEqual(state(), { revision: 2, exported: 2, stamp: 's3', written: 's1' });
  assert.throws(() => mirrors.markExported(db, '/agent', 3, 's4'), { code: /CONSTRAINT/ });
  assert.equal(mirrors.get(db, '/unknown'), undefined);
  assert.deepEqual(mirrors.agentDirs(db), ['/agent']);
});

test('mirrors: a finding of a later build is left out, not an error', (t) => {
  const { db } = scratch(t);
  mirrors.save(db, { agentDir: '/agent', path: '/x', extra: {}, findings: [finding] });
  const later = JSON.stringify([{ ...finding, reason: 'from_the_future' }, finding]);
  db.prepare('UPDATE mirrors SET findings = ?').run(later);
  assert.deepEqual(mirrors.get(db, '/agent')?.findings, [finding]);
});

test('mirror entries: the whole set is replaced, and only what differs is written', (t) => {
  const { db } = scratch(t);
  const marks = fc
    .dictionary(text, text, { maxKeys: 4 })
    .map((map) => new Map(Object.entries(map)));
  const base = fc.tuple(...mirrorEntries.entryKinds.map(() => marks)).map((maps) => {
    return new Map(mirrorEntries.entryKinds.map((kind, index) => [kind, maps[index] ?? new Map()]));
  });
  mirrors.save(db, { agentDir: '/agent', path: '/x', extra: {}, findings: [] });
  fc.assert(
    fc.property(base, (wanted) => {
      mirrorEntries.saveEntries(db, '/agent', wanted);
      assert.deepEqual(mirrorEntries.entries(db, '/agent'), wanted);
      const written = db.prepare('SELECT total_changes()').pluck();
      const before = written.get();
      mirrorEntries.saveEntries(db, '/agent', wanted);
      assert.equal(written.get(), before);
    }),
    runs,
  );
  mirrorEntries.saveEntries(db, '/agent', new Map());
  assert.equal(db.prepare('SELECT count(*) FROM mirror_entries').pluck().get(), 0);
});

test('sources: by kind and path', (t) => {
  const { db } = scratch(t);
  fc.assert(
    fc.property(text, text, json, integer, (kind, path, extract, readAt) => {
      sources.save(db, { kind, path, stamp: 'old', extract: 1, readAt: 0 });
      sources.save(db, { kind, path, extract, readAt });
      assert.deepEqual(sources.get(db, kind, path), { kind, path, extract, readAt });
      assert.equal(sources.get(db, `${kind}x`, path), undefined);
      assert.equal(sources.remove(db, kind, path), true);
      assert.equal(sources.get(db, kind, path), undefined);
    }),
    runs,
  );
});

test('locks: the latest holder is on record, and only he takes himself off', (t) => {
  const { db } = scratch(t);
  const mine = { path: '/l', mark: 'm1', pid: 7, processStarted: '1', bootId: 'b', deadline: now };
  const theirs = { ...mine, mark: 'm2', processStarted: '2' };
  locks.take(db, mine);
  locks.take(db, theirs);
  assert.deepEqual(locks.list(db), [theirs]);
  assert.equal(locks.release(db, mine), false);
  assert.deepEqual(locks.list(db), [theirs]);
  assert.equal(locks.release(db, theirs), true);
  assert.deepEqual(locks.list(db), []);
});

test('history: newest first, page by page, with what was given and no more', (t) => {
  const { db } = scratch(t);
  const full = fc.record(
    { at: integer, event: text, command: text, host: text, agentDir: text, subject: text },
    { noNullPrototype: true },
  );
  const row = fc.record({ row: full, before: fc.option(json, { nil: undefined }) });
  const appended: history.HistoryRow[] = [];
  fc.assert(
    fc.property(row, ({ row: given, before }) => {
      const change = before === undefined ? given : { ...given, before };
      const id = history.append(db, change);
      appended.unshift({ id, ...change });
    }),
    { numRuns: 30 },
  );
  assert.deepEqual(history.list(db, { limit: 1000 }), appended);
  const page = history.list(db, { limit: 10 });
  const next = history.list(db, { limit: 5, before: page.at(-1)?.id });
  assert.deepEqual(next, appended.slice(10, 15));
});
