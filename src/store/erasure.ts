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

export interface Holder {
  readonly agentDir: string;
  readonly id: string;
  /** `used`: it is the profile's secret now; `replaced`, `removed`: it is kept for undo */
  readonly how: 'used' | 'replaced' | 'removed';
}

const holderSchema = v.strictObject({
  agentDir: v.string(),
  id: v.string(),
  how: v.picklist(['used', 'replaced', 'removed']),
  rank: v.number(),
});

/** Whose secret, now or earlier, has this keyed hash; each profile once, as what it is foremost. */
export function holders(db: Database, hash: string): Holder[] {
  const rows = db.prepare(HOLDERS).all({ hash });
  const found = rows.map((row) => readRow(db, 'credentials', holderSchema, row));
  const byProfile = new Map(
    found.toReversed().map(({ rank: _, ...each }) => [`${each.agentDir}\0${each.id}`, each]),
  );
  return [...byProfile.values()].toReversed();
}

const HOLDERS = `
  WITH held (credential, earlier) AS (
    SELECT id, 0 FROM credentials WHERE secret_hash = @hash OR refresh_hash = @hash
    UNION SELECT credential, 1 FROM generations
    WHERE kept IS NOT NULL AND (secret_hash = @hash OR refresh_hash = @hash)
  ), gone (agent_dir, id, credential) AS (
    SELECT agent_dir, id, credential FROM former_profiles
    UNION SELECT agent_dir, profile_id, credential FROM tombstones
  )
  SELECT agent_dir AS agentDir, id, iif(earlier, 'replaced', 'used') AS how, earlier AS rank
  FROM profiles JOIN held USING (credential)
  UNION
  SELECT agent_dir, id, iif((agent_dir, id) IN (SELECT agent_dir, id FROM profiles),
    'replaced', 'removed'), 2
  FROM gone JOIN held USING (credential)
  ORDER BY rank, agentDir, id`;
