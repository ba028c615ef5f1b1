import type { ProspectOutcome } from '../app/app.ts';
import type { Choice, Dialogue } from '../app/effects.ts';
import { formatRemaining, parseDuration } from '../domain/duration.ts';
import { variableProviders } from '../domain/env-keys.ts';
import { refuseKeptLogin } from '../domain/kept-login.ts';
import { normalizeProvider } from '../domain/provider.ts';
import { looksSecret } from '../domain/secret-marks.ts';
import { visible } from '../domain/visible.ts';
import { EpiloopError } from '../errors.ts';
import { CLAUDE_ID } from './claude-run.ts';
import type { Context } from './command.ts';
import { LONGEST_MS } from './commands/auth-paste.ts';
import { kindLabels, kindQuestion } from './kinds.ts';
import { isProfileId, isProviderId, type Kind } from './secret-origin.ts';

export interface EntryAnswers {
  /** normalised */
  readonly provider: string;
  readonly how: Kind | 'setup_token';
  readonly profileId: string;
  /** ms from now; undefined: not said */
  readonly expiresIn: number | undefined;
}

/** Everything but the secret. Reads the state as a question, and holds nothing open while asking. */
export async function askForEntry(dialogue: Dialogue, context: Context): Promise<EntryAnswers> {
  const { uses, place } = await lookAround(context);
  const provider = await askProvider(dialogue, uses, place.profiles);
  const how = await askKind(dialogue, provider);
  const profileId = await askProfile(dialogue, { provider, how, place, now: context.now });
  const expiresIn = how === 'api_key' ? undefined : await askExpiry(dialogue, how);
  return { provider, how, profileId, expiresIn };
}

interface Uses {
  /** a configured model needs them, and they have nothing */
  readonly missing: readonly string[];
  /** those that have something, or that a model needs */
  readonly known: readonly string[];
}

type Profiles = ProspectOutcome['profiles'];

async function lookAround(context: Context): Promise<{ uses: Uses; place: ProspectOutcome }> {
  const app = await context.open({ write: false });
  const { agent } = context.globals;
  const place = await app.prospect({ agent });
  const asked = { agent, allAgents: false, warnWithinMs: 0, check: false, usable: false };
  const { report, findings } = await app.status({ ...asked, inUse: false, compatMask: false });
  const { providers } = report().auth;
  const missing = findings.filter(({ reason }) => reason === 'missing');
  context.close();
  return {
    uses: {
      missing: missing.map(({ provider }) => provider).filter((id) => id !== undefined),
      known: providers.map(({ provider }) => provider),
    },
    place,
  };
}

const OTHER = 'another one';

async function askProvider(
  dialogue: Dialogue,
  { missing, known }: Uses,
  profiles: Profiles,
): Promise<string> {
  const ids = [...missing, ...known, ...variableProviders].map(normalizeProvider);
  const held = (id: string) => profiles.filter((each) => normalizeProvider(each.provider) === id);
  const hint = (id: string) => {
    const names = held(id).map((each) => visible(each.id));
    if (names.length > 0) return `has ${names.join(', ')}`;
    return missing.some((each) => normalizeProvider(each) === id)
      ? 'needed, and missing'
      : undefined;
  };
  const choices: Choice<string>[] = [...new Set(ids)]
    .filter((id) => isProviderId(id))
    .map((id) => ({ value: id, label: id, hint: hint(id) }));
  const chosen = await dialogue.choose('whose credential is it?', [
    ...choices,
    { value: OTHER, label: OTHER },
  ]);
  if (chosen !== OTHER) return chosen;
  const check = (text: string) =>
    isProviderId(text) && !looksSecret(text) ? undefined : 'the id of a provider, such as openai';
  return normalizeProvider(await dialogue.ask('the id of the provider', { check }));
}

function askKind(dialogue: Dialogue, provider: string): Promise<EntryAnswers['how']> {
  const kinds: EntryAnswers['how'][] = ['api_key', 'token'];
  if (provider === 'anthropic') kinds.push('setup_token');
  const choices = kinds.map((value) => ({ value, label: kindLabels[value] }));
  return dialogue.choose(kindQuestion, choices);
}

interface Slot extends Pick<EntryAnswers, 'provider' | 'how'> {
  readonly place: ProspectOutcome;
  readonly now: number;
}

const suffixes = { api_key: 'default', token: 'manual' } as const;

async function askProfile(dialogue: Dialogue, slot: Slot): Promise<string> {
  const { provider, how, place, now } = slot;
  const initial = how === 'setup_token' ? CLAUDE_ID : `${provider}:${suffixes[how]}`;
  for (;;) {
    const check = (text: string) => problemOf(text, slot);
    const id = await dialogue.ask('under which profile id?', { initial, check });
    const standing = place.profiles.find((each) => each.id === id);
    if (standing === undefined) return id;
    const what = `${standing.type} #${standing.fingerprint}${expiryText(standing.expiresAt, now)}`;
    if (await dialogue.confirm(`${visible(id)} holds ${what}; replace it?`, false)) return id;
  }
}

function problemOf(id: string, { place, now }: Slot): string | undefined {
  if (!isProfileId(id) || looksSecret(id)) return 'an id such as anthropic:work';
  try {
    refuseKeptLogin({ id, ...place }, now);
    return undefined;
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    return error.message;
  }
}

function expiryText(expiresAt: number | undefined, now: number): string {
  if (expiresAt === undefined || expiresAt <= 0) return '';
  return expiresAt <= now ? ', expired' : `, expires in ${formatRemaining(expiresAt - now)}`;
}

/** ms from now; undefined: nobody says, which a setup token's year rules out. */
export async function askExpiry(
  dialogue: Dialogue,
  how: 'token' | 'setup_token',
): Promise<number | undefined> {
  const check = (text: string) => {
    const ms = parseDuration(text, 'd') ?? 0;
    const isFine = (text === '' && how === 'token') || (ms > 0 && ms <= LONGEST_MS);
    return isFine ? undefined : 'a duration such as 30d or 365d';
  };
  const question =
    how === 'token' ? 'how long does it last? (empty: nobody says)' : 'how long does it last?';
  const answer = await dialogue.ask(question, {
    ...(how === 'setup_token' && { initial: '365d' }),
    check,
  });
  return parseDuration(answer, 'd');
}
