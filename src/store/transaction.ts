import type { Database } from 'better-sqlite3';
import { EpiloopError } from '../errors.ts';

/**
 * Runs `work` in BEGIN IMMEDIATE … COMMIT, or, inside a transaction, as a plain call: the outer one
 * commits or rolls back everything. IMMEDIATE, because a transaction that reads before it writes
 * cannot wait for its turn otherwise. Nothing may be awaited in it: a promise is refused.
 */
export function immediate<T>(db: Database, work: () => T): T {
  if (db.inTransaction) return finished(work());
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = finished(work());
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk or an I/O error may have rolled it back already.
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function finished<T>(result: T): T {
  if (typeof result === 'object' && result !== null && 'then' in result) {
    throw new EpiloopError('internal', 'a transaction must not wait for a promise');
  }
  return result;
}
