import type { Database } from 'better-sqlite3';
import { removeOrphans } from './credentials.ts';
import { forgetKept } from './generations.ts';
import { immediate } from './transaction.ts';

/**
 * How many secrets are still kept whole though they were superseded or removed before `since` (ms
 * since the epoch).
 */
export function countKept(db: Database, since: number): number {
  const found = db
    .prepare(
      `SELECT (SELECT count(*) FROM generations WHERE kept IS NOT NULL AND superseded_at < @since)
         + (SELECT count(*) FROM credentials WHERE id NOT IN (SELECT credential FROM profiles)
              AND NOT EXISTS (SELECT * FROM tombstones
                WHERE tombstones.credential = credentials.id AND removed_at >= @since)
              AND NOT EXISTS (SELECT * FROM former_profiles
                WHERE former_profiles.credential = credentials.id AND at >= @since))`,
    )
    .pluck()
    .get({ since });
  return Number(found);
}

/** Forgets those; of earlier pairs of what is still used the hashes stay. Says how many they were. */
export function forget(db: Database, since: number): number {
  return immediate(db, () => forgetKept(db, since) + removeOrphans(db, since));
}
