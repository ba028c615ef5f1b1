import * as v from 'valibot';
import type { App, OrderOutcome } from '../../app/app.ts';
import { type CommandSpec, defineCommand, type Option } from '../command.ts';
import { name } from '../input.ts';
import type { Line } from '../screen.ts';

const provider: Option = { flags: '--provider <name>', summary: 'whose profiles (required)' };

const request = v.strictObject({ provider: name });

type Given = v.InferOutput<typeof request>;

const common = {
  options: [provider],
  json: ({ agentId, agentDir, provider: name, authStorePath, order, effective }: OrderOutcome) => ({
    ...{ agentId, agentDir, provider: name, authStorePath, order },
    schemaVersion: 1,
    effective,
  }),
  output: async () => (await import('../schemas/auth-order.ts')).authOrder,
  notices: ({ notices }: OrderOutcome) => notices,
} satisfies Partial<CommandSpec<never, OrderOutcome>>;

export const orderGet = defineCommand<Given, OrderOutcome>({
  ...common,
  description: "An agent's own order of profiles, and what is used in the end. Writes nothing.",
  input: request,
  examples: ['epiloop models auth order get --provider anthropic --agent work'],
  async run({ provider: name }, { globals, open }) {
    const app = await open({ write: false });
    return app.getOrder({ provider: name, agent: globals.agent });
  },
  render: (outcome) => [
    ...head(outcome),
    `Auth file: ${outcome.authStorePath}`,
    `Order override: ${outcome.order?.join(', ') ?? '(none)'}`,
    ...effectiveLines(outcome),
  ],
});

const setInput = v.strictObject({
  ...request.entries,
  ids: v.pipe(v.array(v.string()), v.minLength(1, 'name at least one profile id')),
});

export const orderSet = defineCommand<v.InferOutput<typeof setInput>, OrderOutcome>({
  ...common,
  description:
    'Locks the agent to these profiles, in this order. Only its own order is written,\n' +
    'whatever it inherits; each id must be a profile of the provider.',
  positionals: [{ name: 'ids', required: true, repeat: true }],
  input: setInput,
  examples: ['epiloop models auth order set --provider anthropic anthropic:claude-cli'],
  run: ({ provider: name, ids }, { globals, open }) =>
    asked(open, (app) => app.setOrder({ provider: name, agent: globals.agent, ids })),
  render: (outcome) => [
    ...head(outcome),
    `Order override: ${outcome.order?.join(', ') ?? '(none)'}`,
    ...effectiveLines(outcome),
  ],
});

export const orderClear = defineCommand<Given, OrderOutcome>({
  ...common,
  description: "Takes the agent's own order away; main's or the config's may still apply.",
  input: request,
  examples: ['epiloop models auth order clear --provider anthropic'],
  run: ({ provider: name }, { globals, open }) =>
    asked(open, (app) => app.clearOrder({ provider: name, agent: globals.agent })),
  render: (outcome) => [
    ...head(outcome),
    'Cleared per-agent order override.',
    ...effectiveLines(outcome),
  ],
});

async function asked(
  open: () => Promise<App>,
  ask: (app: App) => Promise<OrderOutcome>,
): Promise<OrderOutcome> {
  return ask(await open());
}

function head({ agentId, provider: name }: OrderOutcome): Line[] {
  return [`Agent: ${agentId}`, `Provider: ${name}`];
}

const origins = {
  agent: undefined,
  main: "from main's file",
  config: 'from auth.order of the config',
  rotation: undefined,
} as const;

/** Said only where the agent's own word is not the last: the rest is what was asked. */
function effectiveLines({ effective }: OrderOutcome): Line[] {
  const origin = origins[effective.from];
  if (origin === undefined) return [];
  return [`In force: ${effective.order.join(', ') || '(none)'} (${origin})`];
}
