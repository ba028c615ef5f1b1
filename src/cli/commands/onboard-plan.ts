import {
  type KeyChoice,
  keyOptions,
  type OnboardChoice,
  onboardChoices,
} from '../../domain/onboarding.ts';
import { looksSecret } from '../../domain/secret-marks.ts';
import { usage } from '../argument.ts';
import type { Globals, SecretFrom } from '../effects.ts';
import { inputName } from '../parse.ts';
import { LONGEST_MS } from './auth-paste.ts';
import type { Words } from './onboard-options.ts';

/** Where a secret is, `option` being what said so. */
export type Origin = SecretFrom | { readonly kind: 'argv'; readonly text: string };

export interface KeyOrigin {
  readonly choice: KeyChoice;
  readonly option: string;
  readonly from: Origin;
}

/** What a command line asks for, before anything of it was read. */
export interface Plan {
  /** undefined: only `keys`, or nothing */
  readonly choice: OnboardChoice | undefined;
  readonly keys: readonly KeyOrigin[];
  /** of the one secret that the choice takes */
  readonly single: Origin | undefined;
}

/** Throws EpiloopError `usage` for words that contradict each other or would store nothing. */
export function readPlan(words: Words, globals: Globals): Plan {
  const keys = keyOptions.flatMap((choice) => keyOrigin(choice, words));
  refuseStraySecrets(words, keys);
  refuseOddSpan(words);
  const choice = onboardChoices.find(({ name }) => name === chosenName(words));
  refuseOtherKeys(choice, keys);
  refuseOtherToken(choice, words);
  const single = singleOrigin(words);
  if (single !== undefined && !takesOne(choice, keys)) throw unfitOrigin(choice, keys);
  refusePlace(choice, words, globals);
  return { choice, keys, single };
}

function chosenName({ authChoice, ...words }: Words): string | undefined {
  return authChoice ?? (tokenWords(words).length > 0 ? 'token' : undefined);
}

const tokenOptions = ['--token', '--token-provider', '--token-profile-id', '--token-expires-in'];

function tokenWords(words: Readonly<Record<string, unknown>>): string[] {
  return tokenOptions.filter((option) => words[inputName({ flags: option })] !== undefined);
}

function keyOrigin(choice: KeyChoice, words: Words): KeyOrigin[] {
  const names = [`--${choice.flag}`, `--${choice.flag}-file`, `--${choice.flag}-env`];
  const given = names.flatMap((option) => {
    const text = words[inputName({ flags: option })];
    return typeof text === 'string' ? [{ option, text }] : [];
  });
  const [first, second] = given;
  if (second !== undefined) throw usage(`${first?.option} and ${second.option} exclude each other`);
  return given.map(({ option, text }) => ({ choice, option, from: originOf(option, text) }));
}

function originOf(option: string, text: string): Origin {
  if (option.endsWith('-file')) return fileOrigin(text);
  if (!option.endsWith('-env')) return { kind: 'argv', text };
  if (!/^[A-Za-z_]\w*$/.test(text)) throw usage(`${option} takes the name of a variable`);
  return { kind: 'env', name: text };
}

function fileOrigin(path: string): SecretFrom {
  if (['-', '/dev/stdin'].includes(path)) return { kind: 'stdin', prompt: 'secret: ' };
  return { kind: 'file', path };
}

function singleOrigin({ token, fromFile, fromEnv }: Words): Origin | undefined {
  const given = Object.entries({ '--token': token, '--from-file': fromFile, '--from-env': fromEnv })
    .filter(([, text]) => text !== undefined)
    .map(([option]) => option);
  if (given.length > 1) throw usage(`${given[0]} and ${given[1]} exclude each other`);
  if (token !== undefined) return { kind: 'argv', text: token };
  if (fromFile !== undefined) return fileOrigin(fromFile);
  return fromEnv === undefined ? undefined : { kind: 'env', name: fromEnv };
}

/** A secret where none belongs is refused without being repeated. */
function refuseStraySecrets(words: Words, keys: readonly KeyOrigin[]): void {
  const { tokenProvider, tokenProfileId, fromFile, fromEnv, '< file': loose } = words;
  const named = keys.map(({ from }) => (from.kind === 'file' ? from.path : ''));
  const envs = keys.map(({ from }) => (from.kind === 'env' ? from.name : ''));
  const others = [tokenProvider, tokenProfileId, fromFile, fromEnv, ...named, ...envs];
  if (loose.length > 0) {
    throw usage('onboard takes options only, each word behind its option', 'epiloop help onboard');
  }
  if (!others.some((text) => text !== undefined && looksSecret(text))) return;
  throw usage(
    'a secret stands where the name of a file, a variable or a profile belongs',
    'give its file or variable there, or pipe it in; replace it if it was real',
  );
}

function refuseOddSpan({ tokenExpiresIn: ms = 1 }: Words): void {
  if (ms > 0 && ms <= LONGEST_MS) return;
  throw usage('--token-expires-in takes more than 0, and at most 36500d');
}

function refuseOtherKeys(choice: OnboardChoice | undefined, keys: readonly KeyOrigin[]): void {
  if (choice === undefined || keys.length === 0) return;
  if (choice.kind === 'key' && keys.some((key) => key.choice.flag === choice.flag)) return;
  throw usage(
    `--auth-choice ${choice.name} does not go with ${keys[0]?.option}: nothing was stored`,
    'name the choice that takes it, or leave --auth-choice out',
  );
}

function refuseOtherToken(choice: OnboardChoice | undefined, words: Words): void {
  const [option] = tokenWords(words);
  if (option === undefined || choice?.kind === 'token') return;
  throw usage(
    `--auth-choice ${choice?.name} does not go with ${option}: nothing was stored`,
    '--auth-choice token takes it',
  );
}

function takesOne(choice: OnboardChoice | undefined, keys: readonly KeyOrigin[]): boolean {
  return keys.length === 0 && (choice?.kind === 'key' || choice?.kind === 'token');
}

function unfitOrigin(choice: OnboardChoice | undefined, keys: readonly KeyOrigin[]) {
  const [key] = keys;
  if (key !== undefined) {
    return usage(
      `--from-file and --from-env do not go with ${key.option}`,
      `--${key.choice.flag}-file and --${key.choice.flag}-env are for one of several keys`,
    );
  }
  if (choice !== undefined) return usage(`--auth-choice ${choice.name} takes no secret`);
  return usage('--from-file and --from-env need --auth-choice: whose secret is it');
}

/** `.env` is read for every agent and holds keys; other programs' logins are main's. */
function refusePlace(choice: OnboardChoice | undefined, words: Words, { agent }: Globals): void {
  if (words.envFile && choice !== undefined && choice.kind !== 'key') {
    throw usage(`--auth-choice ${choice.name} does not go with --env-file, which takes API keys`);
  }
  if (words.envFile && agent !== undefined) {
    throw usage('--env-file and --agent exclude each other', '.env is of all agents');
  }
  if (choice?.kind === 'client' && agent !== undefined) {
    throw usage(`--auth-choice ${choice.name} takes no --agent`, 'it is stored for main');
  }
}
