import * as v from 'valibot';
import type {
  CooldownClearOutcome,
  CooldownListOutcome,
  RestingAgent,
  RestingProfile,
} from '../../app/rest.ts';
import { formatRemaining } from '../../domain/duration.ts';
import { looksSecret } from '../../domain/secret-marks.ts';
import { shortenHome } from '../../domain/visible.ts';
import { usage } from '../argument.ts';
import { defineCommand } from '../command.ts';
import { flag } from '../input.ts';
import { type Line, styled } from '../screen.ts';
import { findingLines } from '../status-screen.ts';

const listInput = v.strictObject({ provider: v.optional(v.string()), allAgents: flag });

export const cooldownList = defineCommand<v.InferOutput<typeof listInput>, CooldownListOutcome>({
  description:
    'Every profile that rests after failures, as the agent sees it (the default agent\n' +
    'without --agent): for how long, why, and what was counted. Writes nothing.',
  options: [
    { flags: '--provider <id>', summary: 'only its profiles' },
    { flags: '--all-agents', summary: 'every agent of this host, main first' },
  ],
  input: listInput,
  examples: [
    'epiloop models auth cooldown list',
    'epiloop models auth cooldown list --all-agents --json',
  ],
  async run({ provider, allAgents }, { globals, open }) {
    if (allAgents && globals.agent !== undefined) {
      throw usage('--all-agents and --agent exclude each other');
    }
    const app = await open({ write: false });
    return app.listCooldowns({ provider, allAgents, agent: globals.agent });
  },
  render: ({ agents, now, home, findings }) => [
    ...agents.flatMap((agent) => agentLines(agent, now, home)),
    ...findings.flatMap(findingLines),
  ],
  json({ agents, findings }, { allAgents }) {
    const [one] = agents;
    return allAgents
      ? { schemaVersion: 1, agents, findings }
      : { schemaVersion: 1, ...one, findings };
  },
  output: async () => (await import('../schemas/cooldown-list.ts')).cooldownList,
  notices: ({ notices }) => notices,
});

function agentLines(agent: RestingAgent, now: number, home: string | undefined): Line[] {
  const heading: Line = [
    styled('heading', `Agent ${agent.agentId}`),
    ` ${shortenHome(agent.storePath, home)}`,
  ];
  if (agent.profiles.length === 0) return [heading, [styled('dim', '- none rests')]];
  return [heading, ...agent.profiles.flatMap((profile) => profileLines(profile, now))];
}

function profileLines(profile: RestingProfile, now: number): Line[] {
  const { profileId, kind, reason, until, remainingMs, provider, inherited } = profile;
  const word = kind === 'cooldown' ? 'cooling down' : `disabled${reason ? ` (${reason})` : ''}`;
  const notes = [
    ...(provider === undefined ? ['no such profile is stored'] : []),
    ...(inherited ? ["by main's file"] : []),
  ];
  const behind = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  const left = ` for another ${formatRemaining(remainingMs)}, until ${timeOf(until)}${behind}`;
  return [[`- ${profileId} `, styled('warn', word), left], ...counted(profile, now)];
}

/** `  3 failures (rate_limit 2, auth 1), the last 5m ago; last used 2h ago` */
function counted(profile: RestingProfile, now: number): Line[] {
  const { errorCount, failureCounts, lastFailureAt, lastUsed } = profile;
  const kinds = Object.entries(failureCounts).map(([reason, count]) => `${reason} ${count}`);
  const which = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
  const last = lastFailureAt === undefined ? '' : `, the last ${ago(lastFailureAt, now)}`;
  const failures =
    errorCount === undefined ? [] : [`${errorCount} failure${plural(errorCount)}${which}${last}`];
  const used = lastUsed === undefined ? [] : [`last used ${ago(lastUsed, now)}`];
  const parts = [...failures, ...used];
  return parts.length === 0 ? [] : [`  ${parts.join('; ')}`];
}

function plural(count: number): string {
  return count === 1 ? '' : 's';
}

function ago(at: number, now: number): string {
  return now - at < 30_000 ? 'just now' : `${formatRemaining(now - at)} ago`;
}

/** A file may hold any number; a date is not made of all of them. */
function timeOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? `${at}` : date.toISOString().replace(/\.\d+Z$/, 'Z');
}

const clearInput = v.strictObject({
  id: v.optional(v.string()),
  provider: v.optional(v.string()),
});

export const cooldownClear = defineCommand<v.InferOutput<typeof clearInput>, CooldownClearOutcome>({
  description:
    'Ends the rest of a profile, or of all of a provider: cooldown, disabling and the\n' +
    'counted failures go. For the default agent without --agent; what that one only\n' +
    "inherits is cleared in main's file. One that does not rest is left as it is.",
  options: [{ flags: '--provider <id>', summary: 'all its profiles, in place of an id' }],
  positionals: [{ name: 'id' }],
  input: clearInput,
  examples: [
    'epiloop models auth cooldown clear anthropic:manual',
    'epiloop models auth cooldown clear --provider anthropic --agent work',
  ],
  async run({ id, provider }, { globals, open }) {
    const { agent } = globals;
    if (id !== undefined && looksSecret(id)) {
      throw usage('that is a secret, not the id of a profile', 'epiloop models auth list has them');
    }
    if (id !== undefined && provider !== undefined) {
      throw usage('an id and --provider exclude each other');
    }
    const what = id !== undefined ? { id } : provider !== undefined ? { provider } : undefined;
    if (what === undefined) {
      throw usage('which profile?', 'name one, or --provider for all of a provider');
    }
    const app = await open();
    return app.clearCooldown({ what, agent });
  },
  render: (outcome, given) => [
    ...clearedLines(outcome, given),
    ...outcome.findings.flatMap(findingLines),
  ],
  json: ({ agentId, agentDir, cleared, findings }) => ({
    ...{ schemaVersion: 1, agentId, agentDir, cleared, findings },
  }),
  output: async () => (await import('../schemas/cooldown-clear.ts')).cooldownClear,
  notices: ({ notices }) => notices,
});

function clearedLines(
  { agentId, cleared, home }: CooldownClearOutcome,
  { id, provider }: v.InferOutput<typeof clearInput>,
): Line[] {
  if (cleared.length === 0) {
    const what = id ?? `no profile of ${provider}`;
    const verb = id === undefined ? 'rests' : 'does not rest';
    return [`${what} ${verb} for agent ${agentId}: nothing to clear`];
  }
  return cleared.map((each) => {
    const inherited = each.agentId === agentId ? '' : `, from which agent ${agentId} inherits it`;
    const file = shortenHome(each.storePath, home);
    return `cleared ${each.profileId} of agent ${each.agentId} in ${file}${inherited}`;
  });
}
