import { EpiloopError } from '../errors.ts';
import type { Hash } from '../ports.ts';
import { readMode, setMode } from './edit.ts';
import { byHand } from './edit-change.ts';
import { type Plan, type PlanInput, planEdits } from './edit-plan.ts';
import { backupOf, type ConfigFiles, readText, rotate, write } from './edit-storage.ts';
import type { ModeUpgrade } from './read.ts';

export type { Edit, ProfileEntry } from './edit-change.ts';
export type { ConfigFiles } from './edit-storage.ts';

export interface FileWritten {
  /** absolute, as the config names it: the config itself or an include */
  readonly path: string;
  /** keyed hashes of the whole text; no `before` and no `backup`: there was no such file */
  readonly before: string | undefined;
  readonly after: string;
  /** absolute path of the copy that was made first */
  readonly backup: string | undefined;
  /** written into the same file: it has other names, or is mounted by itself */
  readonly inPlace: boolean;
}

export interface ConfigWritten {
  readonly files: readonly FileWritten[];
}

export interface EditInput extends PlanInput {
  readonly hash: Hash;
}

export interface ModeWritten {
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
 * Makes the edits, each in the file that owns its place: the last one that defines the nearest
 * existing object. `env` fills in `${NAME}` as for `readConfig`. Undefined: the config says so
 * already, and nothing was touched. A config that is not there is made. Whoever writes one of the
 * files meanwhile wins, and the edits are made anew on his text. All files are written or none.
 * @throws EpiloopError `busy` if they keep changing, `config_invalid` if the config is or would
 * become invalid or a value is not ours to change; the hint says what to set by hand
 */
export function editConfig(input: EditInput): ConfigWritten | undefined {
  const rotated = new Set<string>();
  for (let tries = 0; tries < TRIES; tries += 1) {
    const plan = planEdits(input);
    if (plan.changes.size === 0) return undefined;
    for (const path of plan.changes.keys()) {
      forFile(path, input, () => keep(path, { plan, input, rotated }));
    }
    const written = isCurrent(plan, input.files) ? writeAll(plan, input) : undefined;
    if (written !== undefined) return { files: written };
  }
  throw new EpiloopError('busy', `${input.path} keeps changing`, { path: input.path });
}

interface Keeping {
  readonly plan: Plan;
  readonly input: EditInput;
  /** the files whose older backups have moved up */
  readonly rotated: Set<string>;
}

function keep(path: string, { plan, input, rotated }: Keeping): void {
  const text = plan.texts.get(path);
  if (text === undefined) return;
  if (!rotated.has(path)) rotate(backupOf(path), input.files);
  rotated.add(path);
  input.files.replace(backupOf(path), text);
}

function isCurrent({ texts }: Plan, files: ConfigFiles): boolean {
  return [...texts].every(([path, text]) => readText(files.realPath(path), files) === text);
}

/** Undefined: somebody made the missing config first. A failure takes back what was written. */
function writeAll(plan: Plan, input: EditInput): FileWritten[] | undefined {
  const written: FileWritten[] = [];
  try {
    for (const [path, text] of plan.changes) {
      const one = forFile(path, input, () => writeOne(path, text, { plan, input }));
      if (one === undefined) return undefined;
      written.push(one);
    }
    return written;
  } catch (error) {
    for (const { path } of written) {
      write(input.files.realPath(path), plan.texts.get(path) ?? '', input.files);
    }
    throw error;
  }
}

function writeOne(
  path: string,
  text: string,
  { plan, input: { files, hash } }: Pick<Keeping, 'plan' | 'input'>,
): FileWritten | undefined {
  const old = plan.texts.get(path);
  if (old === undefined) {
    const isMade = files.create(path, new TextEncoder().encode(text));
    if (!isMade) return undefined;
    return { path, before: undefined, after: hash(text), backup: undefined, inPlace: false };
  }
  const inPlace = write(files.realPath(path), text, files);
  return { path, before: hash(old), after: hash(text), backup: backupOf(path), inPlace };
}

/** An include that we may read but not write is a person's to change. */
function forFile<T>(path: string, { path: root, edits }: EditInput, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const isForeign = cause instanceof EpiloopError && FOREIGN.has(cause.code);
    if (!isForeign || path === root) throw cause;
    throw new EpiloopError('config_invalid', `the config includes ${path}: ${cause.message}`, {
      path,
      hint: edits.map((edit) => byHand(edit, path)).join('; '),
      cause,
    });
  }
}

const FOREIGN: ReadonlySet<string> = new Set(['refused', 'cannot_create']);

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
      return { before: hash(text), after: hash(edited), backup, inPlace };
    }
    text = now;
  }
  throw new EpiloopError('busy', `${upgrade.file} keeps changing`, { path: upgrade.file });
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
