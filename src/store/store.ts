import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { EpiloopError } from '../errors.ts';
import * as meta from './meta.ts';
import { translateSqlite } from './sqlite-error.ts';
import { immediate } from './transaction.ts';

/** A keyed hash (lower-case hex, 32 digits) of a secret or of an entry; the key is the store's. */
export type Hash = (text: string) => string;

/** An open store: `db` goes to the functions of each table, `transaction` around what belongs together. */
export interface Store {
  readonly db: Database;
  /** the database file, absolute; `:memory:` for an empty store in memory */
  readonly path: string;
  /** false: in memory, and what is written to it is gone at `close` */
  readonly durable: boolean;
  /** set when others than the owner may read or write the file */
  readonly openTo?: 'readable' | 'writable' | undefined;
  /** HMAC-SHA256 with the store's own random key; the first 32 hex digits */
  readonly hash: Hash;
  /**
   * `work` in BEGIN IMMEDIATE, all or nothing; a plain call when already inside. Refuses promises.
   * Errors of SQLite come out as EpiloopError (`translateSqlite`), all others as they are.
   */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Name of the key of `hash` in `meta`. */
export const fingerprintKey = 'fingerprint_key';

export function makeStore(db: Database, facts: Pick<Store, 'path' | 'durable' | 'openTo'>): Store {
  return {
    ...facts,
    db,
    hash: keyedHash(db, facts.path),
    transaction: (work) => translated(facts.path, () => immediate(db, work)),
    close: () => translated(facts.path, () => void db.close()),
  };
}

/** Runs `work`; an error of SQLite is thrown as an EpiloopError that names `path`. */
export function translated<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateSqlite(error, path);
  }
}

/** The key is read, and node:crypto loaded, only when something has to be hashed. */
function keyedHash(db: Database, path: string): Hash {
  let key: KeyObject | undefined;
  return (text) => {
    const { createHmac, createSecretKey } = process.getBuiltinModule('node:crypto');
    const bytes = key === undefined ? meta.get(db, fingerprintKey) : undefined;
    // an object, because hashing with bytes makes one of them each time
    if (bytes !== undefined) key = createSecretKey(bytes);
    if (key === undefined) {
      throw new EpiloopError('bad_data', `${path} has no fingerprint key`, {
        path,
        hint: 'run epiloop doctor',
      });
    }
    return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
  };
}
