import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { integer, nullable, present, readRows, text, whole } from './row.ts';

/** A profile that was removed, so that no source or stale file brings it back. */
export interface Tombstone {
  /** keyed hash of the key, token or access token that it held */
  readonly secretHash: string;
  /** absent: it had no refresh token, or a blank one */
  readonly refreshHash?: string | undefined;
  /** the credential that it pointed to; absent: not known, or deleted since */
  readonly credential?: number | undefined;
  /** ms since the epoch */
  readonly removedAt: number;
  /** no other program's login is taken under this id */
  readonly keepsOut: boolean;
}

const rowSchema = v.strictObject({
  profileId: v.string(),
  secretHash: v.string(),
  refreshHash: nullable(v.string()),
  credential: nullable(integer),
  removedAt: integer,
  keepsOut: integer,
});

/** One agent's tombstones by profile id. */
export function list(db: Database, agentDir: string): Map<string, Tombstone> {
  const rows = db
    .prepare(
      `SELECT profile_id AS profileId, secret_hash AS secretHash, refresh_hash AS refreshHash,
         credential, removed_at AS removedAt, keeps_out AS keepsOut
       FROM tombstones WHERE agent_dir = ? ORDER BY profile_id`,
    )
    .all(agentDir);
  return new Map(
    readRows(db, 'tombstones', rowSchema, rows).map(({ profileId, keepsOut, ...rest }) => [
      profileId,
      { ...present(rest), keepsOut: keepsOut === 1 },
    ]),
  );
}

/** A later removal of the same id replaces the earlier one. */
export function set(db: Database, agentDir: string, profileId: string, tombstone: Tombstone): void {
  db.prepare(
    `INSERT INTO tombstones (agent_dir, profile_id, secret_hash, refresh_hash, credential, removed_at,
       keeps_out)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET secret_hash = excluded.secret_hash,
       refresh_hash = excluded.refresh_hash, credential = excluded.credential,
       removed_at = excluded.removed_at, keeps_out = excluded.keeps_out`,
  ).run(
    text('tombstones.agent_dir', agentDir),
    text('tombstones.profile_id', profileId),
    tombstone.secretHash,
    tombstone.refreshHash ?? null,
    tombstone.credential ?? null,
    whole('tombstones.removed_at', tombstone.removedAt),
    tombstone.keepsOut ? 1 : 0,
  );
}

/** Says whether there was one. */
export function remove(db: Database, agentDir: string, profileId: string): boolean {
  const { changes } = db
    .prepare('DELETE FROM tombstones WHERE agent_dir = ? AND profile_id = ?')
    .run(agentDir, profileId);
  return changes > 0;
}
