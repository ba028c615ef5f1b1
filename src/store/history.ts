import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { Json } from '../domain/json.ts';
import { integer, json, nullable, present, readRows, text, textOrNull, whole } from './row.ts';

/** One change: who, when, and before and after as fingerprints and numbers, never a secret. */
export interface HistoryRow {
  readonly id: number;
  /** ms since the epoch */
  readonly at: number;
  /** `profile_added`, `rotated`, `login_replaced`, … */
  readonly event: string;
  /** the command without secrets */
  readonly command: string;
  readonly host: string;
  readonly agentDir?: string | undefined;
  /** the profile id, provider or key that changed */
  readonly subject?: string | undefined;
  /** the file that changed, absolute */
  readonly path?: string | undefined;
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
}

const rowSchema = v.strictObject({
  id: integer,
  at: integer,
  event: v.string(),
  command: v.string(),
  host: v.string(),
  agentDir: nullable(v.string()),
  subject: nullable(v.string()),
  path: nullable(v.string()),
  before: nullable(json),
  after: nullable(json),
});

const selectSql = `SELECT id, at, event, command, host, agent_dir AS agentDir, subject, path, before,
    after FROM history`;

/** Returns the number of the change, which `undo` takes. */
export function append(db: Database, row: Omit<HistoryRow, 'id'>): number {
  const result = db
    .prepare(
      `INSERT INTO history (at, event, command, host, agent_dir, subject, path, before, after)
       VALUES (@at, @event, @command, @host, @agentDir, @subject, @path, @before, @after)`,
    )
    .run({
      at: whole('history.at', row.at),
      event: row.event,
      command: text('history.command', row.command),
      host: text('history.host', row.host),
      agentDir: textOrNull('history.agent_dir', row.agentDir),
      subject: textOrNull('history.subject', row.subject),
      path: textOrNull('history.path', row.path),
      before: row.before === undefined ? null : JSON.stringify(row.before),
      after: row.after === undefined ? null : JSON.stringify(row.after),
    });
  return Number(result.lastInsertRowid);
}

/** The change of this number. */
export function get(db: Database, id: number): HistoryRow | undefined {
  const rows = db.prepare(`${selectSql} WHERE id = ?`).all(id);
  return readRows(db, 'history', rowSchema, rows).map(present)[0];
}

/** Every change with a greater number than this, oldest first. */
export function since(db: Database, id: number): HistoryRow[] {
  const rows = db.prepare(`${selectSql} WHERE id > ? ORDER BY id`).all(id);
  return readRows(db, 'history', rowSchema, rows).map(present);
}

/** The changes at about the time of this one (ms before and after), itself among them, oldest first. */
export function around(db: Database, id: number, ms: number): HistoryRow[] {
  const rows = db
    .prepare(
      `${selectSql} WHERE abs(at - (SELECT at FROM history AS this WHERE this.id = @id)) <= @ms
       ORDER BY id`,
    )
    .all({ id, ms });
  return readRows(db, 'history', rowSchema, rows).map(present);
}

/** Every change of one key or profile in one file, oldest first. */
export function ofSubject(db: Database, path: string, subject: string): HistoryRow[] {
  const rows = db
    .prepare(`${selectSql} WHERE path = ? AND subject = ? ORDER BY id`)
    .all(path, subject);
  return readRows(db, 'history', rowSchema, rows).map(present);
}

const undoSchema = v.strictObject({ id: integer, undoes: integer });

/** Which change undid which, by the number of the undone one; the latest counts. */
export function undoings(db: Database): Map<number, number> {
  const rows = db
    .prepare(
      `SELECT id, after ->> '$.undoes' AS undoes FROM history
       WHERE after LIKE '%"undoes":%' AND typeof(after ->> '$.undoes') = 'integer' ORDER BY id`,
    )
    .all();
  return new Map(readRows(db, 'history', undoSchema, rows).map(({ id, undoes }) => [undoes, id]));
}

/** When the newest change was made, ms since the epoch; undefined: there is none. */
export function newestAt(db: Database): number | undefined {
  const found = db.prepare('SELECT at FROM history ORDER BY id DESC LIMIT 1').pluck().get();
  return typeof found === 'number' ? found : undefined;
}

/**
 * Newest first.
 * @param page.before only changes with a smaller number: the last one of the page before
 */
export function list(
  db: Database,
  page: { readonly limit: number; readonly before?: number | undefined },
): HistoryRow[] {
  const rows = db
    .prepare(`${selectSql} WHERE id < ? ORDER BY id DESC LIMIT ?`)
    .all(page.before ?? Number.MAX_SAFE_INTEGER, whole('history limit', page.limit));
  return readRows(db, 'history', rowSchema, rows).map(present);
}
