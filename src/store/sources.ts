import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { Json } from '../domain/json.ts';
import { integer, json, nullable, present, selectRows, text, whole } from './row.ts';

/** What concerns us of a foreign file, so that an unchanged one costs one stat and no parser. */
export interface SourceRow {
  /** which format it is read as */
  readonly kind: string;
  /** absolute */
  readonly path: string;
  /** absent: there was no file */
  readonly stamp?: string | undefined;
  /** of secrets only a fingerprint and whether they are blank */
  readonly extract: Json;
  /** ms since the epoch */
  readonly readAt: number;
}

const rowSchema = v.strictObject({
  kind: v.string(),
  path: v.string(),
  stamp: nullable(v.string()),
  extract: json,
  readAt: integer,
});

export function get(db: Database, kind: string, path: string): SourceRow | undefined {
  const [found] = selectRows(
    db,
    'sources',
    rowSchema,
    'SELECT kind, path, stamp, extract, read_at FROM sources WHERE kind = ? AND path = ?',
    kind,
    path,
  );
  return found === undefined ? undefined : present(found);
}

export function save(db: Database, row: SourceRow): void {
  db.prepare(
    `INSERT INTO sources (kind, path, stamp, extract, read_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET stamp = excluded.stamp, extract = excluded.extract,
       read_at = excluded.read_at`,
  ).run(
    text('sources.kind', row.kind),
    text('sources.path', row.path),
    row.stamp ?? null,
    JSON.stringify(row.extract),
    whole('sources.read_at', row.readAt),
  );
}

/** Says whether there was one. */
export function remove(db: Database, kind: string, path: string): boolean {
  return db.prepare('DELETE FROM sources WHERE kind = ? AND path = ?').run(kind, path).changes > 0;
}
