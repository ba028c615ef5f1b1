import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { systemCode } from '../errors.ts';
import { busyTimeout, checkOurs, claim, configure, connect } from './connection.ts';
import { isRemote } from './file-system.ts';
import { checkedVersion, migrate } from './migrate.ts';
import { isBusy } from './sqlite-error.ts';
import { prepareStateFile } from './state-file.ts';
import { makeStore, type Store, translated } from './store.ts';

export type { Store } from './store.ts';

export interface OpenOptions {
  /** the database file, absolute */
  readonly path: string;
  /** better-sqlite3's addon; undefined: it looks for it itself */
  readonly addon: object | undefined;
  /** ms since the epoch */
  readonly now: number;
  /** this build's version and commit, for the record of migrations */
  readonly build: string;
}

/**
 * Opens the store for reading and writing, made and migrated when need be. Throws `refused` (not
 * ours, links, open to everyone), `cannot_create` (missing or not writable: `openReadOnly` may still
 * do), `bad_data` (no database of ours, damaged), `store_newer`, `store_altered`, `busy`, `io`; what
 * it refuses is as it was.
 */
export function openStore(options: OpenOptions): Store {
  const { path } = options;
  return translated(path, () => {
    const { openTo, unfinished } = prepareStateFile(path);
    if (unfinished) refuseBeforeRecovery(options);
    const db = connect(path, options.addon);
    try {
      claim(db, path);
      configure(db);
      migrate(db, options);
      setJournal(db, isRemote(dirname(path)) ? 'DELETE' : 'WAL');
      return makeStore(db, { path, durable: true, ...(openTo !== undefined && { openTo }) });
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * A connection that may write finishes what a killed run left behind, at the latest when it closes.
 * So that a database which is refused stays as it is, one that cannot write looks first.
 */
function refuseBeforeRecovery({ path, addon }: OpenOptions): void {
  const db = connect(path, addon, { readonly: true });
  try {
    checkOurs(db, path);
    checkedVersion(db, path);
  } catch (error) {
    // It cannot look before the rollback that only a writer can do.
    if (systemCode(error) !== 'SQLITE_READONLY_ROLLBACK') throw error;
  } finally {
    db.close();
  }
}

/**
 * WAL, or a rollback journal where other hosts may see the file. A change of mode needs the database
 * for itself, and SQLite does not wait for that: several first runs at once do it here.
 */
function setJournal(db: Database, mode: 'WAL' | 'DELETE'): void {
  let waited = 0;
  for (;;) {
    try {
      db.pragma(`journal_mode = ${mode}`, { simple: true });
      return;
    } catch (error) {
      if (!isBusy(error) || waited > busyTimeout) throw error;
    }
    const pause = 5 + Math.random() * 10;
    sleep(pause);
    waited += pause;
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
