import { checkOurs, claim, configure, connect } from './connection.ts';
import { migrate } from './migrate.ts';
import { type SnapshotOptions, takeSnapshot } from './snapshot.ts';
import { makeStore, type Store, translated } from './store.ts';

/** Stores in memory: what is written to them is gone when they are closed. */

export interface ScratchOptions {
  /** better-sqlite3's addon; undefined: it looks for it itself */
  readonly addon: object | undefined;
  /** ms since the epoch */
  readonly now: number;
  readonly build: string;
}

/** An empty store with the present schema and a key of its own. */
export function scratchStore(options: ScratchOptions): Store {
  const path = ':memory:';
  const db = connect(path, options.addon);
  claim(db, path);
  configure(db);
  migrate(db, { ...options, path });
  return makeStore(db, { path, durable: false });
}

/** A copy to try things on, with the same key; what has not been committed is copied as well. */
export function scratchCopy(store: Store, addon: object | undefined): Store {
  const db = fromBytes(
    translated(store.path, () => store.db.serialize()),
    addon,
  );
  const { path, openTo } = store;
  return makeStore(db, { path, durable: false, ...(openTo !== undefined && { openTo }) });
}

/**
 * What is stored where nothing can be written, in memory; undefined when there is no database.
 * An older schema is migrated in memory. Throws as `openStore` does, and `io` when the database has
 * a log and there is no place for the copy that reading it takes.
 */
export function openReadOnly(options: ScratchOptions & SnapshotOptions): Store | undefined {
  const { path, addon } = options;
  return translated(path, () => {
    const snapshot = takeSnapshot(options);
    if (snapshot === undefined) return undefined;
    const db = fromBytes(snapshot.bytes, addon);
    checkOurs(db, path);
    migrate(db, options);
    const { openTo } = snapshot;
    return makeStore(db, { path, durable: false, ...(openTo !== undefined && { openTo }) });
  });
}

/**
 * @param bytes a whole database; changed: its header must not ask for a write-ahead log, which
 *   memory has not (bytes 18 and 19, sqlite.org/fileformat2.html)
 */
function fromBytes(bytes: Buffer, addon: object | undefined) {
  bytes.fill(1, 18, 20);
  const db = connect(bytes, addon);
  configure(db);
  return db;
}
