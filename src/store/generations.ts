import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { Credential } from '../domain/credential.ts';
import {
  blankRefreshHash,
  credentialColumns,
  credentialEntries,
  credentialParameters,
  pairHashes,
  toCredential,
} from './credential-columns.ts';
import { flag, integer, readRow, readRows, whole } from './row.ts';
import type { Hash } from './store.ts';
import { immediate } from './transaction.ts';

const matchSchema = v.strictObject({ credential: integer, generation: integer, current: flag });

export interface RefreshMatch {
  readonly credential: number;
  readonly generation: number;
  /** false: the refresh token has been superseded, which is to say used up */
  readonly current: boolean;
}

/**
 * Whose refresh token this is or was: current pairs first, then the latest earlier one.
 * @param provider normalised
 * @param refreshHash keyed hash of a refresh token that is not blank
 */
export function findByRefresh(
  db: Database,
  provider: string,
  refreshHash: string,
): RefreshMatch | undefined {
  if (refreshHash === '') return undefined;
  const found = db
    .prepare(
      `SELECT id AS credential, generation, 1 AS current FROM credentials
       WHERE refresh_hash = @refreshHash AND provider = @provider
       UNION ALL
       SELECT g.credential, g.generation, 0
       FROM generations AS g JOIN credentials AS c ON c.id = g.credential
       WHERE g.refresh_hash = @refreshHash AND c.provider = @provider
       ORDER BY current DESC, generation DESC, credential LIMIT 1`,
    )
    .get({ refreshHash, provider });
  return found === undefined ? undefined : readRow(db, 'generations', matchSchema, found);
}

const generationSchema = v.strictObject({ generation: integer, supersededAt: integer });

export interface Generation {
  readonly generation: number;
  /** ms since the epoch */
  readonly supersededAt: number;
}

/**
 * The earlier pair of a credential that these hashes stand for, the latest if it had it twice.
 * @param refreshHash undefined: without a refresh token, or with a blank one
 */
export function findGeneration(
  db: Database,
  credentialId: number,
  secretHash: string,
  refreshHash: string | undefined,
): Generation | undefined {
  const found = db
    .prepare(
      `SELECT generation, superseded_at AS supersededAt FROM generations
       WHERE credential = ? AND secret_hash = ? AND refresh_hash IS ?
       ORDER BY generation DESC LIMIT 1`,
    )
    .get(credentialId, secretHash, refreshHash ?? null);
  return found === undefined ? undefined : readRow(db, 'generations', generationSchema, found);
}

/** `fork`: the other pair when both sides changed; `replaced`: what a person overwrote. */
export type KeepReason = 'fork' | 'replaced';

/**
 * Credential `id` is about to get another pair: the one that it has is remembered as keyed hashes,
 * and whole if there is a reason to keep it. The caller counts the generation up.
 */
export function retire(db: Database, id: number, now: number, keep: KeepReason | undefined): void {
  db.prepare(
    `INSERT INTO generations (credential, generation, secret_hash, refresh_hash, superseded_at,
       kept, type, secret, refresh, expires_at)
     SELECT id, generation, secret_hash, nullif(refresh_hash, '${blankRefreshHash}'), @now, @keep,
       iif(@keep IS NULL, NULL, type), iif(@keep IS NULL, NULL, secret),
       iif(@keep IS NULL, NULL, refresh), iif(@keep IS NULL, NULL, expires_at)
     FROM credentials WHERE id = @id`,
  ).run({ id, now: whole('generations.superseded_at', now), keep: keep ?? null });
}

/**
 * Somebody else's pair of credential `id` that lost against ours: kept whole, and from now on known
 * as an earlier one. A pair that is known already is only kept.
 */
export function addFork(
  db: Database,
  fork: {
    readonly id: number;
    readonly credential: Credential;
    readonly hash: Hash;
    /** ms since the epoch */
    readonly now: number;
  },
): void {
  const { type, secret, refresh, expiresAt } = credentialParameters(fork.credential, fork.hash);
  const hashes = pairHashes(fork.credential, fork.hash);
  const pair = { id: fork.id, type, secret, refresh, expiresAt, secretHash: hashes.secret };
  immediate(db, () => {
    const known = findGeneration(db, fork.id, hashes.secret, hashes.refresh);
    if (known !== undefined) {
      db.prepare(
        `UPDATE generations SET kept = 'fork', type = @type, secret = @secret, refresh = @refresh,
           expires_at = @expiresAt
         WHERE credential = @id AND generation = @generation AND secret_hash = @secretHash`,
      ).run({ ...pair, generation: known.generation });
      return;
    }
    db.prepare(
      `INSERT INTO generations (credential, generation, secret_hash, refresh_hash, superseded_at,
         kept, type, secret, refresh, expires_at)
       SELECT id, generation, @secretHash, @refreshHash, @now, 'fork', @type, @secret, @refresh,
         @expiresAt FROM credentials WHERE id = @id`,
    ).run({
      ...pair,
      refreshHash: hashes.refresh ?? null,
      now: whole('generations.superseded_at', fork.now),
    });
    db.prepare('UPDATE credentials SET generation = generation + 1 WHERE id = ?').run(fork.id);
  });
}

/** A pair that a credential does not use now, whole. */
export interface KeptPair extends Generation {
  readonly credential: Credential;
  readonly reason: KeepReason;
}

const keptSchema = v.strictObject({
  ...credentialEntries,
  generation: integer,
  supersededAt: integer,
  reason: v.picklist(['fork', 'replaced']),
});

/** What is kept of a credential, newest first. */
export function listKept(db: Database, credentialId: number): KeptPair[] {
  const rows = db
    .prepare(
      `SELECT ${credentialColumns}, c.generation, c.superseded_at AS supersededAt, c.kept AS reason
       FROM generations AS c WHERE c.credential = ? AND c.kept IS NOT NULL
       ORDER BY c.generation DESC`,
    )
    .all(credentialId);
  return readRows(db, 'generations', keptSchema, rows).map(
    ({ type, secret, refresh, expiresAt, ...rest }) => ({
      ...rest,
      credential: toCredential({ type, secret, refresh, expiresAt }),
    }),
  );
}

/** A kept pair that has been tried: only its hashes stay. */
export function forgetOne(db: Database, credentialId: number, generation: number): void {
  db.prepare(
    `UPDATE generations SET kept = NULL, type = NULL, secret = NULL, refresh = NULL,
       expires_at = NULL
     WHERE credential = ? AND generation = ?`,
  ).run(credentialId, generation);
}

/** Of pairs superseded before a point in time (ms since the epoch) only the hashes stay. */
export function forgetKept(db: Database, supersededBefore: number): number {
  return db
    .prepare(
      `UPDATE generations SET kept = NULL, type = NULL, secret = NULL, refresh = NULL,
         expires_at = NULL
       WHERE kept IS NOT NULL AND superseded_at < ?`,
    )
    .run(supersededBefore).changes;
}

/**
 * Has some login had this refresh token and gone on to another one? Then it is used up: to use it
 * again would end that login.
 * @param refreshHash keyed hash of a refresh token that is not blank
 */
export function isSpent(db: Database, refreshHash: string): boolean {
  const found = db
    .prepare(
      `SELECT 1 FROM generations AS g JOIN credentials AS c ON c.id = g.credential
       WHERE g.refresh_hash = ? AND coalesce(c.refresh_hash, '') <> g.refresh_hash LIMIT 1`,
    )
    .get(refreshHash);
  return found !== undefined;
}
