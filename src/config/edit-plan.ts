import { isDeepStrictEqual } from 'node:util';
import { EpiloopError } from '../errors.ts';
import type { FileContent, FileStamp, MirrorFiles } from '../ports.ts';
import { applyEdit } from './edit-apply.ts';
import { byHand, type Edit, type Reading } from './edit-change.ts';
import { Draft } from './edit-draft.ts';
import { intend, type Meaning, meaningOf } from './edit-intent.ts';
import { decode } from './edit-storage.ts';
import { type Trace, traceOf } from './edit-trace.ts';
import { load } from './include.ts';
import { parse } from './parse.ts';
import { validate } from './schema.ts';
import { type Lookup, substitute } from './substitute.ts';
import { bare, Located, type TreeObject } from './tree.ts';

export interface Plan {
  /** every file of the config as it was read; undefined: there is no such file */
  readonly texts: ReadonlyMap<string, string | undefined>;
  /** the new texts of those that change */
  readonly changes: ReadonlyMap<string, string>;
  /** what takes each of them back; undefined: it must not be remembered */
  readonly traces: ReadonlyMap<string, Trace | undefined>;
}

export interface PlanInput {
  readonly path: string;
  readonly files: MirrorFiles;
  readonly env: Lookup;
  readonly edits: readonly Edit[];
}

/**
 * Reads the config, edits its texts in memory, and reads them again as `readConfig` would: they
 * mean exactly what was wanted, or nothing is planned at all.
 * @throws EpiloopError `config_invalid`
 */
export function planEdits({ path, files, env, edits }: PlanInput): Plan {
  const texts = new Map<string, string | undefined>();
  const before = understand(path, recording(files, texts), env);
  const present = [...texts].filter((entry): entry is [string, string] => entry[1] !== undefined);
  const draft = new Draft(path, new Map(present));
  for (const edit of edits) applyEdit(draft, edit, before.reading);
  const after = understandEdited(path, edited(files, draft), env);
  if (isDeepStrictEqual(after, edits.reduce(intend, before.meaning))) {
    return { texts, changes: draft.changes(), traces: traces(texts, draft) };
  }
  throw new EpiloopError('config_invalid', `${path} cannot be edited in place`, {
    path,
    hint: edits.map((edit) => byHand(edit, path)).join('; '),
  });
}

function traces(texts: Plan['texts'], draft: Draft): Plan['traces'] {
  const found = [...draft.changes().keys()].map((file) => {
    const text = texts.get(file) ?? '';
    const before = text.trim() === '' ? {} : parse(text, file);
    return [file, traceOf(before, draft.own(file), draft.patch(file))] as const;
  });
  return new Map(found);
}

/** Every file of a valid config as it is; throws what reading it throws. */
export function readTexts({ path, files, env }: Omit<PlanInput, 'edits'>): Plan['texts'] {
  const texts = new Map<string, string | undefined>();
  understand(path, recording(files, texts), env);
  return texts;
}

/** @throws EpiloopError `config_invalid` where the edited texts are no valid config */
export function checkEdited({ path, files, env }: Omit<PlanInput, 'edits'>, draft: Draft): void {
  understandEdited(path, edited(files, draft), env);
}

interface Understood {
  readonly meaning: Meaning;
  readonly reading: Reading;
}

function understand(path: string, files: MirrorFiles, env: Lookup): Understood {
  const tree = load(path, files)?.tree ?? bare([]);
  const { filled } = substitute(tree, env);
  validate(filled, path);
  return { meaning: meaningOf(filled), reading: (raw) => read(raw, tree, env) };
}

function understandEdited(path: string, files: MirrorFiles, env: Lookup): Meaning {
  try {
    return understand(path, files, env).meaning;
  } catch (cause) {
    if (!(cause instanceof EpiloopError)) throw cause;
    throw new EpiloopError(
      'config_invalid',
      `the change would break the config: ${cause.message}`,
      {
        path: cause.path,
        hint: 'nothing was changed; make the change by hand',
        cause,
      },
    );
  }
}

/** One text as it would read within the config, whose own variables count too. */
function read(raw: string, { env: own }: TreeObject, env: Lookup): string {
  const entries = [['text', new Located(raw, '', [])] as const];
  const { filled } = substitute(
    bare(own === undefined ? entries : [...entries, ['env', own]]),
    env,
  );
  const meaning = meaningOf(filled);
  return typeof meaning === 'object' && meaning !== null && 'text' in meaning
    ? String(meaning.text)
    : raw;
}

/** Notes each text as it is, byte order mark included. */
function recording(files: MirrorFiles, texts: Map<string, string | undefined>): MirrorFiles {
  return {
    ...files,
    read(path, options): FileContent | undefined {
      const content = files.readBytes(path, options);
      const text = content && decode(path, content.bytes);
      texts.set(path, text);
      if (content === undefined || text === undefined) return undefined;
      return { text, stamp: content.stamp };
    },
  };
}

const UNWRITTEN: FileStamp = { id: '', size: 0, modifiedAt: 0, changedAt: 0 };

function edited(files: MirrorFiles, draft: Draft): MirrorFiles {
  return { ...files, read: (path) => ({ text: draft.text(path), stamp: UNWRITTEN }) };
}
