import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { readRow } from './row.ts';

const rowSchema = v.strictObject({ value: v.instance(Uint8Array) });

/** A fact of the store about itself, as bytes. */
export function get(db: Database, key: string): Buffer | undefined {
  const found = db.prepare('SELECT value FROM meta WHERE key = ?').get(key);
  if (found === undefined) return undefined;
  return Buffer.from(readRow(db, 'meta', rowSchema, found).value);
}

/** @param value text is stored as UTF-8 */
export function set(db: Database, key: string, value: Buffer | string): void {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  ).run(key, bytes);
}

export function remove(db: Database, key: string): void {
  db.prepare('DELETE FROM meta WHERE key = ?').run(key);
}
