import type { OnboardItem, Survey } from '../../app/onboarding.ts';
import { type KeyChoice, keyOptions, misfitOfAnthropic } from '../../domain/onboarding.ts';
import { normalizeProvider } from '../../domain/provider.ts';
import type { Secret } from '../../domain/secret.ts';
import { checkSecret } from '../../domain/secret-check.ts';
import { foreignOwner } from '../../domain/secret-marks.ts';
import { EpiloopError } from '../../errors.ts';
import { usage } from '../argument.ts';
import type { Context } from '../command.ts';
import { nouns } from '../secret-origin.ts';
import { example, type Words } from './onboard-options.ts';
import type { KeyOrigin, Origin, Plan } from './onboard-plan.ts';

/** What is to be stored, and what to say about how it came in. */
export interface Gathered {
  readonly items: readonly OnboardItem[];
  /** one line each, for standard error */
  readonly notes: readonly string[];
}

/** One secret as it was given; `named` is what said where it is. */
interface Given {
  readonly text: string;
  readonly named: string;
}

/** Reads and checks every secret that the plan names: one bad one, and nothing is stored. */
export async function gather(plan: Plan, words: Words, context: Context): Promise<Gathered> {
  const notes: string[] = [];
  const reader = { words, context, notes };
  const { choice, keys, single } = plan;
  const items: OnboardItem[] = [];
  for (const key of keys) items.push(await keyItem(key, plan, reader));
  if (choice?.kind === 'token') items.push(await tokenItem(single, reader));
  if (choice?.kind === 'key' && keys.length === 0) {
    items.push(
      single === undefined
        ? await lookUp(choice, reader)
        : itemOf(choice, await read(single, '--from-file or --from-env', reader), reader),
    );
  }
  return { items, notes };
}

interface Reader {
  readonly words: Words;
  readonly context: Context;
  readonly notes: string[];
}

function keyItem({ choice, option, from }: KeyOrigin, plan: Plan, reader: Reader) {
  // the gateway has two choices for one key
  const isAsked = plan.choice?.kind === 'key' && plan.choice.flag === choice.flag;
  const named = isAsked && plan.choice?.kind === 'key' ? plan.choice : choice;
  return read(from, option, reader).then((given) => itemOf(named, given, reader));
}

async function read(from: Origin, option: string, reader: Reader): Promise<Given> {
  const { context, notes } = reader;
  if (from.kind === 'argv') {
    notes.push(
      `${option} has a secret on the command line, where others on this host can read it: ` +
        otherways(option),
    );
    return { text: from.text, named: option };
  }
  const entered = await context.readSecret(from);
  notes.push(...entered.notes);
  if (from.kind === 'stdin') return { text: entered.text, named: 'standard input' };
  return { text: entered.text, named: from.kind === 'file' ? from.path : from.name };
}

function otherways(option: string): string {
  if (option === '--token') return 'use --from-file or --from-env, or pipe it in';
  return `use ${option}-file or ${option}-env, or pipe it in`;
}

function itemOf(choice: KeyChoice, given: Given, { words, notes }: Reader): OnboardItem {
  const { name, provider, variable } = choice;
  const key = checked(given, { provider, kind: 'api_key' }, notes);
  const common = { choice: name, provider, key };
  return words.envFile
    ? { ...common, kind: 'variable', name: variable }
    : { ...common, kind: 'key' };
}

async function tokenItem(from: Origin | undefined, reader: Reader): Promise<OnboardItem> {
  const { words, context, notes } = reader;
  const provider = normalizeProvider(words.tokenProvider ?? 'anthropic');
  if (from === undefined && words.nonInteractive && context.isTTY('stdin')) {
    throw missing('token', 'a token', '--token, --from-file, --from-env or a pipe');
  }
  const stdin = { kind: 'stdin', prompt: `${nouns.token} for ${provider}: ` } as const;
  const given = await read(from ?? stdin, '--token', reader);
  const token = checked(given, { provider, kind: 'token' }, notes);
  const profileId = words.tokenProfileId ?? `${provider}:default`;
  const expiresInMs = words.tokenExpiresIn;
  return { kind: 'token', choice: 'token', provider, token, profileId, expiresInMs };
}

/** Throws `bad_data` that says which of them is bad, and holds nothing of it. */
export function checked(
  { text, named }: Given,
  use: { readonly provider: string; readonly kind: 'token' | 'api_key' },
  notes: string[],
): Secret {
  const result = checkSecret(text, use);
  if ('problem' in result) {
    const owner = foreignOwner(text.trim(), use.provider);
    throw bad(`${named}: ${result.problem}`, owner === undefined ? result.hint : takenBy(owner));
  }
  const misfit =
    use.kind === 'token' && use.provider === 'anthropic'
      ? misfitOfAnthropic(result.secret.reveal())
      : undefined;
  if (misfit !== undefined) throw bad(`${named}: ${misfit}`, 'run claude setup-token for one');
  notes.push(...result.notes);
  return result.secret;
}

/** Where a key of another provider belongs. */
function takenBy(owner: string): string {
  const option = keyOptions.find(({ provider }) => provider === owner);
  if (option !== undefined) return `--${option.flag}-file takes those of ${owner}`;
  return `epiloop models auth paste-api-key --provider ${owner} takes it`;
}

function bad(problem: string, hint = 'look at what is there, and give the secret alone') {
  return new EpiloopError('bad_data', `${problem}, nothing was stored`, { hint });
}

/**
 * A key that no option names: typed unseen on a terminal. Without one as the gateway looks for it,
 * in the environment, then among what is stored; standard input comes before that, but under
 * `--non-interactive` behind the environment, since it may be a pipe that nobody ever closes.
 */
async function lookUp(choice: KeyChoice, reader: Reader): Promise<OnboardItem> {
  const { words, context } = reader;
  const stdin = () => fromStdin(choice, reader);
  const environment = () => fromEnvironment(choice, reader);
  const stored = () => fromStore(choice, reader);
  const ways = context.isTTY('stdin')
    ? words.nonInteractive
      ? [environment, stored]
      : [stdin]
    : words.nonInteractive
      ? [environment, stdin, stored]
      : [stdin, environment, stored];
  for (const way of ways) {
    const item = await way();
    if (item !== undefined) return item;
  }
  const means = `--${choice.flag}-file, --${choice.flag}-env, a pipe or ${choice.variable}`;
  throw missing(choice.name, `an API key of ${choice.label}`, means);
}

async function fromStdin(choice: KeyChoice, reader: Reader): Promise<OnboardItem | undefined> {
  const prompt = `${nouns.api_key} for ${choice.provider}: `;
  const given = await read({ kind: 'stdin', prompt }, '', reader);
  const isAnswer = given.text.trim() !== '' || reader.context.isTTY('stdin');
  return isAnswer ? itemOf(choice, given, reader) : undefined;
}

async function fromEnvironment(choice: KeyChoice, reader: Reader) {
  const { variables } = await look(reader.context);
  const found = variables.find(({ provider }) => provider === choice.provider);
  if (found === undefined) return undefined;
  const given = { text: found.secret.reveal(), named: found.name };
  const item = itemOf(choice, given, reader);
  reader.notes.push(`took the key from ${found.name} of the environment`);
  return item;
}

async function fromStore(
  { name, provider }: KeyChoice,
  { words, context }: Reader,
): Promise<OnboardItem | undefined> {
  if (words.envFile) return undefined;
  const { profiles } = await look(context);
  const found = profiles.find((each) => {
    return each.provider === provider && each.type === 'api_key' && each.status !== 'missing';
  });
  if (found === undefined) return undefined;
  return { kind: 'stored', choice: name, provider, profileId: found.id };
}

/** A question: whoever gives too little has changed nothing. */
async function look({ open, globals }: Context): Promise<Survey> {
  const app = await open({ write: false });
  return app.survey({ agent: globals.agent });
}

function missing(choice: string, what: string, ways: string) {
  return usage(
    `--auth-choice ${choice} needs ${what}: ${ways}`,
    `for example ${example.replace('openai-api-key', choice)}`,
  );
}
