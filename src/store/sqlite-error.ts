import type { ErrorCode } from '../errors.ts';
import { EpiloopError, systemCode } from '../errors.ts';

interface Meaning {
  readonly codes: RegExp;
  readonly code: ErrorCode;
  readonly says: string;
  readonly hint?: string;
}

/** SQLite's result codes, extended ones included (sqlite.org/rescode.html). */
const meanings: readonly Meaning[] = [
  { codes: /^SQLITE_(BUSY|LOCKED|PROTOCOL)/, code: 'busy', says: 'is in use', hint: 'try again' },
  {
    codes: /^SQLITE_FULL/,
    code: 'io',
    says: 'cannot grow: no space left',
    hint: 'free some space',
  },
  {
    codes: /^SQLITE_NOTADB/,
    code: 'bad_data',
    says: 'is no SQLite database',
    hint: 'move it away to start anew, or bring it back from a backup',
  },
  {
    codes: /^SQLITE_CORRUPT/,
    code: 'bad_data',
    says: 'is damaged',
    hint: 'run epiloop doctor',
  },
  {
    codes: /^SQLITE_(CANTOPEN|READONLY|PERM)/,
    code: 'cannot_create',
    says: 'cannot be written',
    hint: 'check the permissions of the file and its folder, and whether the disk is read-only',
  },
  {
    codes: /^SQLITE_(IOERR|NOMEM|NOLFS)/,
    code: 'io',
    says: 'cannot be read or written',
    hint: 'check the disk and its mounts',
  },
];

/**
 * What an error of SQLite means for the operator: `busy`, `io` (disk full, I/O error), `bad_data`
 * (damaged, no database), `cannot_create` (not writable), `internal` for a statement of ours that is
 * wrong. Everything else is handed back as it came.
 */
export function translateSqlite(error: unknown, path: string): unknown {
  const result = systemCode(error);
  if (result?.startsWith('SQLITE_') !== true) return error;
  const meaning = meanings.find(({ codes }) => codes.test(result));
  if (meaning === undefined) {
    return new EpiloopError('internal', `${path}: ${result}`, { path, cause: error });
  }
  const { code, says, hint } = meaning;
  return new EpiloopError(code, `${path} ${says} (${result})`, { path, hint, cause: error });
}

/** Whether trying again can help. */
export function isBusy(error: unknown): boolean {
  return systemCode(error)?.startsWith('SQLITE_BUSY') === true;
}
