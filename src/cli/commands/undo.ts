import * as v from 'valibot';
import type { UndoOutcome } from '../../app/app.ts';
import { shortenHome } from '../../domain/visible.ts';
import { usage } from '../argument.ts';
import { defineCommand } from '../command.ts';
import { count, flag } from '../input.ts';
import type { Line } from '../screen.ts';
import { findingLines } from '../status-screen.ts';

const input = v.strictObject({ n: count(1, 999_999_999), dryRun: flag });

const noAgent = 'undo takes no --agent: the number says whose change it is';

export const undo = defineCommand<v.InferOutput<typeof input>, UndoOutcome>({
  description:
    'Takes one change back, by its number in models history: a profile that was\n' +
    'entered, replaced or removed, an order, a cooldown, what a session is pinned\n' +
    'to, an edit of the config. Only if the thing still is as the change left it (77\n' +
    'names what came later), and not for what other programs did. An undo is a\n' +
    'change too, and can be undone.',
  options: [{ flags: '--dry-run', summary: 'say what would be done, write nothing' }],
  positionals: [{ name: 'n', required: true }],
  input,
  examples: ['epiloop undo 12 --dry-run', 'epiloop undo 12'],
  async run({ n, dryRun }, { open, globals }) {
    if (globals.agent !== undefined) throw usage(noAgent, 'leave --agent out');
    const app = await open({ write: !dryRun });
    return app.undo({ change: n, dryRun });
  },
  render: (outcome) => [
    undoneLine(outcome),
    ...configLines(outcome),
    ...siblingLines(outcome),
    ...outcome.findings.flatMap(findingLines),
  ],
  json: ({ notices: _, home: _home, ...outcome }) => ({
    schemaVersion: 1,
    change: outcome.change,
    event: outcome.event,
    subject: outcome.subject ?? null,
    dryRun: outcome.dryRun,
    madeChanges: outcome.madeChanges,
    agentId: outcome.agentId ?? null,
    agentDir: outcome.agentDir ?? null,
    path: outcome.path,
    result: outcome.result,
    config: outcome.config,
    siblings: outcome.siblings,
    findings: outcome.findings,
  }),
  notices: ({ notices }) => notices,
  output: async () => (await import('../schemas/undo.ts')).undoAnswer,
});

function undoneLine({ change, dryRun, result, agentId, path, home }: UndoOutcome): string {
  const verb = dryRun ? 'would undo' : 'undid';
  const where = agentId === undefined ? '' : ` for agent ${agentId}`;
  return `${verb} #${change}: ${result}${where} in ${shortenHome(path, home)}`;
}

function configLines({ config, home }: UndoOutcome): Line[] {
  return config.map(({ path, backup }) => {
    const old = backup === undefined ? '' : ` (as it was: ${shortenHome(backup, home)})`;
    return `changed ${shortenHome(path, home)}${old}; a running gateway restarts on it`;
  });
}

function siblingLines({ siblings }: UndoOutcome): Line[] {
  return siblings.map((id) => `#${id} was made with it and still stands: epiloop undo ${id}`);
}
