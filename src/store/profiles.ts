import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { Profile, ProfileFacts } from '../domain/profile.ts';
import { credentialColumns, credentialEntries, toCredential } from './credential-columns.ts';
import { ordered } from './profile-order.ts';
import {
  flag,
  integer,
  jsonObject,
  nullable,
  present,
  readRow,
  readRows,
  selectRows,
  text,
  textOrNull,
  whole,
} from './row.ts';
import { immediate } from './transaction.ts';

export interface StoredProfile extends Profile {
  readonly credentialId: number;
  /** it has stood in a version of the file that somebody else wrote */
  readonly confirmed: boolean;
  /** its place in the file, which decides ties */
  readonly position: number;
}

/** A profile without its secrets, which stand in the credential that it points to. */
export type ProfileEntry = Omit<StoredProfile, 'credential'>;

const listSchema = v.strictObject({
  id: v.string(),
  provider: v.string(),
  email: nullable(v.string()),
  extra: jsonObject,
  confirmed: flag,
  position: integer,
  credentialId: integer,
  ...credentialEntries,
});

/** One agent's own profiles with their secrets, in the file's order. */
export function list(db: Database, agentDir: string): StoredProfile[] {
  const sql = `${listSql} WHERE p.agent_dir = ? ORDER BY p.position, p.id`;
  return selectRows(db, 'profiles', listSchema, sql, agentDir).map(toProfile);
}

/** One of the agent's own profiles with its secrets. */
export function get(db: Database, agentDir: string, id: string): StoredProfile | undefined {
  const sql = `${listSql} WHERE p.agent_dir = ? AND p.id = ?`;
  return selectRows(db, 'profiles', listSchema, sql, agentDir, id).map(toProfile)[0];
}

const listSql = `SELECT p.id, p.provider, p.email, p.extra, p.confirmed, p.position, p.credential,
    ${credentialColumns}
  FROM profiles AS p JOIN credentials AS c ON c.id = p.credential`;

function toProfile(row: v.InferOutput<typeof listSchema>): StoredProfile {
  const { type, secret, refresh, expiresAt, ...rest } = row;
  return present({ ...rest, credential: toCredential({ type, secret, refresh, expiresAt }) });
}

const factsSchema = v.strictObject({
  id: v.string(),
  provider: v.string(),
  email: nullable(v.string()),
  type: credentialEntries.type,
  expiresAt: nullable(integer),
  blank: flag,
  refreshable: flag,
  fingerprint: v.string(),
});

/**
 * What can be known of an agent's own profiles without their secrets, in the file's order. No
 * secret column is read, so that judging needs no key and holds nothing that could leak.
 * `refreshable`: a refresh token is there and not blank (a blank one has the empty hash).
 */
export function facts(db: Database, agentDir: string): Omit<ProfileFacts, 'inherited'>[] {
  const rows = selectRows(
    db,
    'profiles',
    factsSchema,
    `SELECT p.id, p.provider, p.email, c.type, c.expires_at, c.blank,
       coalesce(c.refresh_hash, '') <> '', substr(c.secret_hash, 1, 8)
     FROM profiles AS p JOIN credentials AS c ON c.id = p.credential
     WHERE p.agent_dir = ? ORDER BY p.position, p.id`,
    agentDir,
  );
  return rows.map(present);
}

/** Adds the profile, or replaces everything that is known of it. */
export function upsert(db: Database, agentDir: string, profile: ProfileEntry): void {
  db.prepare(
    `INSERT INTO profiles (agent_dir, id, position, credential, provider, email, extra, confirmed)
     VALUES (@agentDir, @id, @position, @credential, @provider, @email, @extra, @confirmed)
     ON CONFLICT DO UPDATE SET position = excluded.position, credential = excluded.credential,
       provider = excluded.provider, email = excluded.email, extra = excluded.extra,
       confirmed = excluded.confirmed`,
  ).run({
    agentDir: text('profiles.agent_dir', agentDir),
    id: text('profiles.id', profile.id),
    position: whole('profiles.position', profile.position),
    credential: profile.credentialId,
    provider: text('profiles.provider', profile.provider),
    email: textOrNull('profiles.email', profile.email),
    extra: JSON.stringify(profile.extra),
    confirmed: profile.confirmed ? 1 : 0,
  });
}

/** Says whether there was one; the credential stays until `removeOrphans`. */
export function remove(db: Database, agentDir: string, id: string): boolean {
  const { changes } = db
    .prepare('DELETE FROM profiles WHERE agent_dir = ? AND id = ?')
    .run(agentDir, id);
  return changes > 0;
}

/**
 * Gives the profiles the order of these ids. One that is not among them stays before the one that
 * followed it, or last.
 */
export function resequence(db: Database, agentDir: string, ids: Iterable<string>): void {
  immediate(db, () => {
    const stored = db
      .prepare('SELECT id, position FROM profiles WHERE agent_dir = ? ORDER BY position, id')
      .all(agentDir);
    const positions = new Map(
      readRows(db, 'profiles', positionSchema, stored).map((row) => [row.id, row.position]),
    );
    const known = [...new Set(ids)].filter((id) => positions.has(id));
    const statement = db.prepare('UPDATE profiles SET position = ? WHERE agent_dir = ? AND id = ?');
    ordered(known, [...positions.keys()]).forEach((id, index) => {
      if (positions.get(id) !== index) statement.run(index, agentDir, id);
    });
  });
}

const positionSchema = v.strictObject({ id: v.string(), position: integer });

/** These have stood in a version of the file that somebody else wrote; unknown ids are skipped. */
export function confirm(db: Database, agentDir: string, ids: Iterable<string>): void {
  const statement = db.prepare(
    'UPDATE profiles SET confirmed = 1 WHERE agent_dir = ? AND id = ? AND confirmed = 0',
  );
  immediate(db, () => {
    for (const id of ids) statement.run(agentDir, id);
  });
}

/** Every other agent directory that holds a credential of this one, sorted. */
export function sharing(db: Database, agentDir: string): string[] {
  const rows = selectRows(
    db,
    'profiles',
    agentDirSchema,
    `SELECT DISTINCT other.agent_dir
     FROM profiles AS mine JOIN profiles AS other ON other.credential = mine.credential
     WHERE mine.agent_dir = ? AND other.agent_dir <> mine.agent_dir ORDER BY 1`,
    agentDir,
  );
  return rows.map((row) => row.agentDir);
}

/** Every agent directory with a profile that points to this credential, sorted. */
export function holders(db: Database, credentialId: number): string[] {
  const rows = db
    .prepare('SELECT DISTINCT agent_dir AS agentDir FROM profiles WHERE credential = ? ORDER BY 1')
    .all(credentialId);
  return rows.map((row) => readRow(db, 'profiles', agentDirSchema, row).agentDir);
}

const pointingSchema = v.strictObject({ agentDir: v.string(), id: v.string() });

/** Every profile that points to this credential, sorted. */
export function pointing(db: Database, credentialId: number) {
  const sql = 'SELECT agent_dir, id FROM profiles WHERE credential = ? ORDER BY 1, 2';
  return selectRows(db, 'profiles', pointingSchema, sql, credentialId);
}

/** Every agent directory with a profile of its own under this id, sorted. */
export function named(db: Database, id: string): string[] {
  const rows = db
    .prepare('SELECT agent_dir AS agentDir FROM profiles WHERE id = ? ORDER BY 1')
    .all(id);
  return rows.map((row) => readRow(db, 'profiles', agentDirSchema, row).agentDir);
}

const agentDirSchema = v.strictObject({ agentDir: v.string() });

/** Every agent directory that has a profile of its own, sorted. */
export function agentDirs(db: Database): string[] {
  const rows = db.prepare('SELECT DISTINCT agent_dir AS agentDir FROM profiles ORDER BY 1').all();
  return rows.map((row) => readRow(db, 'profiles', agentDirSchema, row).agentDir);
}
