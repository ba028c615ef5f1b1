import type { OnboardItem, Survey } from '../../app/onboarding.ts';
import type { KeyChoice } from '../../domain/onboarding.ts';
import { usage } from '../argument.ts';
import type { Context } from '../command.ts';
import { nouns } from '../secret-origin.ts';
import { itemOf, missing, type Reader, read } from './onboard-given.ts';

/** A scripted run's standard input may be a pipe that nobody writes to or closes. */
const IDLE_MS = 5000;

/**
 * A key that no option names: typed unseen on a terminal. Without one it is read from standard
 * input, else taken from the environment, else from what is stored. A script that pipes one in
 * while the environment has another is refused: whichever was taken, the other could be meant.
 */
export async function lookUp(choice: KeyChoice, reader: Reader): Promise<OnboardItem> {
  const { words, context } = reader;
  const isTerminal = context.isTTY('stdin');
  const piped = isTerminal && words.nonInteractive ? undefined : await fromStdin(choice, reader);
  if (piped !== undefined) {
    if (words.nonInteractive) await refuseTwo(choice, piped, reader);
    return piped;
  }
  if (!isTerminal || words.nonInteractive) {
    const item = (await fromEnvironment(choice, reader)) ?? (await fromStore(choice, reader));
    if (item !== undefined) return item;
  }
  const means = `--${choice.flag}-file, --${choice.flag}-env, a pipe or ${choice.variable}`;
  throw missing(choice.name, `an API key of ${choice.label}`, means);
}

async function fromStdin(choice: KeyChoice, reader: Reader): Promise<OnboardItem | undefined> {
  const { words, context } = reader;
  const prompt = `${nouns.api_key} for ${choice.provider}: `;
  const wait = words.nonInteractive ? { idleMs: IDLE_MS } : {};
  const given = await read({ kind: 'stdin', prompt, ...wait }, '', reader);
  const isAnswer = given.text.trim() !== '' || context.isTTY('stdin');
  return isAnswer ? itemOf(choice, given, reader) : undefined;
}

async function refuseTwo({ flag, provider }: KeyChoice, piped: OnboardItem, { context }: Reader) {
  const found = await inEnvironment(provider, context);
  if (found === undefined || !('key' in piped) || piped.key.equals(found.secret)) return;
  throw usage(
    `two keys were given, on standard input and in ${found.name}: nothing was stored`,
    `--${flag}-file - takes the piped one, --${flag}-env ${found.name} the other`,
  );
}

async function fromEnvironment(choice: KeyChoice, reader: Reader) {
  const found = await inEnvironment(choice.provider, reader.context);
  if (found === undefined) return undefined;
  const given = { text: found.secret.reveal(), named: found.name };
  const item = itemOf(choice, given, reader);
  reader.notes.push(`took the key from ${found.name} of the environment`);
  return item;
}

async function inEnvironment(provider: string, context: Context) {
  const { variables } = await look(context);
  return variables.find((each) => each.provider === provider);
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
