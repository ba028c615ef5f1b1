import type { OnboardItem } from '../../app/onboarding.ts';
import { type KeyChoice, keyOptions, misfitOfAnthropic } from '../../domain/onboarding.ts';
import type { Secret } from '../../domain/secret.ts';
import { checkSecret } from '../../domain/secret-check.ts';
import { foreignOwner } from '../../domain/secret-marks.ts';
import { EpiloopError } from '../../errors.ts';
import { usage } from '../argument.ts';
import type { Context } from '../command.ts';
import { example, type Words } from './onboard-options.ts';
import type { Origin } from './onboard-plan.ts';

/** One secret as it was given; `named` is what said where it is. */
interface Given {
  readonly text: string;
  readonly named: string;
}

export interface Reader {
  readonly words: Words;
  readonly context: Context;
  readonly notes: string[];
}

export async function read(from: Origin, option: string, reader: Reader): Promise<Given> {
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

export function itemOf(choice: KeyChoice, given: Given, { words, notes }: Reader): OnboardItem {
  const { name, provider, variable } = choice;
  const key = checked(given, { provider, kind: 'api_key' }, notes);
  const common = { choice: name, provider, key };
  return words.envFile
    ? { ...common, kind: 'variable', name: variable }
    : { ...common, kind: 'key' };
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

export function missing(choice: string, what: string, ways: string) {
  return usage(
    `--auth-choice ${choice} needs ${what}: ${ways}`,
    `for example ${example.replace('openai-api-key', choice)}`,
  );
}
