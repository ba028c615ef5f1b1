import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { identitySchema } from './credentials.ts';
import { integer, nullable, present, readRow, readRows } from './row.ts';

/** Another agent's login under the same id that holds a refresh token, or undefined; the oldest. */
export function elsewhere(db: Database, agentDir: string, id: string): number | undefined {
  const found = db
    .prepare(
      `SELECT p.credential FROM profiles AS p JOIN credentials AS c ON c.id = p.credential
       WHERE p.id = ? AND p.agent_dir <> ? AND coalesce(c.refresh_hash, '') <> ''
       ORDER BY p.credential LIMIT 1`,
    )
    .get(id, agentDir);
  return found === undefined
    ? undefined
    : readRow(db, 'profiles', credentialSchema, found).credential;
}

const credentialSchema = v.strictObject({ credential: integer });

const loginSchema = v.strictObject({
  agentDir: v.string(),
  id: v.string(),
  credential: integer,
  provider: v.string(),
  email: nullable(v.string()),
  identity: identitySchema,
});

/**
 * Every login of every agent that can be refreshed, without its secrets; `provider` is normalised.
 * Ordered by provider, agent and id.
 */
export function list(db: Database) {
  const rows = db
    .prepare(
      `SELECT p.agent_dir AS agentDir, p.id, c.id AS credential, c.provider, p.email, c.identity
       FROM profiles AS p JOIN credentials AS c ON c.id = p.credential
       WHERE coalesce(c.refresh_hash, '') <> '' ORDER BY c.provider, p.agent_dir, p.id`,
    )
    .all();
  return readRows(db, 'profiles', loginSchema, rows).map(present);
}

const holderSchema = v.strictObject({
  refreshHash: v.string(),
  agentDir: v.string(),
  id: v.string(),
  provider: v.string(),
});

/** Every refresh token's keyed hash with the profile that it stands under; sorted. */
export function refreshHolders(db: Database) {
  const rows = db
    .prepare(
      `SELECT c.refresh_hash AS refreshHash, p.agent_dir AS agentDir, p.id, c.provider
       FROM profiles AS p JOIN credentials AS c ON c.id = p.credential
       WHERE coalesce(c.refresh_hash, '') <> '' ORDER BY p.agent_dir, p.position, p.id`,
    )
    .all();
  return readRows(db, 'profiles', holderSchema, rows);
}
