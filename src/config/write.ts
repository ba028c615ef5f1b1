import { EpiloopError } from '../errors.ts';
import type { Hash } from '../ports.ts';
import { byHand } from './edit-change.ts';
import { type Plan, type PlanInput, planEdits } from './edit-plan.ts';
import { backupOf, type ConfigFiles, readText, rotate, write } from './edit-storage.ts';
import type { Trace } from './edit-trace.ts';

export type { Edit, ProfileEntry } from './edit-change.ts';
export type { ConfigFiles } from './edit-storage.ts';
export type { Trace } from './edit-trace.ts';
export { type ModeWritten, type UpgradeInput, upgradeMode } from './mode-upgrade.ts';

export interface FileWritten {
  /** absolute, as the config names it: the config itself or an include */
  readonly path: string;
  /**
   * keyed hashes of the whole text; no `before` and no `backup`: there was no such file; no `after`:
   * there is none any more
   */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** absolute path of the copy that was made first */
  readonly backup: string | undefined;
  /** written into the same file: it has other names, or is mounted by itself */
  readonly inPlace: boolean;
  /** what takes it back; undefined: secrets would have to be remembered */
  readonly trace: Trace | undefined;
}

export interface ConfigWritten {
  readonly files: readonly FileWritten[];
}

export interface EditInput extends PlanInput {
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
  const { edits } = input;
  const hint = (path: string) => edits.map((edit) => byHand(edit, path)).join('; ');
  return writePlan({ ...input, byHand: hint }, () => planEdits(input));
}

/** What writing needs beside the plan. */
export interface WriteInput extends Pick<EditInput, 'path' | 'files' | 'hash'> {
  /** what a person is to do in a file that is not ours to write */
  byHand(path: string): string;
}

/** Writes what is planned, and plans again where somebody else was quicker. */
export function writePlan(input: WriteInput, make: () => Plan): ConfigWritten | undefined {
  const rotated = new Set<string>();
  for (let tries = 0; tries < TRIES; tries += 1) {
    const plan = make();
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
  readonly input: WriteInput;
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
function writeAll(plan: Plan, input: WriteInput): FileWritten[] | undefined {
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
  const trace = plan.traces.get(path);
  if (old === undefined) {
    const isMade = files.create(path, new TextEncoder().encode(text));
    if (!isMade) return undefined;
    const none = { before: undefined, backup: undefined };
    return { path, ...none, after: hash(text), inPlace: false, trace };
  }
  const inPlace = write(files.realPath(path), text, files);
  return { path, before: hash(old), after: hash(text), backup: backupOf(path), inPlace, trace };
}

/** An include that we may read but not write is a person's to change. */
function forFile<T>(path: string, { path: root, byHand }: WriteInput, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const isForeign = cause instanceof EpiloopError && FOREIGN.has(cause.code);
    if (!isForeign || path === root) throw cause;
    throw new EpiloopError('config_invalid', `the config includes ${path}: ${cause.message}`, {
      path,
      hint: byHand(path),
      cause,
    });
  }
}

const FOREIGN: ReadonlySet<string> = new Set(['refused', 'cannot_create']);
