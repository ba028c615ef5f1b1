import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import * as meta from '../../src/store/meta.ts';
import { openStore } from '../../src/store/open.ts';
import { common, isRoot, open, startWorker, tempFolder, worker } from './state.ts';

test('a first open makes private files whatever the umask', (t) => {
  const umask = process.umask(0);
  t.after(() => process.umask(umask));
  const path = join(tempFolder(t), 'deep', 'state', 'auth.sqlite');
  const store = open(t, path);
  meta.set(store.db, 'x', 'y');

  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
  assert.equal(statSync(dirname(dirname(path))).mode & 0o777, 0o700);
  const names = readdirSync(dirname(path)).sort();
  assert.deepEqual(names, ['auth.sqlite', 'auth.sqlite-shm', 'auth.sqlite-wal']);
  for (const name of names) {
    assert.equal(statSync(join(dirname(path), name)).mode & 0o777, 0o600, name);
  }
});

test('the connection is durable, private and runs nothing planted', (t) => {
  const { db } = open(t, join(tempFolder(t), 'auth.sqlite'));
  const expected = {
    journal_mode: 'wal',
    synchronous: 2,
    secure_delete: 1,
    trusted_schema: 0,
    foreign_keys: 1,
    busy_timeout: 30_000,
    application_id: 0x4550494c,
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.equal(db.pragma(name, { simple: true }), value, name);
  }
});

test('the bundled SQLite has the fix of the WAL-reset bug (3.51.3)', (t) => {
  const { db } = open(t, join(tempFolder(t), 'auth.sqlite'));
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  assert.ok(version.localeCompare('3.51.3', 'en', { numeric: true }) >= 0, version);
});

test('what was stored is there again, and hashes stay the same', (t) => {
  const path = join(tempFolder(t), 'auth.sqlite');
  const first = openStore({ ...common, path });
  meta.set(first.db, 'x', 'y');
  const hash = first.hash('secret');
  first.close();
  assert.deepEqual(readdirSync(dirname(path)), ['auth.sqlite'], 'nothing left beside it');

  const again = open(t, path);
  assert.equal(meta.get(again.db, 'x')?.toString(), 'y');
  assert.equal(again.hash('secret'), hash);
  assert.match(hash, /^[0-9a-f]{32}$/);
  assert.notEqual(open(t, join(tempFolder(t), 'auth.sqlite')).hash('secret'), hash);
});

test('opening an up-to-date store changes no byte of it and loads no crypto', async (t) => {
  const path = join(tempFolder(t), 'auth.sqlite');
  openStore({ ...common, path }).close();
  const { mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  openStore({ ...common, path }).close();
  const after = statSync(path, { bigint: true });
  assert.deepEqual([after.mtimeNs, after.ctimeNs], [mtimeNs, ctimeNs]);
  assert.deepEqual(await worker(['crypto', path]), { opened: false, hashed: true });
});

test('a database that others may read or write is used and reported', (t) => {
  for (const [mode, expected] of [
    [0o640, 'readable'],
    [0o644, 'readable'],
    [0o660, 'writable'],
    [0o600, undefined],
  ] as const) {
    const path = join(tempFolder(t), 'auth.sqlite');
    writeFileSync(path, '');
    chmodSync(path, mode);
    assert.equal(open(t, path).openTo, expected, mode.toString(8));
  }
});

test('eight first runs at once end in one store with one key', async (t) => {
  for (let round = 0; round < 3; round += 1) {
    const path = join(tempFolder(t), 'state', 'auth.sqlite');
    const runs = await Promise.all(Array.from({ length: 8 }, () => worker(['open', path])));
    const [first] = runs;
    for (const run of runs) assert.deepEqual(run, first);
    const { db } = open(t, path);
    assert.equal(db.pragma('integrity_check', { simple: true }), 'ok');
    assert.deepEqual(first, { hash: open(t, path).hash('x') });
  }
});

test('8 processes × 50 updates lose none', async (t) => {
  const path = join(tempFolder(t), 'auth.sqlite');
  await Promise.all(Array.from({ length: 8 }, () => worker(['count', path, '50'])));
  assert.equal(meta.get(open(t, path).db, 'count')?.toString(), '400');
});

test('what a killed run had committed is there', async (t) => {
  const path = join(tempFolder(t), 'auth.sqlite');
  const holder = await startWorker(t, ['hold', path, 'anthropic:default']);
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  holder.kill('SIGKILL');
  await ended;
  assert.ok(statSync(`${path}-wal`).size > 0);
  const { db } = open(t, path);
  assert.equal(db.prepare('SELECT count(*) FROM profiles').pluck().get(), 1);
});

test('a transaction is all or nothing, nests as a plain call and refuses promises', (t) => {
  const store = open(t, join(tempFolder(t), 'auth.sqlite'));
  const { db } = store;
  assert.throws(
    () =>
      store.transaction(() => {
        store.transaction(() => meta.set(db, 'inner', '1'));
        throw new TypeError('mine');
      }),
    new TypeError('mine'),
  );
  assert.equal(meta.get(db, 'inner'), undefined);

  const late = () => store.transaction(async () => meta.set(db, 'late', '1'));
  assert.throws(late, { name: 'EpiloopError', code: 'internal' });
  assert.equal(meta.get(db, 'late'), undefined);
  assert.equal(db.inTransaction, false);
  assert.equal(
    store.transaction(() => 7),
    7,
  );
});

test('errors of SQLite inside a transaction come out translated, with the path', (t) => {
  const path = join(tempFolder(t), 'auth.sqlite');
  const store = open(t, path);
  const other = open(t, path);
  store.db.pragma('busy_timeout = 1');
  other.db.exec('BEGIN IMMEDIATE');
  assert.throws(() => store.transaction(() => 1), { code: 'busy', path, hint: 'try again' });
  other.db.exec('ROLLBACK');

  store.db.pragma('max_page_count = 1');
  const grow = () => store.transaction(() => meta.set(store.db, 'big', Buffer.alloc(1_000_000)));
  assert.throws(grow, { code: 'io', path });
  assert.equal(store.db.inTransaction, false);
  assert.equal(meta.get(store.db, 'big'), undefined);

  const wrong = () => store.transaction(() => store.db.exec('INSERT INTO nowhere VALUES (1)'));
  assert.throws(wrong, { code: 'internal', path });
});

test('a folder that cannot be made, or a file in its place, is cannot_create', (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), '');
  for (const path of [
    join(folder, 'file', 'auth.sqlite'),
    join(folder, 'file', 'x', 'auth.sqlite'),
  ]) {
    assert.throws(() => openStore({ ...common, path }), { code: 'cannot_create' });
  }
});

test('what root makes in the folder of another user is given to him', {
  skip: isRoot ? false : 'only root can',
}, async (t) => {
  const { chownSync } = await import('node:fs');
  const folder = join(tempFolder(t), 'state');
  mkdirSync(folder, { mode: 0o700 });
  chownSync(folder, 65534, 65534);
  const store = open(t, join(folder, 'auth.sqlite'));
  meta.set(store.db, 'x', 'y');
  for (const name of readdirSync(folder)) {
    assert.equal(statSync(join(folder, name)).uid, 65534, name);
  }
});

test('errors carry no secret and say what to do', (t) => {
  const path = join(tempFolder(t), 'auth.sqlite');
  writeFileSync(path, 'sk-secret in a text file');
  assert.throws(
    () => openStore({ ...common, path }),
    (error) =>
      error instanceof EpiloopError && error.code === 'bad_data' && !error.message.includes('sk-'),
  );
});
