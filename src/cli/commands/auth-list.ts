import * as v from 'valibot';
import type { ListedAgent, ListedProfile, ListOutcome } from '../../app/app.ts';
import { formatRemaining } from '../../domain/duration.ts';
import { shortenHome } from '../../domain/visible.ts';
import { defineCommand } from '../command.ts';
import { type Line, styled } from '../screen.ts';
import { findingLines, statusWord } from '../status-screen.ts';

const input = v.strictObject({});

export const authList = defineCommand<v.InferOutput<typeof input>, ListOutcome>({
  description:
    'Every profile that each agent can use, its own and those it inherits from main.\n' +
    'Secrets show as fingerprints. Nothing is written.',
  options: [],
  input,
  examples: ['epiloop models auth list', 'epiloop models auth list --agent work --json'],
  async run(_given, context) {
    const app = await context.open({ write: false });
    return app.list({ agent: context.globals.agent });
  },
  render: ({ agents, now, home, findings }) => [
    ...agents.flatMap((agent) => agentLines(agent, now, home)),
    ...findings.flatMap(findingLines),
  ],
  json: ({ agents, findings }) => ({ schemaVersion: 1, agents, findings }),
  output: async () => (await import('../schemas/auth-list.ts')).authList,
  notices: ({ notices }) => notices,
});

function agentLines(agent: ListedAgent, now: number, home: string | undefined): Line[] {
  const heading: Line = [
    styled('heading', `Agent ${agent.agentId}`),
    ` ${shortenHome(agent.storePath, home)}`,
  ];
  if (agent.profiles.length === 0) return [heading, '- none'];
  return [heading, ...agent.profiles.map((profile) => profileLine(profile, now))];
}

function profileLine(profile: ListedProfile, now: number): Line {
  const { id, type, fingerprint, email, inherited, status, blank } = profile;
  const notes = [...(email ? [email] : []), ...(inherited ? ['from main'] : [])];
  const behind = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  if (blank) return [`- ${id} ${type} `, styled('bad', 'blank'), behind];
  const words = `${expiryWords(profile, now)}${behind}`;
  return [`- ${id} ${type} #${fingerprint} `, statusWord(status), words];
}

function expiryWords({ status, expiresAt }: ListedProfile, now: number): string {
  if (expiresAt === undefined || status === 'static' || status === 'missing') return '';
  if (status === 'expired') return ` ${formatRemaining(now - expiresAt)} ago`;
  return ` expires in ${formatRemaining(expiresAt - now)}`;
}
