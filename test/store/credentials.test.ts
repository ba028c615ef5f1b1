import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Credential } from '../../src/domain/credential.ts';
import { Secret } from '../../src/domain/secret.ts';
import * as credentials from '../../src/store/credentials.ts';
import * as generations from '../../src/store/generations.ts';
import * as tombstones from '../../src/store/tombstones.ts';
import fc from '../property.ts';
import { credential, identity, integer, revealed } from './arbitraries.ts';
import { insert, point, supersede } from './seed.ts';
import { now, oauth, open, scratch, tempFolder } from './state.ts';

test('a credential comes back as it was, and so does what replaces it', (t) => {
  const store = scratch(t);
  const { db, hash } = store;
  fc.assert(
    fc.property(
      credential,
      identity,
      credential,
      identity,
      integer,
      (first, who, next, now2, at) => {
        const id = credentials.insert(db, {
          provider: 'anthropic',
          credential: first,
          identity: who,
          source: 'file',
          hash,
          now: at,
        });
        const stored = credentials.get(db, id);
        assert.ok(stored);
        assert.deepEqual(revealed(stored.credential), revealed(first));
        assert.deepEqual(stored.identity, who);
        assert.deepEqual([stored.generation, stored.changedAt], [1, at]);

        credentials.supersede(db, { id, credential: next, identity: now2, hash, now: at });
        const after = credentials.get(db, id);
        assert.ok(after);
        assert.deepEqual(revealed(after.credential), revealed(next));
        assert.deepEqual(after.identity, now2);
        assert.equal(after.generation, 2);
        assert.deepEqual(
          generations.findGeneration(db, id, stored.secretHash, stored.refreshHash),
          { generation: 1, supersededAt: at },
        );
        assert.deepEqual(generations.listKept(db, id), []);
      },
    ),
  );
});

test('a refresh token is found, now or as a used-up one; a blank one never is', (t) => {
  const store = scratch(t);
  const { db, hash } = store;
  const id = insert(store, oauth('a1', 'r1'));
  const other = insert(store, oauth('a1', 'r1'), 'openai-codex');
  supersede(store, id, oauth('a2', 'r2'));
  const find = (refresh: string) => generations.findByRefresh(db, 'anthropic', hash(refresh));
  assert.deepEqual(find('r2'), { credential: id, generation: 2, current: true });
  assert.deepEqual(find('r1'), { credential: id, generation: 1, current: false });
  assert.equal(find('r3'), undefined);
  const codex = generations.findByRefresh(db, 'openai-codex', hash('r1'));
  assert.deepEqual(codex, { credential: other, generation: 1, current: true });

  for (const blank of ['', '  ']) {
    const blanked = insert(store, oauth('a9', blank));
    assert.equal(credentials.get(db, blanked)?.refreshHash, undefined);
    assert.equal(find(blank), undefined);
    supersede(store, blanked, oauth('a10'));
    assert.equal(find(blank), undefined);
    assert.ok(generations.findGeneration(db, blanked, hash('a9'), undefined));
  }
  assert.equal(generations.findByRefresh(db, 'anthropic', ''), undefined);
});

test('an earlier pair is one only with both of its secrets', (t) => {
  const store = scratch(t);
  const { db, hash } = store;
  const id = insert(store, oauth('a1', 'r1'));
  for (const next of [oauth('a2', 'r2'), oauth('a1', 'r1'), oauth('a3', 'r3')]) {
    supersede(store, id, next);
  }
  const find = (access: string, refresh?: string) =>
    generations.findGeneration(db, id, hash(access), refresh && hash(refresh))?.generation;
  assert.equal(find('a1', 'r1'), 3, 'the latest, where it had it twice');
  assert.equal(find('a2', 'r2'), 2);
  assert.equal(find('a2', 'r1'), undefined);
  assert.equal(find('a2'), undefined);
  assert.equal(find('a3', 'r3'), undefined, 'the current pair is no earlier one');
});

test('what is kept whole comes back whole, until it is forgotten', (t) => {
  const store = scratch(t);
  const { db, hash } = store;
  const id = insert(store, { type: 'token', token: new Secret('t1'), expiresAt: 5 });
  supersede(store, id, oauth('a2', 'r2'), 'replaced');
  supersede(store, id, oauth('a3', 'r3', 7));
  const fork = { id, credential: oauth('theirs', 'rt', 9), hash, now: now + 2 };
  generations.addFork(db, fork);
  generations.addFork(db, fork);
  const kept = generations.listKept(db, id).map((pair) => ({
    ...pair,
    credential: revealed(pair.credential),
  }));
  assert.deepEqual(kept, [
    {
      credential: revealed(oauth('theirs', 'rt', 9)),
      reason: 'fork',
      generation: 3,
      supersededAt: now + 2,
    },
    {
      credential: revealed({ type: 'token', token: new Secret('t1'), expiresAt: 5 }),
      reason: 'replaced',
      generation: 1,
      supersededAt: now + 1,
    },
  ]);
  assert.equal(credentials.get(db, id)?.generation, 4, 'the fork took a number');
  assert.deepEqual(generations.findByRefresh(db, 'anthropic', hash('rt')), {
    credential: id,
    generation: 3,
    current: false,
  });
  assert.equal(generations.forgetKept(db, now + 2), 1);
  assert.deepEqual(
    generations.listKept(db, id).map(({ reason }) => reason),
    ['fork'],
  );
  assert.ok(generations.findGeneration(db, id, hash('t1'), undefined), 'its hashes stay');
});

test('a new expiry is no new generation, and nobody is changed by mistake', (t) => {
  const store = scratch(t);
  const { db } = store;
  const id = insert(store, oauth('a', 'r', 1));
  credentials.setExpiry(db, id, undefined, now + 5);
  const stored = credentials.get(db, id);
  assert.deepEqual(stored && revealed(stored.credential), revealed(oauth('a', 'r')));
  assert.deepEqual([stored?.generation, stored?.changedAt], [1, now + 5]);
  assert.throws(() => credentials.setExpiry(db, 999, 1, now), { code: 'internal' });
  assert.throws(() => supersede(store, 999, oauth('a')), { code: 'internal' });
  assert.equal(credentials.get(db, 999), undefined);
});

test('identities lists logins of one provider that can be refreshed', (t) => {
  const store = scratch(t);
  const { db, hash } = store;
  const row = { provider: 'p', source: 'file', hash, now };
  const who = { sub: 's', email: 'e@x' };
  for (const lost of [oauth('z'), oauth('', '')]) {
    credentials.insert(db, { ...row, credential: lost, identity: who });
  }
  const first = credentials.insert(db, { ...row, credential: oauth('a', 'r'), identity: who });
  const key: Credential = { type: 'api_key', key: new Secret('k') };
  credentials.insert(db, { ...row, credential: key, identity: who });
  insert(store, oauth('b'));
  assert.deepEqual(credentials.identities(db, 'p'), [{ credential: first, identity: who }]);
});

test('orphans go, except those whose removal can be undone', (t) => {
  const store = scratch(t);
  const { db } = store;
  const [held, gone, recent] = [oauth('a'), oauth('b'), oauth('c')].map((x) => insert(store, x));
  assert.ok(held !== undefined && gone !== undefined && recent !== undefined);
  point(store, '/main', 'x', held);
  const grave = { secretHash: 'h', removedAt: now, keepsOut: true, credential: recent };
  tombstones.set(db, '/main', 'z', grave);
  assert.equal(credentials.removeOrphans(db, now), 1);
  assert.equal(credentials.get(db, gone), undefined);
  assert.deepEqual(tombstones.list(db, '/main').get('z'), grave);
  assert.equal(credentials.removeOrphans(db), 1);
  assert.deepEqual(tombstones.list(db, '/main').get('z'), {
    secretHash: 'h',
    removedAt: now,
    keepsOut: true,
  });
  assert.ok(credentials.get(db, held));
});

test('a removed secret is nowhere in the files', (t) => {
  const folder = tempFolder(t);
  const store = open(t, join(folder, 'auth.sqlite'));
  const secrets = ['CANARY-access', 'CANARY-refresh', 'CANARY-next', 'CANARY-fork'];
  const found = () => {
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    return secrets.filter((secret) => bytes.some((text) => text.includes(secret)));
  };
  const [access = '', refresh, next = '', fork = ''] = secrets;
  const id = insert(store, oauth(access, refresh));
  for (let other = 0; other < 50; other += 1) insert(store, oauth(`filler ${other}`));
  supersede(store, id, oauth(next), 'replaced');
  const now3 = now + 3;
  credentials.addFork(store.db, { id, credential: oauth(fork), hash: store.hash, now: now3 });
  assert.deepEqual(found(), secrets, 'the check can fail');
  credentials.removeOrphans(store.db);
  store.db.pragma('wal_checkpoint(TRUNCATE)');
  assert.deepEqual(found(), []);
});

test('a row that is not what it should be is bad data, and is not quoted', (t) => {
  const store = scratch(t);
  const { db } = store;
  const id = insert(store, oauth('sk-secret'));
  db.prepare('UPDATE credentials SET identity = ?').run('{"sub":7,"sk-leak":1}');
  assert.throws(
    () => credentials.get(db, id),
    (error) =>
      error instanceof Error &&
      Reflect.get(error, 'code') === 'bad_data' &&
      /credentials\.identity/.test(error.message) &&
      !/sk-/.test(error.message),
  );
});
