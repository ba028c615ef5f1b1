import type * as v from 'valibot';
import type { OnboardItem, OnboardOutcome, OnboardResult, Survey } from '../../app/onboarding.ts';
import type { ClientChoice, OtherChoice } from '../../domain/onboarding.ts';
import { shortenHome } from '../../domain/visible.ts';
import { EpiloopError } from '../../errors.ts';
import { usage } from '../argument.ts';
import { type Context, defineCommand } from '../command.ts';
import type { Line } from '../screen.ts';
import { redirect } from '../secret-origin.ts';
import { findingLines } from '../status-screen.ts';
import { refuseNoSync } from './auth-paste.ts';
import { type Gathered, gather } from './onboard-items.ts';
import {
  choiceLines,
  example,
  input,
  options,
  strayOption,
  type Words,
} from './onboard-options.ts';
import { type Plan, readPlan } from './onboard-plan.ts';
import { todayLines } from './onboard-today.ts';

interface Onboarded extends OnboardOutcome {
  /** what there is now for the providers concerned; only after a dialogue */
  readonly today: readonly string[];
}

export const onboard = defineCommand<v.InferOutput<typeof input>, Onboarded>({
  description:
    'Asks on a terminal what to set up, or stores what the options name: API keys,\n' +
    "a token, or the login of Claude Code or Codex. It becomes main's profile (or\n" +
    "--agent's) and is listed in the config; with --env-file a key becomes a\n" +
    'variable in .env of the state directory instead. A key that no option names is\n' +
    'typed on a terminal; else it is read from standard input, then taken from its\n' +
    'variable, and one that is stored already will do; with --non-interactive, two\n' +
    'keys that differ are refused (64). A secret on the command line is visible to\n' +
    'others on this host: taken, with a warning.\n' +
    'Choices:\n' +
    choiceLines,
  options,
  positionals: [redirect],
  input,
  examples: [
    'epiloop onboard',
    example,
    'epiloop onboard --non-interactive --auth-choice claude-cli',
    'epiloop onboard --openai-api-key-file o.txt --zai-api-key-env KEY',
  ],
  stray: strayOption,
  async run(words, context) {
    const plan = readPlan(words, context.globals);
    refuseNoSync(context);
    if (plan.choice === undefined && plan.keys.length === 0) return talk(words, context);
    const isAsked = !words.nonInteractive && context.isTTY('stdin');
    if (plan.choice?.kind === 'setup' && isAsked) {
      const { setUpHere } = await import('./onboard-setup.ts');
      return { ...(await setUpHere(plan.choice, context)), today: [] };
    }
    const gathered = await withChoice(plan, words, context);
    return store(gathered, context);
  },
  render: (outcome) => [
    ...(outcome.results.length === 0 ? ['nothing was stored'] : []),
    ...outcome.results.map((result) => resultLine(result, outcome.home)),
    ...configLines(outcome),
    ...outcome.findings.flatMap(findingLines),
    ...(outcome.today.length === 0 ? [] : ['', ...outcome.today]),
  ],
  json: ({ results, config, findings }) => ({
    schemaVersion: 1,
    results: results.map((result) => ({ ...result, replaced: result.action === 'replaced' })),
    config,
    findings,
  }),
  output: async () => (await import('../schemas/onboard.ts')).onboard,
  notices: ({ notices }) => notices,
});

/** The choices that need no secret, or are refused. */
async function withChoice(plan: Plan, words: Words, context: Context): Promise<Gathered> {
  const { choice } = plan;
  switch (choice?.kind) {
    case 'none':
      return { items: [], notes: [] };
    case 'client':
      return { items: [clientItem(choice)], notes: [] };
    case 'setup':
      return setupToken();
    case 'login':
    case 'variables':
      throw notHere(choice);
    default:
      return gather(plan, words, context);
  }
}

function clientItem(choice: ClientChoice): OnboardItem {
  const { name, provider, profileId } = choice;
  return { kind: 'client', choice: name, provider, profileId };
}

/** Without a person there is nobody to log in, and nobody who reads what claude prints. */
function setupToken(): never {
  throw new EpiloopError('refused', 'claude setup-token needs a terminal, nothing was stored', {
    hint:
      'run claude setup-token where there is a browser, then here ' +
      'epiloop models auth paste-token --provider anthropic --expires-in 365d',
  });
}

function notHere({ kind, label, hint }: OtherChoice) {
  if (kind === 'variables') return usage(`${label} has no API key, nothing was stored`, hint);
  return new EpiloopError('refused', `onboard cannot log in to ${label}, nothing was stored`, {
    hint,
  });
}

async function talk(words: Words, context: Context): Promise<Onboarded> {
  if (words.nonInteractive) {
    throw usage('nothing to set up: name --auth-choice or a key', `for example ${example}`);
  }
  if (!context.isTTY('stdin') || !context.isTTY('stderr')) {
    throw new EpiloopError('refused', 'there is no terminal to ask on', {
      hint: `for example ${example}`,
    });
  }
  const { ask } = await import('./onboard-dialogue.ts');
  const gathered = await ask(words, context);
  const providers = new Set(gathered.items.map(({ provider }) => provider));
  return store(gathered, context, (survey) => todayLines(survey, providers));
}

async function store(
  { items, notes }: Gathered,
  { open, globals: { agent } }: Context,
  tell?: (survey: Survey) => readonly string[],
): Promise<Onboarded> {
  if (items.length === 0)
    return { results: [], config: [], findings: [], notices: notes, today: [] };
  const app = await open();
  const outcome = await app.onboard({ agent, items });
  const today = tell?.(await app.survey({ agent })) ?? [];
  return { ...outcome, notices: [...notes, ...outcome.notices], today };
}

function resultLine({ fingerprint, action, ...result }: OnboardResult, home?: string): Line {
  const { profileId, variable, agentId } = result;
  const where = `in ${shortenHome(result.path, home)}`;
  if (variable !== undefined) {
    const verb = { stored: 'set', replaced: 'replaced', kept: 'kept' }[action];
    return `${verb} ${variable} (#${fingerprint}) ${where}`;
  }
  return `${action} ${profileId} (#${fingerprint}) for agent ${agentId} ${where}`;
}

/** One edit after the other leaves one copy each; a person needs to know the files. */
function configLines({ config, home }: Onboarded): Line[] {
  const paths = new Set(config.map(({ path }) => shortenHome(path, home)));
  return [...paths].map((path) => `listed in ${path}; a running gateway restarts on it`);
}
