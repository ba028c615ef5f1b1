import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { integer, readRows, text, whole } from './row.ts';

/** A lock of the gateway's that a run of ours holds, so that the next one can clear a dead one. */
export interface LockRow {
  /** the lock itself, absolute */
  readonly path: string;
  /** tells the lock that we made from a later one in the same place */
  readonly mark: string;
  readonly pid: number;
  /** tells a process from a later one with the same pid */
  readonly processStarted: string;
  readonly bootId: string;
  /** ms since the epoch: it was not meant to be held longer */
  readonly deadline: number;
}

const rowSchema = v.strictObject({
  path: v.string(),
  mark: v.string(),
  pid: integer,
  processStarted: v.string(),
  bootId: v.string(),
  deadline: integer,
});

/** Notes that we hold it; the lock in the file system decides who does, so an older note gives way. */
export function take(db: Database, row: LockRow): void {
  db.prepare(
    `INSERT INTO locks (path, mark, pid, process_started, boot_id, deadline)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET mark = excluded.mark, pid = excluded.pid,
       process_started = excluded.process_started,
       boot_id = excluded.boot_id, deadline = excluded.deadline`,
  ).run(
    text('locks.path', row.path),
    row.mark,
    whole('locks.pid', row.pid),
    row.processStarted,
    row.bootId,
    whole('locks.deadline', row.deadline),
  );
}

/** Takes the note away if it is still this owner's; says whether it was. */
export function release(
  db: Database,
  owner: Pick<LockRow, 'path' | 'pid' | 'processStarted'>,
): boolean {
  const { changes } = db
    .prepare('DELETE FROM locks WHERE path = ? AND pid = ? AND process_started = ?')
    .run(owner.path, owner.pid, owner.processStarted);
  return changes > 0;
}

export function list(db: Database): LockRow[] {
  const rows = db
    .prepare(
      `SELECT path, mark, pid, process_started AS processStarted, boot_id AS bootId, deadline
       FROM locks ORDER BY path`,
    )
    .all();
  return readRows(db, 'locks', rowSchema, rows);
}
