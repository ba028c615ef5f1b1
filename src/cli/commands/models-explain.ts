import * as v from 'valibot';
import type { ExplainOutcome, Otherwise } from '../../app/rest.ts';
import { formatRemaining } from '../../domain/duration.ts';
import type { ExplainedCandidate } from '../../domain/explanation.ts';
import type { Step } from '../../domain/simulation.ts';
import { defineCommand } from '../command.ts';
import { instant } from '../input.ts';
import { type Line, styled } from '../screen.ts';
import { findingLines } from '../status-screen.ts';

const input = v.strictObject({
  provider: v.string('--provider is required'),
  at: v.optional(instant),
  profileId: v.optional(v.string()),
  session: v.optional(v.string()),
  simulate: v.optional(v.string()),
});

export const modelsExplain = defineCommand<v.InferOutput<typeof input>, ExplainOutcome>({
  description:
    'Which credential of a provider the agent uses (the default agent without\n' +
    '--agent), whose list decides it, and what became of every other. Exit 1 where\n' +
    'nothing can be used. Writes nothing. With --simulate the same after uses that\n' +
    'are made up: <id>=ok or <id>=rate_limit (or another reason), and +10m for time.',
  options: [
    { flags: '--provider <id>', summary: 'whose credentials (required)' },
    { flags: '--profile-id <id>', summary: "first, as a session's pin puts it" },
    { flags: '--session <key>', summary: 'with the pin of this session' },
    { flags: '--at <time>', summary: 'as of then: RFC 3339, or epoch ms' },
    { flags: '--simulate <script>', summary: 'what would be used after these uses' },
  ],
  input,
  examples: [
    'epiloop models explain --provider anthropic',
    'epiloop models explain --provider anthropic --session agent:main:main',
    'epiloop models explain --provider openai --simulate openai:default=billing,+5h',
  ],
  async run(given, { globals, open }) {
    const app = await open({ write: false });
    return app.explain({ ...given, agent: globals.agent });
  },
  render: screen,
  json: ({ provider, agentId, agentDir, basis, candidates, ...rest }) => ({
    ...{ schemaVersion: 1, provider, agentId, agentDir, basis, candidates },
    next: rest.next ?? null,
    otherwise: rest.otherwise ?? null,
    passesProfiles: rest.passesProfiles,
    findings: rest.findings,
    steps: rest.steps,
  }),
  output: async () => (await import('../schemas/models-explain.ts')).modelsExplain,
  exit: ({ exitCode }) => exitCode,
  notices: ({ notices }) => notices,
});

const lists: Readonly<Record<ExplainOutcome['basis'], string>> = {
  agent: "the agent's own order",
  main: "main's order",
  config: 'auth.order of the config',
  config_profiles: 'auth.profiles of the config',
  stored: 'all that is stored',
};

function screen(outcome: ExplainOutcome): readonly Line[] {
  const { agentId, provider, basis, candidates, findings, steps, now } = outcome;
  const kept = candidates.filter(({ verdict }) => verdict !== 'dropped');
  const numbered = candidates.flatMap((each) => {
    const place = kept.indexOf(each) + 1;
    return candidateLines(each, place === 0 ? '-' : `${place}.`, each.id === outcome.next);
  });
  return [
    `Agent: ${agentId}`,
    `Provider: ${provider}`,
    `List in force: ${lists[basis]}`,
    ...(candidates.length === 0 ? [[styled('dim', '- no profiles')]] : numbered),
    ...answerLines(outcome),
    ...(steps ?? []).flatMap((step) => stepLines(step, now)),
    ...findings.filter(({ profileId }) => profileId === undefined).flatMap(findingLines),
  ];
}

function candidateLines(candidate: ExplainedCandidate, place: string, isNext: boolean): Line[] {
  const { id, verdict, reason, words, hint, type, fingerprint, inherited } = candidate;
  const style = verdict === 'dropped' ? 'bad' : reason === undefined ? 'good' : 'warn';
  const what = type === undefined ? '' : `${type} #${fingerprint} `;
  const notes = [...(isNext ? ['next'] : []), ...(inherited ? ['from main'] : [])];
  const behind = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  const line: Line = [`${place} ${id} ${what}`, styled(style, words), behind];
  return hint === undefined ? [line] : [line, `   hint: ${hint}`];
}

function answerLines({ next, otherwise, passesProfiles, hint }: ExplainOutcome): Line[] {
  const other = otherwise && nameOf(otherwise);
  const behind: Line[] = next !== undefined && other ? [`Without profiles: ${other}`] : [];
  const why = passesProfiles ? ' (the config says auth: aws-sdk, before any profile)' : '';
  const used = next ?? (other && `${other}${why}`);
  const nothing = styled('bad', 'nothing can be used');
  const answer: Line = used === undefined ? ['Used: ', nothing] : ['Used: ', styled('good', used)];
  return [...behind, answer, ...(hint === undefined ? [] : [`hint: ${hint}`])];
}

function nameOf({ kind, source, detail }: Otherwise): string {
  if (kind === 'keyless') return 'what needs no credential of ours';
  return [source, detail].filter((part) => part !== undefined).join(' ');
}

/** `after a:1=rate_limit (+10m): a:2, a:1 cooling down for another 1m` */
function stepLines({ event, at, next, order }: Step, start: number): Line[] {
  const when = at === start ? '' : ` (+${formatRemaining(at - start)})`;
  const places = order.map(({ id, verdict, until }) =>
    verdict === 'cooling' ? `${id} rests ${formatRemaining((until ?? at) - at)}` : id,
  );
  const used = next === undefined ? 'none is used' : `${next} is used`;
  return [`After ${event}${when}: ${used}; ${places.join(', ') || 'no candidates'}`];
}
