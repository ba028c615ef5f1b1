import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { readRow } from './row.ts';

const busySchema = v.object({ busy: v.number() });

/**
 * Moves all that was committed into the database file and empties its log, so that what was deleted
 * (and overwritten there) stands in no log either. False: another process still reads the log.
 */
export function emptyLog(db: Database): boolean {
  const rows = db.pragma('wal_checkpoint(TRUNCATE)');
  const [row] = Array.isArray(rows) ? rows : [];
  return readRow(db, 'wal_checkpoint', busySchema, row).busy === 0;
}

/** Writes every page anew: moved rows can leave copies of themselves in the gaps of a page. */
export function rewrite(db: Database): boolean {
  db.pragma('temp_store = MEMORY');
  db.exec('VACUUM');
  return emptyLog(db);
}

/** Does any credential, now or earlier, hold a secret of this keyed hash? */
export function isHeld(db: Database, hash: string): boolean {
  const found = db
    .prepare(
      `SELECT 1 FROM credentials WHERE secret_hash = @hash OR refresh_hash = @hash
       UNION ALL SELECT 1 FROM generations
       WHERE kept IS NOT NULL AND (secret_hash = @hash OR refresh_hash = @hash) LIMIT 1`,
    )
    .get({ hash });
  return found !== undefined;
}
