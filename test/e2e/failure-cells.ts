/** What each command says to each condition: a code and a message, an answer, or why it is not asked. */
import { useCells } from './failure-cells-use.ts';
import {
  alone,
  answers,
  anyId,
  anyProvider,
  duration,
  entering,
  fails,
  listsNames,
  ownStore,
  question,
  type Row,
  state,
  storeAndFile,
  writer,
} from './failure-kinds.ts';

const order = (rest: string) => `models auth order ${rest}`;
const cooldown = (rest: string) => `models auth cooldown ${rest}`;

/** By name; a command that has no row here fails the test. */
export const failureCells: Readonly<Record<string, Row>> = {
  ...useCells,
  'models status': {
    ...question,
    'damaged file': { ...state['damaged file'], changes: ownStore },
    'read-only state': answers(0, /auth\.sqlite cannot be written .*; answering without writing/),
    'bad duration': fails(64, duration, undefined, 'models status --warn-within soon'),
  },
  'models history': {
    ...question,
    'unknown agent': fails(64, /^models history takes no --agent/, /^leave --agent out$/),
    'bad config': answers(0),
    'damaged file': answers(0),
  },
  'models sync': {
    ...writer,
    'damaged file': { ...answers(65, /damaged/), changes: ownStore },
    'locked file': answers(0),
    'config not ours': answers(0),
  },
  'models auth list': {
    ...question,
    'damaged file': answers(0, /is damaged: not JSON at line 1 column 27/),
  },
  'models auth paste-token': {
    ...entering,
    'nothing piped': fails(65, /^the token is empty, nothing was stored$/, /--from-file/),
    'unknown provider': anyProvider,
    'unknown id': anyId,
    'bad duration': fails(
      64,
      duration,
      undefined,
      'models auth paste-token --provider openrouter --expires-in soon',
    ),
  },
  'models auth paste-api-key': {
    ...entering,
    'nothing piped': fails(65, /^the API key is empty, nothing was stored$/, /--from-file/),
    'unknown provider': anyProvider,
    'unknown id': anyId,
  },
  'models auth setup-token': {
    ...entering,
    'nothing piped': fails(77, /^setup-token needs a terminal, or the token on/, /paste-token/),
    'unknown provider': fails(
      64,
      /^setup-token is for anthropic alone/,
      /paste-token --provider nowhere/,
      'models auth setup-token --provider nowhere',
    ),
    'unknown id': anyId,
    'bad duration': fails(64, duration, undefined, 'models auth setup-token --expires-in soon'),
  },
  // without a terminal it looks at nothing
  'models auth add': {
    ...alone,
    ...Object.fromEntries(
      ['no home', 'bad config', 'newer database', 'nothing piped'].map((name) => [
        name,
        fails(77, /^there is no terminal to ask on$/, /epiloop models auth paste-token/),
      ]),
    ),
  },
  'models auth remove': {
    ...writer,
    'config not ours': { ...answers(0), changes: storeAndFile },
    'unknown id': fails(
      66,
      /^agent main has no profile nobody:x of its own/,
      listsNames,
      'models auth remove nobody:x',
    ),
  },
  undo: {
    ...writer,
    'unknown agent': fails(64, /^undo takes no --agent: the number says/, /^leave --agent out$/),
    'damaged file': {
      ...fails(66, /^there is no change #6/, /^epiloop models history numbers them$/),
      changes: ownStore,
    },
    'unknown id': fails(66, /^there is no change #999/, /^epiloop models history/, 'undo 999'),
  },
  'models auth order get': {
    ...question,
    'unknown provider': answers(0, /"order": null/, order('get --provider nowhere')),
  },
  'models auth order set': {
    ...writer,
    'unknown provider': fails(
      66,
      /^no profile nowhere:x for agent main/,
      listsNames,
      order('set --provider nowhere nowhere:x'),
    ),
    'unknown id': fails(
      66,
      /^no profile openai:nobody for agent main/,
      listsNames,
      order('set --provider openai openai:nobody'),
    ),
  },
  'models auth order clear': {
    ...writer,
    'unknown provider': answers(0, /"order": null/, order('clear --provider nowhere')),
  },
  'models auth cooldown list': {
    ...question,
    'unknown provider': answers(0, undefined, cooldown('list --provider nowhere')),
  },
  'models auth cooldown clear': {
    ...writer,
    'unknown provider': answers(0, undefined, cooldown('clear --provider nowhere')),
    'unknown id': fails(
      66,
      /^no profile nobody:x for agent main/,
      listsNames,
      cooldown('clear nobody:x'),
    ),
  },
  'models auth mark': {
    ...writer,
    'unknown id': fails(
      66,
      /^no profile nobody:x for agent main/,
      listsNames,
      'models auth mark nobody:x --ok',
    ),
  },
  'models explain': {
    ...question,
    'unknown provider': fails(
      1,
      /^nothing is known of a provider nowhere$/,
      /^stored, configured or in use here: anthropic, /,
      'models explain --provider nowhere',
    ),
    'unknown id': answers(
      0,
      /openai:nobody cannot be used here/,
      'models explain --provider openai --profile-id openai:nobody',
    ),
    'bad duration': fails(
      64,
      /^--simulate: piece 2 is neither a use nor a time$/,
      /a time is \+10m/,
      'models explain --provider openai --simulate openai:default=billing,+soon',
    ),
  },
  doctor: {
    ...writer,
    'damaged file': { ...answers(1, /damaged/), changes: ownStore },
    'read-only state': answers(1, /answering without writing/),
    'locked file': answers(1),
    'busy database': answers(1),
    'config not ours': answers(1, /EPILOOP_NIX_MODE is set/),
    'bad duration': fails(64, duration, undefined, 'doctor --warn-within soon'),
  },
  onboard: {
    ...entering,
    'nothing piped': fails(
      64,
      /^--auth-choice openrouter-api-key needs an API key of OpenRouter/,
      /^for example epiloop onboard/,
    ),
    'unknown provider': fails(
      64,
      /^--auth-choice takes apiKey or /,
      undefined,
      'onboard --auth-choice nowhere',
    ),
    'unknown id': anyId,
    'bad duration': fails(
      64,
      duration,
      undefined,
      'onboard --auth-choice token --token-expires-in soon',
    ),
  },
  help: { ...alone, 'unknown id': fails(64, /^no command nowhere;/, undefined, 'help nowhere') },
  schema: {
    ...alone,
    'unknown id': fails(64, /^no schema nowhere$/, /^epiloop schema lists/, 'schema nowhere'),
  },
  completion: {
    ...alone,
    'unknown id': fails(64, /^shell takes bash or zsh or fish$/, undefined, 'completion nowhere'),
  },
};
