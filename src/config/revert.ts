import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../domain/json.ts';
import { EpiloopError } from '../errors.ts';
import { Draft } from './edit-draft.ts';
import { checkEdited, type Plan, type PlanInput, readTexts } from './edit-plan.ts';
import { backupOf, readText, rotate } from './edit-storage.ts';
import { type Trace, traceOf, unpatch, valueAt, withValues } from './edit-trace.ts';
import { contentOf, putBack } from './edit-value.ts';
import { type ConfigWritten, type EditInput, writePlan } from './write.ts';

/** One file's edit that is to be taken back. */
export interface Reverting {
  /** absolute, as the config names it */
  readonly file: string;
  readonly trace: Trace;
  /** the first digits of the keyed hash of the whole text; absent: there was no file */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

export interface RevertInput extends Omit<EditInput, 'edits' | 'byHand'> {
  readonly reverting: Reverting;
  /** what a person is to do where it cannot be edited */
  readonly byHand: string;
  /** only look whether it can be done */
  readonly dryRun: boolean;
}

/**
 * Takes an edit back where its values still are as it left them: the very text of before where the
 * rest of the file is unchanged as well, else value by value. A file that the edit made goes again.
 * `differs`: somebody has changed a value since, and nothing was touched.
 * @throws EpiloopError as `editConfig` does
 */
export function revertConfig(input: RevertInput): ConfigWritten | 'differs' {
  const { reverting, files, hash, dryRun } = input;
  const text = readText(files.realPath(reverting.file), files);
  const isUntouched = text !== undefined && isStart(hash(text), reverting.after);
  if (isUntouched && reverting.before === undefined && reverting.file === input.path) {
    if (!dryRun) removeMade(input, text);
    const trace = { changes: reverting.trace.changes.map(turned), made: reverting.trace.made };
    const { file: path } = reverting;
    const backup = backupOf(path);
    return {
      files: [{ path, before: hash(text), after: undefined, backup, inPlace: false, trace }],
    };
  }
  const plan = () => planRevert(input);
  const first = plan();
  if (first === 'differs') return 'differs';
  if (dryRun) return { files: [] };
  const written = writePlan({ ...input, byHand: () => input.byHand }, () => unlessDiffers(plan()));
  return written ?? { files: [] };
}

function turned({ keys, before, after }: Trace['changes'][number]) {
  return {
    keys,
    ...(after !== undefined && { before: after }),
    ...(before !== undefined && { after: before }),
  };
}

function removeMade({ reverting: { file }, files }: RevertInput, text: string): void {
  rotate(backupOf(file), files);
  files.replace(backupOf(file), text);
  files.remove(files.realPath(file));
}

/** Between two looks somebody may have changed it. */
function unlessDiffers(plan: Plan | 'differs'): Plan {
  if (plan !== 'differs') return plan;
  throw new EpiloopError('busy', 'the config is being changed by somebody else', {
    hint: 'try again',
  });
}

function planRevert(input: RevertInput): Plan | 'differs' {
  const { reverting, hash } = input;
  const { file, trace } = reverting;
  const texts = readTexts(input);
  if (!texts.has(file)) {
    throw new EpiloopError('not_found', `${file} is no part of the config any more`, {
      path: file,
      hint: input.byHand,
    });
  }
  const present = [...texts].filter((entry): entry is [string, string] => entry[1] !== undefined);
  const draft = new Draft(input.path, new Map(present));
  const content = contentOf(draft, file);
  const isAsLeft = trace.changes.every(({ keys, after }) =>
    isDeepStrictEqual(valueAt(content, keys), after),
  );
  if (!isAsLeft) return 'differs';
  const exact = exactly(draft.text(file), reverting, hash);
  if (exact === undefined) putBack(draft, file, trace);
  const text = exact?.text ?? draft.text(file);
  const edited = new Draft(input.path, new Map(present).set(file, text));
  if (!isMeant(contentOf(edited, file), withValues(content, trace), trace)) throw notInPlace(input);
  checkEdited(input, edited);
  const undone = traceOf(content, contentOf(edited, file), exact?.inverse ?? draft.patch(file));
  return { texts, changes: new Map([[file, text]]), traces: new Map([[file, undone]]) };
}

/** An object that was made for a value may stay, empty, for the comments in it. */
function isMeant(edited: Json, wanted: Json, trace: Trace): boolean {
  const isBack = trace.changes.every(({ keys, before }) =>
    isDeepStrictEqual(valueAt(edited, keys), before),
  );
  const [is, meant] = [withValues(edited, trace), wanted].map((each) => JSON.stringify(each));
  return isBack && isDeepStrictEqual(JSON.parse(is ?? ''), JSON.parse(meant ?? ''));
}

/** The text of before, to the byte; undefined: something else has changed since. */
function exactly(text: string, { trace, before, after }: Reverting, hash: PlanHash) {
  if (trace.patch === undefined || !isStart(hash(text), after)) return undefined;
  const found = unpatch(text, trace.patch);
  return isStart(hash(found.text), before) ? found : undefined;
}

type PlanHash = EditInput['hash'];

function isStart(hash: string, start: string | undefined): boolean {
  return start !== undefined && start !== '' && hash.startsWith(start);
}

function notInPlace({ reverting: { file }, byHand }: RevertInput): EpiloopError {
  return new EpiloopError('config_invalid', `${file} cannot be edited in place`, {
    path: file,
    hint: byHand,
  });
}

export type { PlanInput };
