import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { isBlank } from '../../src/domain/credential.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import * as credentials from '../../src/store/credentials.ts';
import * as profiles from '../../src/store/profiles.ts';
import fc from '../property.ts';
import { credential, integer, jsonObject, revealed, text } from './arbitraries.ts';
import { insert, point } from './seed.ts';
import { oauth, open, scratch, tempFolder } from './state.ts';

test('a profile comes back as it was, and its facts agree with it', (t) => {
  const store = scratch(t);
  const { db, hash } = store;
  const entry = fc.record(
    { id: text, provider: text, email: text, extra: jsonObject, position: integer },
    { requiredKeys: ['id', 'provider', 'extra', 'position'], noNullPrototype: true },
  );
  fc.assert(
    fc.property(entry, fc.boolean(), credential, (profile, confirmed, value) => {
      const credentialId = insert(store, value);
      profiles.upsert(db, '/agent', { ...profile, confirmed, credentialId });
      const [stored, ...others] = profiles.list(db, '/agent');
      assert.ok(stored);
      assert.deepEqual(others, []);
      const { credential: held, ...rest } = stored;
      assert.deepEqual(rest, { ...profile, confirmed, credentialId });
      assert.deepEqual(revealed(held), revealed(value));

      const refresh = value.type === 'oauth' ? value.refresh : undefined;
      const secretHash = credentials.get(db, credentialId)?.secretHash;
      assert.deepEqual(profiles.facts(db, '/agent'), [
        {
          id: profile.id,
          provider: profile.provider,
          ...('email' in profile && { email: profile.email }),
          type: value.type,
          ...('expiresAt' in value && { expiresAt: value.expiresAt }),
          blank: isBlank(value),
          refreshable: refresh !== undefined && !refresh.blank,
          fingerprint: secretHash?.slice(0, 8),
        },
      ]);
      assert.equal(
        secretHash,
        hash(String(Object.values(revealed(held) as JsonObject)[1]).slice(7)),
      );
      profiles.remove(db, '/agent', profile.id);
    }),
  );
});

test('facts reads no secret column', (t) => {
  const path = join(tempFolder(t), 'auth.sqlite');
  const store = open(t, path);
  point(store, '/agent', 'anthropic:default', insert(store, oauth('access', 'refresh')));
  const statements: string[] = [];
  const db = new BetterSqlite3(path, { verbose: (sql) => statements.push(String(sql)) });
  t.after(() => db.close());
  assert.equal(profiles.facts(db, '/agent').length, 1);
  assert.equal(statements.length, 1);
  const secretColumns = /\b(secret|refresh|extra|identity)\b|\*/;
  assert.doesNotMatch(statements.join(), secretColumns);
  profiles.list(db, '/agent');
  assert.match(statements.join(), secretColumns, 'the check can fail');
});

test('profiles: who shares, who holds, in which order, confirmed or not', (t) => {
  const store = scratch(t);
  const { db } = store;
  const shared = insert(store, oauth('a'));
  const own = insert(store, oauth('b'));
  point(store, '/main', 'x', shared, 0);
  point(store, '/main', 'y', own, 1);
  point(store, '/main', 'z', own, 2);
  point(store, '/second', 'x', shared);
  point(store, '/lone', 'x', insert(store, oauth('c')));
  assert.deepEqual(profiles.sharing(db, '/main'), ['/second']);
  assert.deepEqual(profiles.sharing(db, '/lone'), []);
  assert.deepEqual(profiles.holders(db, shared), ['/main', '/second']);
  assert.deepEqual(profiles.agentDirs(db), ['/lone', '/main', '/second']);

  profiles.resequence(db, '/main', ['z', 'ghost', 'x', 'z']);
  const order = () => profiles.list(db, '/main').map(({ id, position }) => [id, position]);
  assert.deepEqual(order(), [
    // before z, as it was
    ['y', 0],
    ['z', 1],
    ['x', 2],
  ]);
  profiles.confirm(db, '/main', ['x', 'ghost']);
  const confirmed = profiles.list(db, '/main').filter((profile) => profile.confirmed);
  assert.deepEqual(
    confirmed.map(({ id }) => id),
    ['x'],
  );
  assert.equal(profiles.list(db, '/second')[0]?.confirmed, false);
});
