import type { Choice, Dialogue } from '../../app/effects.ts';
import type { OnboardItem } from '../../app/onboarding.ts';
import {
  clientChoices,
  type KeyChoice,
  keyOptions,
  type OtherChoice,
  otherChoices,
} from '../../domain/onboarding.ts';
import type { Secret } from '../../domain/secret.ts';
import { EpiloopError } from '../../errors.ts';
import { askExpiry } from '../add-questions.ts';
import type { Context } from '../command.ts';
import { kindLabels, kindQuestion } from '../kinds.ts';
import { nouns } from '../secret-origin.ts';
import { checked } from './onboard-given.ts';
import type { Gathered } from './onboard-items.ts';
import { example, type Words } from './onboard-options.ts';
import type { SetupTalk } from './onboard-setup.ts';
import { todayLines } from './onboard-today.ts';

interface Talk {
  readonly dialogue: Dialogue;
  readonly context: Context;
  readonly words: Words;
  readonly notes: string[];
}

/**
 * Asks what to set up until nothing more is wanted. Nothing is stored before the last answer, so
 * that Escape and Ctrl-C leave nothing behind.
 */
export async function ask(words: Words, context: Context): Promise<Gathered> {
  const dialogue = await context.dialogue(`for example ${example}`);
  const app = await context.open({ write: false });
  const survey = await app.survey({ agent: context.globals.agent });
  context.close();
  const talk: Talk = { dialogue, context, words, notes: [] };
  const today = todayLines(survey);
  let question =
    today.length === 0
      ? 'nothing is set up yet: what shall be?'
      : `what there is today:\n${today.join('\n')}\nwhat shall be set up?`;
  let items: readonly OnboardItem[] = [];
  do {
    const item = await askOne(question, talk);
    // of one place the last word counts
    if (item !== undefined) {
      items = [...items.filter((other) => placeOf(other) !== placeOf(item)), item];
    }
    question = 'what else shall be set up?';
  } while (await dialogue.confirm('anything else?', false));
  if (items.length > 0) await confirmAll(items, survey.profiles, talk);
  return { items, notes: talk.notes };
}

/** What no key opens comes last. */
const others = otherChoices.filter(({ kind }) => kind === 'variables');

async function askOne(question: string, talk: Talk): Promise<OnboardItem | undefined> {
  const named = await talk.dialogue.choose(question, [
    ...keyOptions.map(({ provider: value, label }) => ({ value, label })),
    ...clientChoices
      .filter(({ provider }) => !keyOptions.some((key) => key.provider === provider))
      .map(({ provider: value, label }) => ({ value, label })),
    ...others.map(({ name: value, label }) => ({ value, label })),
  ]);
  const other = others.find(({ name }) => name === named);
  if (other !== undefined) return explain(other, talk);
  const key = keyOptions.find(({ provider }) => provider === named);
  const how = await askHow(named, key, talk);
  const client = clientChoices.find(({ name }) => name === how);
  if (client !== undefined) {
    const { name: choice, provider, profileId } = client;
    return { kind: 'client', choice, provider, profileId };
  }
  if (how === 'token') return askToken(named, talk);
  if (how === 'setup') return (await import('./onboard-setup.ts')).askSetupToken(setupTalk(talk));
  return key === undefined ? undefined : askKey(key, talk);
}

async function explain({ label, hint }: OtherChoice, { dialogue }: Talk): Promise<undefined> {
  await dialogue.confirm(`${label} has no API key: ${hint}. noted?`, true);
}

function setupTalk(talk: Talk): SetupTalk {
  return { ...talk, askSecret: (prompt, check) => askSecret(prompt, check, talk) };
}

/** Only Anthropic leaves a choice; a lone other way is taken without a question. */
async function askHow(
  provider: string,
  key: KeyChoice | undefined,
  { dialogue, words }: Talk,
): Promise<string> {
  const client = clientChoices.find((each) => each.provider === provider);
  if (key === undefined) return client?.name ?? 'key';
  if (client === undefined || words.envFile) return 'key';
  return dialogue.choose<string>(kindQuestion, [
    { value: 'key', label: kindLabels.api_key },
    { value: 'token', label: kindLabels.token },
    { value: 'setup', label: kindLabels.setup_token },
    { value: client.name, label: client.label, hint: 'as it is on this host' },
  ]);
}

async function askToken(provider: string, talk: Talk): Promise<OnboardItem> {
  const expiresInMs = await askExpiry(talk.dialogue, 'token');
  const token = await askFor(provider, 'token', talk);
  const profileId = `${provider}:default`;
  return { kind: 'token', choice: 'token', provider, token, profileId, expiresInMs };
}

const places: readonly Choice<'store' | 'variable'>[] = [
  { value: 'store', label: 'a profile', hint: 'in the store, for one agent' },
  { value: 'variable', label: 'a variable', hint: 'in .env, for all agents' },
];

async function askKey(choice: KeyChoice, talk: Talk): Promise<OnboardItem> {
  const { dialogue, context, words } = talk;
  const { name, provider, variable } = choice;
  const isFixed = words.envFile || context.globals.agent !== undefined;
  const fixed = words.envFile ? 'variable' : 'store';
  const where = isFixed ? fixed : await dialogue.choose('as what?', places);
  const key = await askFor(provider, 'api_key', talk);
  const common = { choice: name, provider, key };
  return where === 'store'
    ? { ...common, kind: 'key' }
    : { ...common, kind: 'variable', name: variable };
}

function askFor(provider: string, kind: 'token' | 'api_key', talk: Talk): Promise<Secret> {
  const named = 'what was entered';
  return askSecret(
    `${nouns[kind]} for ${provider}: `,
    (text) => checked({ text, named }, { provider, kind }, talk.notes),
    talk,
  );
}

/** Typed unseen, until it can be one or the person gives up. */
async function askSecret(
  prompt: string,
  check: (text: string) => Secret,
  { context, dialogue }: Talk,
): Promise<Secret> {
  for (;;) {
    const { text } = await context.readSecret({ kind: 'stdin', prompt });
    try {
      return check(text);
    } catch (error) {
      if (!(error instanceof EpiloopError)) throw error;
      const hint = error.hint === undefined ? '' : ` (${error.hint})`;
      if (!(await dialogue.confirm(`${error.message}${hint}. try again?`, true))) throw error;
    }
  }
}

async function confirmAll(
  items: readonly OnboardItem[],
  profiles: readonly { readonly id: string }[],
  { dialogue }: Talk,
): Promise<void> {
  const lines = items.map((item) => {
    const place = placeOf(item);
    const isThere = profiles.some(({ id }) => id === place);
    return `- ${place}${isThere ? ', in place of the one there is' : ''}`;
  });
  if (await dialogue.confirm(`store this?\n${lines.join('\n')}`, true)) return;
  throw new EpiloopError('no', 'nothing was stored', { hint: 'run it again to begin anew' });
}

/** A profile id, or a variable. */
function placeOf(item: OnboardItem): string {
  if (item.kind === 'variable') return item.name;
  return item.kind === 'key' ? `${item.provider}:default` : item.profileId;
}
