import type { Database } from 'better-sqlite3';

/** The first thing that SQLite's quick_check finds wrong, in a line, or undefined. Reads every page. */
export function quickCheck(db: Database): string | undefined {
  const result = String(db.pragma('quick_check(1)', { simple: true }));
  // the first line names the database that is meant, and there is only one
  return result === 'ok' ? undefined : result.split('\n').at(-1);
}
