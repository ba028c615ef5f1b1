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
    .prepare(
      `SELECT id, at, event, command, host, agent_dir AS agentDir, subject, path, before, after
       FROM history WHERE id < ? ORDER BY id DESC LIMIT ?`,
    )
    .all(page.before ?? Number.MAX_SAFE_INTEGER, whole('history limit', page.limit));
  return readRows(db, 'history', rowSchema, rows).map(present);
}
