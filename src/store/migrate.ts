import type { Database } from 'better-sqlite3';
import { EpiloopError } from '../errors.ts';
import { quickCheck } from './check.ts';
import * as meta from './meta.ts';
import { type Migration, migrations as released } from './migrations.ts';
import { fingerprintKey } from './store.ts';
import { immediate } from './transaction.ts';

export interface MigrateOptions {
  /** for messages */
  readonly path: string;
  /** ms since the epoch */
  readonly now: number;
  /** which build applies them: version and commit */
  readonly build: string;
  /** in order; for tests of the runner itself */
  readonly migrations?: readonly Migration[];
}

/**
 * Brings the schema up to this build's: all that is missing, its records and the version in one
 * transaction. A store that is up to date is only read. Throws `store_newer`, `store_altered` and,
 * when what is there does not pass quick_check, `bad_data`; the database is then as it was.
 */
export function migrate(db: Database, options: MigrateOptions): void {
  const migrations = options.migrations ?? released;
  const version = checkedVersion(db, options.path, migrations);
  if (version === migrations.length) return;
  if (version > 0) mustBeSound(db, options.path);
  immediate(db, () => {
    // Another first run may have been quicker: what counts is what stands there under the lock.
    const current = checkedVersion(db, options.path, migrations);
    if (current === migrations.length) return;
    db.exec(recordsSql);
    migrations.slice(current).forEach((migration, index) => {
      apply(db, migration, current + index + 1, options);
    });
    if (current === 0) meta.set(db, fingerprintKey, randomKey());
    db.pragma(`user_version = ${migrations.length}`);
  });
}

/** Version, schema and records as of one moment: another first run may be writing them. */
function inOneLook<T>(db: Database, look: () => T): T {
  if (db.inTransaction) return look();
  db.exec('BEGIN');
  try {
    return look();
  } finally {
    if (db.inTransaction) db.exec('COMMIT');
  }
}

const recordsSql = `CREATE TABLE IF NOT EXISTS migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  applied_at INTEGER NOT NULL,
  build TEXT NOT NULL
) STRICT`;

function apply(db: Database, migration: Migration, version: number, options: MigrateOptions): void {
  db.exec(migration.sql);
  db.prepare(
    'INSERT INTO migrations (version, name, sha256, applied_at, build) VALUES (?, ?, ?, ?, ?)',
  ).run(version, migration.name, migration.sha256, options.now, options.build);
}

function randomKey(): Buffer {
  return process.getBuiltinModule('node:crypto').randomBytes(32);
}

/** The schema version, once it is sure that our own migrations, and nothing else, led there. */
export function checkedVersion(
  db: Database,
  path: string,
  migrations: readonly Migration[] = released,
): number {
  return inOneLook(db, () => checkVersion(db, path, migrations));
}

function checkVersion(db: Database, path: string, migrations: readonly Migration[]): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > migrations.length) throw newer(path, version, migrations.length);
  const found = schemaNames(db);
  const names = new Set(found);
  if (version === 0 && found.length === 0) return 0;
  if (version < 1 || !names.has('migrations') || names.has(planted)) throw altered(path);
  const recorded = db
    .prepare('SELECT version, sha256 FROM migrations ORDER BY version')
    .raw()
    .all();
  const expected = migrations.slice(0, version).map(({ sha256 }, index) => [index + 1, sha256]);
  if (JSON.stringify(recorded) !== JSON.stringify(expected)) throw altered(path);
  return version;
}

/** Stands for views and triggers: no migration makes any, so that somebody else did. */
const planted = 'view or trigger';

function schemaNames(db: Database): unknown[] {
  return db
    .prepare(
      `SELECT iif(type IN ('view', 'trigger'), '${planted}', name) FROM sqlite_schema
       WHERE type <> 'index'`,
    )
    .pluck()
    .all();
}

function mustBeSound(db: Database, path: string): void {
  if (quickCheck(db) === undefined) return;
  const hint = 'run epiloop doctor';
  throw new EpiloopError('bad_data', `${path} is damaged: nothing was migrated`, { path, hint });
}

function newer(path: string, version: number, ours: number): EpiloopError {
  return new EpiloopError(
    'store_newer',
    `${path} has schema version ${version}, this build knows ${ours} at most`,
    { path, hint: 'use the newer epiloop that wrote it' },
  );
}

function altered(path: string): EpiloopError {
  return new EpiloopError('store_altered', `${path} was not made by the migrations of this build`, {
    path,
    hint: 'use the epiloop that wrote it, or move the file away and start anew',
  });
}
