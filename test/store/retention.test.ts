import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as credentials from '../../src/store/credentials.ts';
import * as generations from '../../src/store/generations.ts';
import * as retention from '../../src/store/retention.ts';
import * as tombstones from '../../src/store/tombstones.ts';
import { insert, point, supersede } from './seed.ts';
import { now, oauth, scratch } from './state.ts';

test('what is kept too long is counted, and forgotten with its secrets', (t) => {
  const store = scratch(t);
  const { db } = store;
  const held = insert(store, oauth('a1', 'r1'));
  point(store, '/main', 'x', held);
  supersede(store, held, oauth('a2', 'r2'), 'replaced');
  const removed = insert(store, oauth('b', 's'));
  tombstones.set(db, '/main', 'y', {
    secretHash: 'h',
    removedAt: now,
    keepsOut: true,
    credential: removed,
  });
  insert(store, oauth('nobody points to it'));

  assert.equal(retention.countKept(db, now), 1, 'only what nothing remembers');
  assert.equal(retention.countKept(db, now + 1), 2, 'the removed one too');
  assert.equal(retention.countKept(db, now + 2), 3, 'and the earlier pair');
  assert.equal(retention.forget(db, now + 2), 3);
  assert.equal(retention.countKept(db, now + 2), 0);
  assert.equal(retention.forget(db, now + 2), 0);
  assert.deepEqual(generations.listKept(db, held), []);
  assert.equal(credentials.get(db, removed), undefined);
  assert.equal(credentials.get(db, held)?.generation, 2);
});
