/** What most commands of a kind say to each condition: a code and a message, or an answer. */
import type { ConditionName } from './failure-conditions.ts';

/** A failed run: nothing but this is said, and nothing is changed but what is named. */
interface Failing {
  readonly exit: number;
  /** the message, without `epiloop: ` and what follows in parentheses */
  readonly says: RegExp;
  readonly hint?: RegExp | undefined;
  /** in place of the words of the command's first run */
  readonly words?: readonly string[];
  /** names below HOME */
  readonly changes?: RegExp;
}

/** The condition is no obstacle, or is told in the answer. */
interface Answering {
  readonly answers: number;
  /** in what is printed, somewhere */
  readonly says?: RegExp | undefined;
  readonly words?: readonly string[];
  readonly changes?: RegExp;
}

export type Cell = Failing | Answering | { readonly not: string };
export type Row = Readonly<Record<ConditionName, Cell>>;

export const fails = (exit: number, says: RegExp, hint?: RegExp, words?: string): Failing => {
  return { exit, says, hint, ...(words !== undefined && { words: words.split(' ') }) };
};
export const answers = (code: number, says?: RegExp, words?: string): Answering => {
  return { answers: code, says, ...(words !== undefined && { words: words.split(' ') }) };
};
export const not = (why: string) => ({ not: why });

export const ownStore = /^\.epiloop\/auth\.sqlite$/;
const storeAndConfig = /^\.epiloop\/(auth\.sqlite|epiloop\.json(\.bak)?)$/;
export const storeAndFile = /^\.epiloop\/(auth\.sqlite|agents\/main\/agent\/auth-profiles\.json)$/;

const asksNobody = not('asks nobody and reads no standard input');
const noDuration = not('takes no duration');
const noId = not('takes no id');
const noProvider = not('takes no provider');
export const anyId = not('any id is a place to store it');
export const anyProvider = not('any provider may have credentials');
export const listsNames = /^epiloop models auth list (--agent main )?names them$/;
export const duration = /^--\S+ takes a duration such as 30m, 24h or 7d$/;

/** Whoever opens the state meets these first. */
export const state = {
  'no home': fails(78, /^no home directory: HOME is not absolute/, /--state-dir or EPILOOP_STATE/),
  'bad config': fails(78, /epiloop\.json:1:13 is not valid JSON5$/, /^mend the file at that place/),
  'newer database': fails(
    78,
    /auth\.sqlite has schema version \d+, this build knows \d+ at/,
    /epiloop/,
  ),
  'damaged file': fails(
    65,
    /auth-profiles\.json is damaged: not JSON at line 1 column 27$/,
    /^mend it or move it away; nothing was changed/,
  ),
};

const unspecific = {
  'nothing piped': asksNobody,
  'unknown provider': noProvider,
  'unknown id': noId,
  'bad duration': noDuration,
};

/** Writes nothing, so that nothing stands in its way. */
export const question: Row = {
  ...state,
  ...unspecific,
  'read-only state': answers(0),
  'locked file': answers(0),
  'busy database': answers(0),
  'unknown agent': answers(0, /no agent nobody in agents\.list or on the disk: this is what it/),
  'config not ours': answers(0),
};

export const writer: Row = {
  ...state,
  ...unspecific,
  // a new store stays behind, with nothing in it that concerns the file
  'damaged file': { ...state['damaged file'], changes: ownStore },
  'read-only state': fails(77, /^nothing was changed: the state cannot be written/, /writable$/),
  'locked file': {
    ...fails(75, /^stored; .*auth-profiles\.json is locked by another/, /epiloop models sync$/),
    changes: ownStore,
  },
  'busy database': fails(75, /auth\.sqlite is in use/, /^try again$/),
  'unknown agent': fails(66, /^no agent nobody in agents\.list or on the disk/, /models auth list/),
  'config not ours': { answers: 0, changes: storeAndFile },
};

/** What is due to be written can wait, and the secret is needed now. */
export const handingOut: Row = {
  ...question,
  'damaged file': { ...state['damaged file'], changes: ownStore },
  'locked file': { ...answers(0), changes: ownStore },
  'busy database': writer['busy database'],
  'unknown agent': { ...question['unknown agent'], changes: ownStore },
  'config not ours': { ...answers(0), changes: storeAndFile },
};

/** What is entered is listed in the config too. */
export const entering: Row = {
  ...writer,
  'locked file': { ...writer['locked file'], changes: storeAndConfig },
  'config not ours': {
    ...answers(0, /EPILOOP_NIX_MODE forbids writing the config/),
    changes: storeAndFile,
  },
};

export const alone: Row = {
  ...unspecific,
  'no home': answers(0),
  'bad config': answers(0),
  'newer database': answers(0),
  'damaged file': not('reads no state'),
  'read-only state': not('reads no state'),
  'locked file': not('reads no state'),
  'busy database': not('reads no state'),
  'unknown agent': not('is of no agent'),
  'config not ours': not('reads no state'),
};
