import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { readRows, text } from './row.ts';
import { immediate } from './transaction.ts';

export const entryKinds = ['profile', 'order', 'usage', 'last_good'] as const;

export type EntryKind = (typeof entryKinds)[number];

/** The merge base of one file: for every kind, each key's mark as last seen or written. */
export type MirrorEntries = ReadonlyMap<EntryKind, ReadonlyMap<string, string>>;

const rowSchema = v.strictObject({
  kind: v.picklist(entryKinds),
  key: v.string(),
  mark: v.string(),
});

/** Has all four kinds, empty where there is nothing. */
export function entries(db: Database, agentDir: string): Map<EntryKind, Map<string, string>> {
  const rows = db
    .prepare('SELECT kind, key, mark FROM mirror_entries WHERE agent_dir = ? ORDER BY kind, key')
    .all(agentDir);
  const found = new Map(entryKinds.map((kind) => [kind, new Map<string, string>()]));
  for (const { kind, key, mark } of readRows(db, 'mirror_entries', rowSchema, rows)) {
    found.get(kind)?.set(key, mark);
  }
  return found;
}

/**
 * Makes these the whole base of the agent's file, which must have a row in `mirrors`; only rows that
 * differ are written. A kind that is missing counts as empty.
 */
export function saveEntries(db: Database, agentDir: string, wanted: MirrorEntries): void {
  immediate(db, () => {
    const stored = entries(db, agentDir);
    removeMissing(db, agentDir, stored, wanted);
    writeChanged(db, agentDir, stored, wanted);
  });
}

function removeMissing(
  db: Database,
  agentDir: string,
  stored: MirrorEntries,
  wanted: MirrorEntries,
): void {
  const statement = db.prepare(
    'DELETE FROM mirror_entries WHERE agent_dir = ? AND kind = ? AND key = ?',
  );
  for (const [kind, marks] of stored) {
    for (const key of marks.keys()) {
      if (wanted.get(kind)?.has(key) !== true) statement.run(agentDir, kind, key);
    }
  }
}

function writeChanged(
  db: Database,
  agentDir: string,
  stored: MirrorEntries,
  wanted: MirrorEntries,
): void {
  const statement = db.prepare(
    `INSERT INTO mirror_entries (agent_dir, kind, key, mark) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET mark = excluded.mark`,
  );
  for (const [kind, marks] of wanted) {
    for (const [key, mark] of marks) {
      if (stored.get(kind)?.get(key) === mark) continue;
      statement.run(
        agentDir,
        kind,
        text('mirror_entries.key', key),
        text('mirror_entries.mark', mark),
      );
    }
  }
}
