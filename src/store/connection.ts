import BetterSqlite3, { type Database, type Options, type Statement } from 'better-sqlite3';
import { EpiloopError } from '../errors.ts';

/** `EPIL`, in the header of every database of ours. */
export const applicationId = 0x4550494c;

/** ms that SQLite waits for another process; its waiting is unfair, so that it must be generous */
export const busyTimeout = 30_000;

/** @param file a path, `:memory:`, or the bytes of a database, which then lives in memory */
export function connect(
  file: string | Buffer,
  addon: object | undefined,
  { readonly = false }: { readonly readonly?: boolean } = {},
): Database {
  const options: Options = { timeout: busyTimeout, readonly };
  if (addon !== undefined) Object.assign(options, { nativeBinding: addon });
  return rememberStatements(new BetterSqlite3(file, options));
}

/**
 * The same text is prepared once: each statement holds some ten kilobytes until it is collected, of
 * which V8 knows nothing, and one import asks for hundreds of thousands. So one text has one way of
 * being read (objects, lists or single values) everywhere.
 */
function rememberStatements(db: Database): Database {
  const prepare = db.prepare.bind(db);
  const known = new Map<string, Statement>();
  const remembered = (sql: string): Statement => {
    const statement = known.get(sql) ?? prepare(sql);
    known.set(sql, statement);
    return statement;
  };
  return Object.assign(db, { prepare: remembered });
}

/**
 * What holds for one connection only and must be said again each time: every commit reaches the
 * disk, deleted secrets are overwritten, and a planted schema runs nothing.
 */
export function configure(db: Database): void {
  db.exec(`PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON`);
}

/** Whether it is a database of ours; `false`: it has no page yet. Throws `bad_data` for any other. */
export function checkOurs(db: Database, path: string): boolean {
  // The pages first: whoever makes the first one at the same time writes our id into it.
  const pages = db.pragma('page_count', { simple: true });
  if (db.pragma('application_id', { simple: true }) === applicationId) return true;
  if (pages === 0) return false;
  throw new EpiloopError('bad_data', `${path} is a database of another program`, {
    path,
    hint: 'move it away, or choose another place with --state-dir',
  });
}

/** Makes an empty database ours, before anything else is written to it. */
export function claim(db: Database, path: string): void {
  if (!checkOurs(db, path)) db.pragma(`application_id = ${applicationId}`);
}
