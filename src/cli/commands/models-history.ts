import * as v from 'valibot';
import type { HistoryEntry, HistoryOutcome } from '../../app/app.ts';
import { usage } from '../argument.ts';
import { defineCommand } from '../command.ts';
import { count } from '../input.ts';
import { type Line, styled } from '../screen.ts';

const input = v.strictObject({ limit: v.optional(count(1, 1_000_000), '20') });

const noAgent = 'models history takes no --agent: it tells of all agents';

export const modelsHistory = defineCommand<v.InferOutput<typeof input>, HistoryOutcome>({
  description:
    'Who changed which profile, order or config, when and with which command.\n' +
    'Secrets show as fingerprints. Times are UTC. epiloop undo takes a change back.',
  options: [{ flags: '--limit <n>', summary: 'how many entries (20)' }],
  input,
  examples: ['epiloop models history', 'epiloop models history --limit 100 --json'],
  async run({ limit }, context) {
    if (context.globals.agent !== undefined) throw usage(noAgent, 'leave --agent out');
    const app = await context.open({ write: false });
    return app.history({ limit });
  },
  render: ({ entries }) => (entries.length === 0 ? ['no entries'] : entries.flatMap(entryLines)),
  json: ({ entries }) => ({ schemaVersion: 1, entries: entries.map(entryValue) }),
  output: async () => (await import('../schemas/models-history.ts')).modelsHistory,
  notices: (outcome) => outcome.notices,
});

function entryLines(entry: HistoryEntry): Line[] {
  const subject = entry.subject === undefined ? [] : [' ', styled('name', entry.subject)];
  const who = `by ${entry.command} on ${entry.host}`;
  const details = [entry.agentDir, entry.path, who].filter((text) => text !== undefined);
  const undone = [
    ...(entry.undoneBy === undefined ? [] : [`undone by #${entry.undoneBy}`]),
    ...(undoes(entry) === undefined ? [] : [`undoes #${undoes(entry)}`]),
  ];
  const lines: Line[] = [
    [`#${entry.id} ${utc(entry.at)} `, styled('heading', entry.event), ...subject],
    ...[...details, ...undone].map((text) => `  ${text}`),
  ];
  const { before, after } = entry;
  if (before === undefined && after === undefined) return lines;
  return [...lines, `  ${fingerprints(before)} -> ${fingerprints(after)}`];
}

function entryValue(entry: HistoryEntry) {
  return {
    id: entry.id,
    at: entry.at,
    event: entry.event,
    command: entry.command,
    host: entry.host,
    agentDir: entry.agentDir ?? null,
    subject: entry.subject ?? null,
    path: entry.path ?? null,
    before: entry.before ?? null,
    after: entry.after ?? null,
    undoes: undoes(entry) ?? null,
    undoneBy: entry.undoneBy ?? null,
  };
}

function undoes({ after }: HistoryEntry): number | undefined {
  if (typeof after !== 'object' || after === null || !('undoes' in after)) return undefined;
  return typeof after.undoes === 'number' ? after.undoes : undefined;
}

/** What only undoing needs is left to `--json`. */
const unshown: ReadonlySet<string> = new Set(['changes', 'made', 'patch', 'undoes']);

function fingerprints(value: unknown): string {
  if (value === undefined || value === null) return '-';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || Array.isArray(value)) return JSON.stringify(value);
  const shown = Object.entries(value).filter(([key]) => !unshown.has(key));
  return shown.length === 0 ? '-' : JSON.stringify(Object.fromEntries(shown));
}

/** Seconds are enough for a person; `--json` has the milliseconds. */
function utc(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return `${at} ms`;
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
