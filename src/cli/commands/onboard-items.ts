import type { OnboardItem } from '../../app/onboarding.ts';
import { normalizeProvider } from '../../domain/provider.ts';
import type { Context } from '../command.ts';
import { nouns } from '../secret-origin.ts';
import { checked, itemOf, missing, type Reader, read } from './onboard-given.ts';
import { lookUp } from './onboard-lookup.ts';
import type { Words } from './onboard-options.ts';
import type { KeyOrigin, Origin, Plan } from './onboard-plan.ts';

/** What is to be stored, and what to say about how it came in. */
export interface Gathered {
  readonly items: readonly OnboardItem[];
  /** one line each, for standard error */
  readonly notes: readonly string[];
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

function keyItem({ choice, option, from }: KeyOrigin, plan: Plan, reader: Reader) {
  // the gateway has two choices for one key
  const isAsked = plan.choice?.kind === 'key' && plan.choice.flag === choice.flag;
  const named = isAsked && plan.choice?.kind === 'key' ? plan.choice : choice;
  return read(from, option, reader).then((given) => itemOf(named, given, reader));
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
