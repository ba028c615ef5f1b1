import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { ProfileEntry } from './profiles.ts';
import {
  integer,
  jsonObject,
  nullable,
  present,
  selectRows,
  text,
  textOrNull,
  whole,
} from './row.ts';

/** A profile as it was before a change; its secrets stand in the credential, if that is still there. */
export type FormerProfile = Omit<ProfileEntry, 'confirmed'>;

const rowSchema = v.strictObject({
  id: v.string(),
  position: integer,
  credentialId: integer,
  provider: v.string(),
  email: nullable(v.string()),
  extra: jsonObject,
});

/** @param change the number of the history row; `at` is its time, ms since the epoch */
export function save(
  db: Database,
  change: number,
  agentDir: string,
  profile: FormerProfile,
  at: number,
): void {
  db.prepare(
    `INSERT INTO former_profiles (change, agent_dir, id, position, credential, provider, email,
       extra, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    change,
    text('former_profiles.agent_dir', agentDir),
    text('former_profiles.id', profile.id),
    whole('former_profiles.position', profile.position),
    profile.credentialId,
    text('former_profiles.provider', profile.provider),
    textOrNull('former_profiles.email', profile.email),
    JSON.stringify(profile.extra),
    whole('former_profiles.at', at),
  );
}

/** What the profile of a change was before it; undefined: nothing is kept of it (any more). */
export function get(db: Database, change: number): FormerProfile | undefined {
  const [found] = selectRows(
    db,
    'former_profiles',
    rowSchema,
    `SELECT id, position, credential, provider, email, extra FROM former_profiles
     WHERE change = ?`,
    change,
  );
  return found === undefined ? undefined : present(found);
}

/** The credentials that stood under this id of the agent before some change, oldest first. */
export function credentials(db: Database, agentDir: string, id: string): number[] {
  const found = selectRows(
    db,
    'former_profiles',
    v.strictObject({ credential: integer }),
    `SELECT DISTINCT credential FROM former_profiles WHERE agent_dir = ? AND id = ? ORDER BY 1`,
    agentDir,
    id,
  );
  return found.map(({ credential }) => credential);
}

/** Deletes what is kept of changes before a point in time (ms since the epoch). */
export function forget(db: Database, before: number): void {
  db.prepare('DELETE FROM former_profiles WHERE at < ?').run(before);
}

/** Deletes all that is kept of this profile. */
export function erase(db: Database, agentDir: string, id: string): void {
  db.prepare('DELETE FROM former_profiles WHERE agent_dir = ? AND id = ?').run(agentDir, id);
}
