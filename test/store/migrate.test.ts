import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import * as meta from '../../src/store/meta.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type Migration, migrations } from '../../src/store/migrations.ts';
import { now, open, tempFolder } from './state.ts';

const folder = join(import.meta.dirname, '..', '..', 'migrations');

test('the list holds every file, in order, with the hash that it has', () => {
  const files = readdirSync(folder).sort();
  const found = files.map((file) => {
    const sql = readFileSync(join(folder, file), 'utf8');
    const sha256 = createHash('sha256').update(sql).digest('hex');
    return { name: file.replace(/\.sql$/, ''), sql, sha256 };
  });
  assert.deepEqual(migrations, found);
});

test('every migration is recorded with who applied it and when', (t) => {
  const { db } = open(t, join(tempFolder(t), 'auth.sqlite'));
  const records = db.prepare('SELECT * FROM migrations ORDER BY version').all();
  assert.deepEqual(
    records,
    migrations.map(({ name, sha256 }, index) => ({
      version: index + 1,
      name,
      sha256,
      applied_at: now,
      build: 'test',
    })),
  );
  assert.equal(db.pragma('user_version', { simple: true }), migrations.length);
  assert.equal(meta.get(db, 'fingerprint_key')?.length, 32);
});

function migration(name: string, sql: string): Migration {
  return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
}

const next = migration('9001_next', 'CREATE TABLE next (x INTEGER) STRICT;');
const broken = migration('9002_broken', 'CREATE TABLE half (x INTEGER) STRICT; SELECT nothing;');

function database(t: TestContext) {
  const path = join(tempFolder(t), 'auth.sqlite');
  open(t, path);
  const db = new BetterSqlite3(path);
  t.after(() => db.close());
  return { db, path };
}

function schema(db: BetterSqlite3.Database) {
  const version = db.pragma('user_version', { simple: true });
  const records = db.prepare('SELECT * FROM migrations').all();
  return { version, records, objects: db.prepare('SELECT * FROM sqlite_schema').all() };
}

test('an older store gets what is missing, and keeps what it has', (t) => {
  const { db, path } = database(t);
  const key = meta.get(db, 'fingerprint_key');
  meta.set(db, 'x', 'y');
  migrate(db, { path, now: now + 1, build: 'later', migrations: [...migrations, next] });
  assert.equal(db.pragma('user_version', { simple: true }), migrations.length + 1);
  const last = db.prepare('SELECT name, build, applied_at FROM migrations WHERE version = ?');
  assert.deepEqual(last.get(migrations.length + 1), {
    name: '9001_next',
    build: 'later',
    applied_at: now + 1,
  });
  assert.deepEqual(meta.get(db, 'fingerprint_key'), key);
  assert.equal(meta.get(db, 'x')?.toString(), 'y');
});

test('when one fails, none has happened', (t) => {
  const { db, path } = database(t);
  const before = schema(db);
  const plan = { path, now, build: 'later', migrations: [...migrations, next, broken] };
  assert.throws(() => migrate(db, plan), { code: 'SQLITE_ERROR' });
  assert.deepEqual(schema(db), before);
  assert.equal(db.inTransaction, false);
});

test('when one fails in a new database, it stays empty', () => {
  const db = new BetterSqlite3(':memory:');
  const plan = { path: ':memory:', now, build: 'test', migrations: [next, broken] };
  assert.throws(() => migrate(db, plan), { code: 'SQLITE_ERROR' });
  assert.deepEqual(db.prepare('SELECT * FROM sqlite_schema').all(), []);
  assert.equal(db.pragma('user_version', { simple: true }), 0);
});

test('a damaged database is not migrated', (t) => {
  const { db, path } = database(t);
  db.unsafeMode();
  db.pragma('writable_schema = ON');
  db.exec(`UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema
    WHERE name = 'history') WHERE name = 'locks'`);
  db.pragma('writable_schema = RESET');
  const plan = { path, now, build: 'later', migrations: [...migrations, next] };
  const version = db.pragma('user_version', { simple: true });
  assert.throws(() => migrate(db, plan), { code: 'bad_data', hint: 'run epiloop doctor' });
  assert.equal(db.pragma('user_version', { simple: true }), version);
});
