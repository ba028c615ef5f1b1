import { EpiloopError } from '../errors.ts';
import type { Hash } from '../ports.ts';
import { readMode, setMode } from './edit.ts';
import { backupOf, type ConfigFiles, readText, rotate, write } from './edit-storage.ts';
import type { Trace } from './edit-trace.ts';
import type { ModeUpgrade } from './read.ts';

export interface ModeWritten {
  readonly trace: Trace;
  /** keyed hashes of the whole text */
  readonly before: string;
  readonly after: string;
  /** absolute path of the copy that was made first */
  readonly backup: string;
  /** written into the same file: it has other names, or is mounted by itself */
  readonly inPlace: boolean;
}

export interface UpgradeInput {
  readonly upgrade: ModeUpgrade;
  readonly files: ConfigFiles;
  readonly hash: Hash;
}

const TRIES = 3;

/**
 * Changes the profile's mode from `token` to `oauth` in the file that says so. Undefined: it does
 * not say so any more, and nothing was touched. Whoever writes the file meanwhile wins, and the
 * edit is made anew on his text.
 * @throws EpiloopError `busy` if the file keeps changing, `config_invalid` if it cannot be edited
 */
export function upgradeMode({ upgrade, files, hash }: UpgradeInput): ModeWritten | undefined {
  const target = files.realPath(upgrade.file);
  const backup = backupOf(upgrade.file);
  let text = presentText(target, files);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const edited = upgraded(text, upgrade);
    if (edited === undefined) return undefined;
    if (tries === 0) rotate(backup, files);
    files.replace(backup, text);
    const now = presentText(target, files);
    if (now === text) {
      const inPlace = write(target, edited, files);
      const trace = modeTrace(text, edited, upgrade);
      return { before: hash(text), after: hash(edited), backup, inPlace, trace };
    }
    text = now;
  }
  throw new EpiloopError('busy', `${upgrade.file} keeps changing`, { path: upgrade.file });
}

function modeTrace(text: string, edited: string, { keys }: ModeUpgrade): Trace {
  const at = [...text].findIndex((_, index) => text[index] !== edited[index]);
  // the code of the old value may be longer than what it means: '\x74oken'
  const old = text.slice(at, text.length - edited.length + at + 'oauth'.length);
  const patch = [[[at, 'oauth'.length, old]]] as const;
  return { changes: [{ keys, before: 'token', after: 'oauth' }], made: [], patch };
}

function presentText(path: string, files: ConfigFiles): string {
  const text = readText(path, files);
  if (text === undefined) throw new EpiloopError('not_found', `${path} is gone`, { path });
  return text;
}

/** Undefined: the mode that stands there now is not ours to change. */
function upgraded(text: string, { file, keys, profileId }: ModeUpgrade): string | undefined {
  if (readMode(text, keys, file) !== 'token') return undefined;
  try {
    return setMode(text, profileId, 'oauth', keys);
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    throw new EpiloopError(error.code, `${file}: ${error.message}`, {
      path: file,
      hint: error.hint,
      cause: error,
    });
  }
}
