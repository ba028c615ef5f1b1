import * as v from 'valibot';
import type { StatusOutcome } from '../../app/app.ts';
import { usage } from '../argument.ts';
import { type Context, defineCommand } from '../command.ts';
import { duration, flag, instant, oneOf } from '../input.ts';
import { probeOptions, probeRequest, probing } from '../probe-words.ts';
import { type Line, styled } from '../screen.ts';
import { findingLine, statusScreen } from '../status-screen.ts';

const input = v.strictObject({
  check: flag,
  usable: flag,
  inUse: flag,
  warnWithin: v.optional(duration('h'), '24h'),
  plain: flag,
  at: v.optional(instant),
  compatMask: flag,
  allAgents: flag,
  format: v.optional(oneOf(['text', 'json'])),
  ...probing,
});

type Input = v.InferOutput<typeof input>;

export const modelsStatus = defineCommand<Input, StatusOutcome>({
  description:
    'Answers from what is stored and from the files of the gateway and of other\n' +
    'clients. With --check it prints one line per finding, nothing when all is good,\n' +
    'and the exit code is the answer: 0 good, 1 expired, missing or unusable,\n' +
    '2 expiring, 64 and above could not tell (epiloop help check).\n\n' +
    'With --probe one tiny request goes out with each credential of the providers in\n' +
    'use: each profile, and the key of the environment or the config. Tokens that are\n' +
    'due are refreshed before. Nothing is counted as a use or a failure.',
  options: [
    { flags: '--check', summary: 'answer with the exit code' },
    { flags: '--usable', summary: '--check: logins that can refresh are good' },
    { flags: '--in-use', summary: '--check: only for the configured models' },
    { flags: '--warn-within <duration>', summary: 'what counts as expiring (24h)' },
    { flags: '--plain', summary: 'the default model only' },
    { flags: '--at <time>', summary: 'judge as of then: RFC 3339, or epoch ms' },
    { flags: '--compat-mask', summary: 'mask secrets as the gateway does' },
    { flags: '--all-agents', summary: 'every agent of this host, main first' },
    { flags: '--format <format>', summary: 'text or json', values: ['text', 'json'] },
    ...probeOptions,
  ],
  input,
  examples: [
    'epiloop models status',
    'epiloop models status --check --warn-within 7d',
    'epiloop models status --check --usable --in-use || echo "ask the operator"',
    'epiloop models status --json --agent work',
    'epiloop models status --probe --probe-provider anthropic --probe-timeout 5000',
  ],
  async run(given, context) {
    refuseContradictions(given, context);
    const probe = probeRequest(given, { ...given, json: isJson(given, context) }, context);
    const app = await context.open();
    return app.status({
      agent: context.globals.agent,
      allAgents: given.allAgents,
      warnWithinMs: given.warnWithin,
      at: given.at,
      check: given.check,
      usable: given.usable,
      inUse: given.inUse,
      compatMask: given.compatMask,
      ...(probe !== undefined && { probe }),
    });
  },
  render: renderStatus,
  json: (outcome) =>
    outcome.agents === undefined
      ? outcome.report()
      : { schemaVersion: 1, agents: outcome.agents() },
  output: async () => (await import('../schemas/models-status.ts')).modelsStatus,
  exit: (outcome, given) => (given.check ? outcome.exitCode : 0),
  notices: (outcome) => outcome.notices,
  wantsJson: (given) => given.format === 'json',
});

function isJson({ format }: Input, { globals }: Context): boolean {
  return globals.json || format === 'json';
}

function refuseContradictions(given: Input, context: Context): void {
  const { globals } = context;
  const json = isJson(given, context);
  if (given.plain && json) throw usage('--plain and --json exclude each other');
  if (globals.json && given.format === 'text') {
    throw usage('--json and --format text exclude each other');
  }
  if (given.allAgents && globals.agent !== undefined) {
    throw usage('--all-agents and --agent exclude each other');
  }
  if (!given.check && (given.usable || given.inUse)) {
    const name = given.usable ? '--usable' : '--in-use';
    throw usage(`${name} needs --check`, `add --check, or leave ${name} out`);
  }
}

/** Good is silent, so that cron has nothing to mail; otherwise every finding is told. */
function renderStatus(outcome: StatusOutcome, given: Input): readonly Line[] {
  if (given.plain) return [outcome.report().resolvedDefault];
  if (!given.check) return screens(outcome);
  return outcome.exitCode === 0 ? [] : outcome.findings.map(findingLine);
}

function screens({ report, agents, home }: StatusOutcome): readonly Line[] {
  if (agents === undefined) return statusScreen(report(), home);
  return agents().flatMap((each, index) => [
    ...(index === 0 ? [] : ['']),
    [styled('heading', `Agent ${each.agentId}`)],
    ...statusScreen(each, home),
  ]);
}
