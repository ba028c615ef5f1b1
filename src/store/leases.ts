import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { flag, integer, readRows, text, whole } from './row.ts';

/** Who redeems, or last redeemed, the refresh token of one credential; see the migration. */
export interface LeaseRow {
  readonly credential: number;
  readonly refreshHash: string;
  readonly state: 'taken' | 'redeeming' | 'in_doubt' | 'refused' | 'write_back';
  /** an earlier redemption of this token was cut off before its answer: it may be spent */
  readonly doubtful: boolean;
  /** ms since the epoch */
  readonly since: number;
  readonly pid: number;
  readonly processStarted: string;
  readonly bootId: string;
}

const rowSchema = v.strictObject({
  credential: integer,
  refreshHash: v.string(),
  state: v.picklist(['taken', 'redeeming', 'in_doubt', 'refused', 'write_back']),
  doubtful: flag,
  since: integer,
  pid: integer,
  processStarted: v.string(),
  bootId: v.string(),
});

/** Replaces whatever was known: call it in the transaction that has judged the row before. */
export function put(db: Database, row: LeaseRow): void {
  db.prepare(
    `INSERT OR REPLACE INTO leases
       (credential, refresh_hash, state, doubtful, since, pid, process_started, boot_id)
     VALUES (@credential, @refreshHash, @state, @doubtful, @since, @pid, @processStarted, @bootId)`,
  ).run({
    ...row,
    doubtful: row.doubtful ? 1 : 0,
    refreshHash: text('leases.refresh_hash', row.refreshHash),
    since: whole('leases.since', row.since),
  });
}

/** Nothing is left to be known of this credential's redemption. */
export function remove(db: Database, credential: number): void {
  db.prepare('DELETE FROM leases WHERE credential = ?').run(credential);
}

/** All of them; there are few, and mostly none. */
export function list(db: Database): LeaseRow[] {
  const rows = db
    .prepare(
      `SELECT credential, refresh_hash AS refreshHash, state, doubtful, since, pid,
         process_started AS processStarted, boot_id AS bootId FROM leases ORDER BY credential`,
    )
    .all();
  return readRows(db, 'leases', rowSchema, rows);
}

export function get(db: Database, credential: number): LeaseRow | undefined {
  return list(db).find((row) => row.credential === credential);
}

const heldSchema = v.strictObject({
  agentDir: v.string(),
  profileId: v.string(),
  refreshHash: v.string(),
  state: rowSchema.entries.state,
  doubtful: flag,
  pid: integer,
  processStarted: v.string(),
  bootId: v.string(),
});

/** A lease that is about the refresh token which a profile of some agent holds now. */
export type HeldLease = v.InferOutput<typeof heldSchema>;

/** Those of profiles; a lease about a token that has been superseded is none. Mostly empty. */
export function ofProfiles(db: Database): HeldLease[] {
  const rows = db
    .prepare(
      `SELECT p.agent_dir AS agentDir, p.id AS profileId, l.refresh_hash AS refreshHash, l.state,
         l.doubtful, l.pid, l.process_started AS processStarted, l.boot_id AS bootId
       FROM leases AS l JOIN credentials AS c ON c.id = l.credential
         AND c.refresh_hash = l.refresh_hash
       JOIN profiles AS p ON p.credential = l.credential`,
    )
    .all();
  return readRows(db, 'leases', heldSchema, rows);
}
