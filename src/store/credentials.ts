import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { Credential } from '../domain/credential.ts';
import type { Identity } from '../domain/identity.ts';
import { EpiloopError } from '../errors.ts';
import {
  credentialColumns,
  credentialEntries,
  credentialParameters,
  toCredential,
} from './credential-columns.ts';
import { type KeepReason, retire } from './generations.ts';
import { integer, nullable, present, readRow, readRows, text, whole, wholeOrNull } from './row.ts';
import type { Hash } from './store.ts';
import { immediate } from './transaction.ts';

export { addFork } from './generations.ts';

/** One real credential, whatever the number of profiles that point to it. */
export interface CredentialRow {
  readonly id: number;
  /** normalised */
  readonly provider: string;
  readonly credential: Credential;
  readonly identity: Identity;
  /** where it was first seen: `file`, `claude-cli`, … */
  readonly source: string;
  /** counts the pairs that this login has had, from 1 */
  readonly generation: number;
  readonly secretHash: string;
  /** absent without a refresh token, and with a blank one */
  readonly refreshHash?: string | undefined;
  /** ms since the epoch */
  readonly changedAt: number;
}

interface NewPair {
  readonly credential: Credential;
  readonly identity: Identity;
  readonly hash: Hash;
  /** ms since the epoch */
  readonly now: number;
}

export const identitySchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({
    sub: v.optional(v.string()),
    accountId: v.optional(v.string()),
    email: v.optional(v.string()),
  }),
);

const rowSchema = v.strictObject({
  id: integer,
  provider: v.string(),
  ...credentialEntries,
  identity: identitySchema,
  source: v.string(),
  generation: integer,
  secretHash: v.string(),
  refreshHash: nullable(v.string()),
  changedAt: integer,
});

/**
 * Stores a credential as generation 1 and returns its id.
 * @param row.provider normalised, as `normalizeProvider` gives it
 */
export function insert(
  db: Database,
  row: NewPair & { readonly provider: string; readonly source: string },
): number {
  const result = db
    .prepare(
      `INSERT INTO credentials (provider, type, secret, refresh, expires_at, identity, source,
         blank, secret_hash, refresh_hash, changed_at)
       VALUES (@provider, @type, @secret, @refresh, @expiresAt, @identity, @source,
         @blank, @secretHash, @refreshHash, @changedAt)`,
    )
    .run({
      ...credentialParameters(row.credential, row.hash),
      provider: text('credentials.provider', row.provider),
      identity: JSON.stringify(row.identity),
      source: row.source,
      changedAt: whole('credentials.changed_at', row.now),
    });
  return Number(result.lastInsertRowid);
}

export function get(db: Database, id: number): CredentialRow | undefined {
  const found = db
    .prepare(
      `SELECT c.id, c.provider, ${credentialColumns}, c.identity, c.source, c.generation,
         c.secret_hash AS secretHash, c.refresh_hash AS refreshHash, c.changed_at AS changedAt
       FROM credentials AS c WHERE c.id = ?`,
    )
    .get(id);
  if (found === undefined) return undefined;
  const { type, secret, refresh, expiresAt, refreshHash, ...rest } = readRow(
    db,
    'credentials',
    rowSchema,
    found,
  );
  const credential = toCredential({ type, secret, refresh, expiresAt });
  return present({ ...rest, credential, refreshHash: refreshHash || undefined });
}

/**
 * The login has a new pair: what it was is remembered as keyed hashes, and everything is replaced.
 * Throws `internal` when there is no such credential.
 * @param row.keep why the pair that it had is kept whole as well; undefined: it is not
 */
export function supersede(
  db: Database,
  row: NewPair & { readonly id: number; readonly keep?: KeepReason | undefined },
): void {
  const parameters = {
    ...credentialParameters(row.credential, row.hash),
    id: row.id,
    identity: JSON.stringify(row.identity),
    now: whole('credentials.changed_at', row.now),
  };
  immediate(db, () => {
    retire(db, row.id, row.now, row.keep);
    const { changes } = db
      .prepare(
        `UPDATE credentials SET type = @type, secret = @secret, refresh = @refresh,
           expires_at = @expiresAt, identity = @identity, generation = generation + 1,
           blank = @blank, secret_hash = @secretHash, refresh_hash = @refreshHash,
           changed_at = @now
         WHERE id = @id`,
      )
      .run(parameters);
    mustExist(changes, row.id);
  });
}

/** The same pair with another expiry: no new generation. */
export function setExpiry(
  db: Database,
  id: number,
  expiresAt: number | undefined,
  now: number,
): void {
  const { changes } = db
    .prepare('UPDATE credentials SET expires_at = ?, changed_at = ? WHERE id = ?')
    .run(
      wholeOrNull('credentials.expires_at', expiresAt),
      whole('credentials.changed_at', now),
      id,
    );
  mustExist(changes, id);
}

function mustExist(changes: number, id: number): void {
  if (changes === 0) throw new EpiloopError('internal', `no credential ${id} in the store`);
}

const identityRow = v.strictObject({ credential: integer, identity: identitySchema });

/** Who every login of a provider (normalised) is that can be refreshed, without secrets; oldest first. */
export function identities(
  db: Database,
  provider: string,
): { readonly credential: number; readonly identity: Identity }[] {
  const rows = db
    .prepare(
      `SELECT id AS credential, identity FROM credentials
       WHERE provider = ? AND coalesce(refresh_hash, '') <> '' ORDER BY id`,
    )
    .all(provider);
  return readRows(db, 'credentials', identityRow, rows);
}

/**
 * Deletes credentials that no profile points to, with everything that is known of them; says how many.
 * @param removedBefore ms since the epoch: those that a tombstone or a former profile of this time
 *   or later names are kept, so that a change can be undone; without it none is
 */
export function removeOrphans(db: Database, removedBefore?: number): number {
  return db
    .prepare(
      `DELETE FROM credentials WHERE id NOT IN (SELECT credential FROM profiles)
         AND NOT EXISTS (SELECT * FROM tombstones
           WHERE tombstones.credential = credentials.id AND removed_at >= @removedBefore)
         AND NOT EXISTS (SELECT * FROM former_profiles
           WHERE former_profiles.credential = credentials.id AND at >= @removedBefore)`,
    )
    .run({ removedBefore: removedBefore ?? null }).changes;
}

/** Deletes one credential that no profile points to, with everything that is known of it. */
export function erase(db: Database, id: number): void {
  db.prepare('DELETE FROM credentials WHERE id = ?').run(id);
}
