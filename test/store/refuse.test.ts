import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import type { ErrorCode } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { openReadOnly } from '../../src/store/scratch.ts';
import { picture } from './picture.ts';
import { common, isRoot, tempFolder, worker } from './state.ts';

interface Case {
  readonly what: string;
  readonly code: ErrorCode;
  readonly says: RegExp;
  readonly hint?: RegExp;
  /** what is found where the database should be; starts from a good one when `store` is set */
  readonly make: (path: string, folder: string) => void;
  readonly store?: true;
}

/** Runs SQL on a database as another program would. */
function tamper(path: string, sql: string): void {
  const db = new BetterSqlite3(path);
  db.exec(sql);
  db.close();
}

const cases: readonly Case[] = [
  {
    what: 'a symbolic link to a good store',
    code: 'refused',
    says: /is a symbolic link/,
    store: true,
    make: (path, folder) => {
      renameSync(path, join(folder, 'elsewhere'));
      symlinkSync('elsewhere', path);
    },
  },
  {
    what: 'a dangling symbolic link',
    code: 'refused',
    says: /is a symbolic link/,
    make: (path) => symlinkSync('nowhere', path),
  },
  {
    what: 'a second name for the file',
    code: 'refused',
    says: /has 2 names/,
    store: true,
    make: (path, folder) => linkSync(path, join(folder, 'second')),
  },
  { what: 'a folder', code: 'refused', says: /is a folder/, make: (path) => mkdirSync(path) },
  {
    what: 'a pipe',
    code: 'refused',
    says: /is a pipe/,
    make: (path) => execFileSync('mkfifo', [path]),
  },
  {
    what: 'a file that everyone can write',
    code: 'refused',
    says: /writable by everyone/,
    hint: /^chmod 600 '/,
    store: true,
    make: (path) => chmodSync(path, 0o666),
  },
  {
    what: 'a folder that everyone can write',
    code: 'refused',
    says: /writable by everyone/,
    hint: /^chmod o-w '/,
    store: true,
    make: (_, folder) => chmodSync(folder, 0o777),
  },
  {
    what: 'a planted log that is a link',
    code: 'refused',
    says: /auth\.sqlite-wal is a symbolic link/,
    store: true,
    make: (path) => symlinkSync('/dev/null', `${path}-wal`),
  },
  {
    what: 'a log without its database',
    code: 'bad_data',
    says: /is missing or empty, but .*-wal is not/,
    make: (path) => writeFileSync(`${path}-wal`, 'all that is left'),
  },
  {
    what: 'a log beside an emptied database',
    code: 'bad_data',
    says: /is missing or empty, but .*-wal is not/,
    store: true,
    make: (path) => {
      truncateSync(path);
      writeFileSync(`${path}-wal`, 'all that is left');
    },
  },
  ...['x', 'not a database, but text', 'line\n'.repeat(2000)].map((text) => ({
    what: `a text file of ${text.length} characters`,
    code: 'bad_data' as const,
    says: /is no SQLite database/,
    make: (path: string) => writeFileSync(path, text),
  })),
  {
    what: 'a database of another program',
    code: 'bad_data',
    says: /of another program/,
    make: (path) => tamper(path, 'CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)'),
  },
  {
    what: 'a database of another program in WAL mode',
    code: 'bad_data',
    says: /of another program/,
    make: (path) => tamper(path, 'PRAGMA journal_mode = WAL; CREATE TABLE theirs (x)'),
  },
  {
    what: 'a newer store',
    code: 'store_newer',
    says: /schema version 99, this build knows \d+ at most/,
    store: true,
    make: (path) => tamper(path, 'PRAGMA user_version = 99'),
  },
  {
    what: 'an altered migration',
    code: 'store_altered',
    says: /was not made by the migrations of this build/,
    store: true,
    make: (path) => tamper(path, "UPDATE migrations SET sha256 = 'f00d' WHERE version = 2"),
  },
  {
    what: 'a migration without a record',
    code: 'store_altered',
    says: /was not made by/,
    store: true,
    make: (path) => tamper(path, 'DELETE FROM migrations WHERE version = 3'),
  },
  {
    what: 'no records at all',
    code: 'store_altered',
    says: /was not made by/,
    store: true,
    make: (path) => tamper(path, 'DROP TABLE migrations'),
  },
  {
    what: 'a version that was turned back',
    code: 'store_altered',
    says: /was not made by/,
    store: true,
    make: (path) => tamper(path, 'PRAGMA user_version = 0'),
  },
  {
    what: 'a planted trigger',
    code: 'store_altered',
    says: /was not made by/,
    store: true,
    make: (path) =>
      tamper(path, 'CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM credentials; END'),
  },
];

for (const { what, code, says, hint = /^/, make, store } of cases) {
  test(`${what}: ${code}, and everything as it was`, (t) => {
    const folder = tempFolder(t);
    const path = join(folder, 'auth.sqlite');
    if (store) openStore({ ...common, path }).close();
    make(path, folder);
    const before = picture(folder);
    const started = performance.now();
    const check = (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, says);
      assert.equal(Reflect.get(error, 'code'), code);
      assert.match(String(Reflect.get(error, 'hint')), hint);
      return true;
    };
    assert.throws(() => openStore({ ...common, path }), check);
    assert.throws(() => openReadOnly({ ...common, path, env: {} }), check);
    assert.ok(performance.now() - started < 1000);
    assert.deepEqual(picture(folder), before);
  });
}

test('a folder above that everyone can write is refused, also behind a link; sticky is fine', (t) => {
  const parent = join(tempFolder(t), 'parent');
  const linked = join(tempFolder(t), 'linked');
  mkdirSync(join(parent, 'state'), { recursive: true });
  symlinkSync(join(parent, 'state'), linked);
  chmodSync(parent, 0o777);
  for (const folder of [join(parent, 'state'), linked]) {
    const opening = () => openStore({ ...common, path: join(folder, 'auth.sqlite') });
    assert.throws(opening, { code: 'refused', path: parent });
    assert.equal(existsSync(join(folder, 'auth.sqlite')), false);
  }
  chmodSync(parent, 0o1777);
  openStore({ ...common, path: join(linked, 'auth.sqlite') }).close();
});

test('a newer store that a killed run left is refused without finishing its log', (t) => {
  const original = join(tempFolder(t), 'auth.sqlite');
  openStore({ ...common, path: original }).close();
  const db = new BetterSqlite3(original);
  db.pragma('user_version = 99');
  const folder = tempFolder(t);
  const path = join(folder, 'auth.sqlite');
  for (const suffix of ['', '-wal']) copyFileSync(original + suffix, path + suffix);
  db.close();
  const before = picture(folder);
  assert.deepEqual(Object.keys(before).sort(), ['auth.sqlite', 'auth.sqlite-wal']);
  assert.throws(() => openStore({ ...common, path }), { code: 'store_newer' });
  assert.deepEqual(picture(folder), before);
});

test('a file or folder of another user is refused, naming both; root follows the folder', {
  skip: isRoot ? false : 'only root can give files away',
}, async (t) => {
  const folder = tempFolder(t);
  const path = join(folder, 'auth.sqlite');
  openStore({ ...common, path }).close();
  chownSync(path, 65534, 65534);
  const before = picture(folder);
  const opening = () => openStore({ ...common, path });
  assert.throws(opening, { code: 'refused', message: /belongs to uid 65534, this is uid 0/ });
  assert.deepEqual(picture(folder), before);

  chownSync(folder, 65534, 65534);
  openStore({ ...common, path }).close();

  chownSync(folder, 65533, 65533);
  chmodSync(folder, 0o755);
  chmodSync(path, 0o644);
  assert.equal(await worker(['open', path], { uid: 65534 }), 'refused');
  assert.equal(await worker(['readOnly', path, folder], { uid: 65534 }), 'refused');
});
