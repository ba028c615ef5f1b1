/** The same for the commands that use credentials, get new ones, or pin them. */
import {
  alone,
  answers,
  anyId,
  duration,
  fails,
  handingOut,
  listsNames,
  ownStore,
  question,
  type Row,
  state,
  writer,
} from './failure-kinds.ts';

const waiting = 'models auth login --provider anthropic --callback'.split(' ');
const loggingIn = {
  'no home': { ...state['no home'], words: waiting },
  'bad config': { ...state['bad config'], words: waiting },
  'newer database': { ...state['newer database'], words: waiting },
  'damaged file': { ...state['damaged file'], words: waiting, changes: ownStore },
  'unknown agent': fails(
    66,
    /^no agent nobody in agents\.list or on the disk/,
    /models auth list/,
    waiting.join(' '),
  ),
};

export const useCells: Readonly<Record<string, Row>> = {
  // with --callback it would wait for a browser where nothing is in its way
  'models auth login': {
    ...alone,
    ...loggingIn,
    'nothing piped': fails(
      77,
      /^there is no terminal to paste the code on$/,
      /--code-from-stdin.*--callback.*--device/,
      'models auth login --provider anthropic',
    ),
    'unknown provider': fails(
      77,
      /^it is not known how to log in to nowhere$/,
      /EPILOOP_AUTHORIZE_ENDPOINT_NOWHERE/,
      'models auth login --provider nowhere --callback',
    ),
    'unknown id': anyId,
  },
  'models auth refresh': {
    ...writer,
    // nothing is due, so that nothing has to be written
    'locked file': { ...answers(0), changes: ownStore },
    'busy database': answers(0),
    'unknown id': fails(
      66,
      /^no profile nobody:x for agent main/,
      listsNames,
      'models auth refresh nobody:x',
    ),
    'bad duration': fails(64, duration, undefined, 'models auth refresh --min-validity soon'),
  },
  'models auth token': {
    ...handingOut,
    'unknown provider': {
      changes: ownStore,
      ...fails(
        1,
        /^nothing usable for nowhere and agent main/,
        /paste-token --provider nowhere/,
        'models auth token --provider nowhere',
      ),
    },
    'unknown id': {
      changes: ownStore,
      ...fails(
        66,
        /openai:nobody/,
        /^epiloop models explain --provider openai/,
        'models auth token --provider openai --profile-id openai:nobody',
      ),
    },
    'bad duration': fails(
      64,
      duration,
      undefined,
      'models auth token --provider openai --min-validity soon',
    ),
  },
  'models exec': {
    ...handingOut,
    'busy database': answers(0),
    'unknown provider': {
      changes: ownStore,
      ...fails(
        1,
        /^nothing usable for nowhere and agent main/,
        /paste-token --provider nowhere/,
        'models exec --dry-run --provider nowhere -- true',
      ),
    },
    'unknown id': {
      changes: ownStore,
      ...fails(
        66,
        /openai:nobody/,
        /^epiloop models explain --provider openai/,
        'models exec --dry-run --provider openai --profile-id openai:nobody -- true',
      ),
    },
    'bad duration': fails(
      64,
      duration,
      undefined,
      'models exec --provider openai --min-validity soon -- true',
    ),
  },
  secrets: {
    ...handingOut,
    'nothing piped': fails(65, /./, /^\{"protocolVersion":1,"ids":/),
  },
  // what it replies is its answer, a refusal too
  chat: {
    ...question,
    'busy database': writer['busy database'],
    'damaged file': { ...state['damaged file'], changes: ownStore },
    'unknown agent': fails(64, /^the session is of agent main, not of nobody$/, /--agent out$/),
    'unknown provider': answers(1, /Unrecognized model/, 'chat --session main /model nowhere/x'),
    'unknown id': answers(
      66,
      /Auth profile .*openai:nobody.* not found/,
      'chat --session main /model openai/gpt-5@openai:nobody',
    ),
  },
};
