import * as v from 'valibot';
import type { RemoveOutcome } from '../../app/app.ts';
import { looksSecret } from '../../domain/secret-marks.ts';
import { shortenHome } from '../../domain/visible.ts';
import { usage } from '../argument.ts';
import { defineCommand } from '../command.ts';
import { configLine } from '../config-line.ts';
import { flag } from '../input.ts';
import type { Line } from '../screen.ts';
import { findingLines } from '../status-screen.ts';

const input = v.strictObject({ id: v.string(), keepOut: flag, purge: flag });

export const authRemove = defineCommand<v.InferOutput<typeof input>, RemoveOutcome>({
  description:
    "Removes a profile from the store and its agent's file (main's without --agent).\n" +
    'No stale file brings it back. Where another client still has the login it is\n' +
    'refused, unless --keep-out says to leave it there and not to take it again.\n' +
    'The config lists it no longer; when that changes, a running gateway restarts.\n' +
    'epiloop undo brings it back for 30 days, unless --purge erased it.',
  options: [
    { flags: '--keep-out', summary: "also one that another client's file still has" },
    { flags: '--purge', summary: 'erase its secrets now; nothing brings them back' },
  ],
  positionals: [{ name: 'id', required: true }],
  input,
  examples: [
    'epiloop models auth remove anthropic:manual',
    'epiloop models auth remove openai-codex:codex-cli --agent work --keep-out',
    'epiloop models auth remove openai:old --purge',
  ],
  async run({ id, keepOut, purge }, { globals, open }) {
    if (looksSecret(id)) {
      throw usage('that is a secret, not the id of a profile', 'epiloop models auth list has them');
    }
    const app = await open();
    return app.remove({ id, agent: globals.agent, keepOut, purge });
  },
  render: (outcome) => [
    `${outcome.purged ? 'erased' : 'removed'} ${outcome.profileId} of agent ${outcome.agentId} ` +
      `from ${shortenHome(outcome.path, outcome.home)}`,
    ...keptLines(outcome),
    ...outcome.config.map((file) => configLine('unlisted', file, outcome)),
    ...copyLines(outcome),
    ...outcome.findings.flatMap(findingLines),
  ],
  json: ({ notices: _, home: _home, path, ...outcome }) => ({
    schemaVersion: 1,
    ...outcome,
    storePath: path,
  }),
  output: async () => (await import('../schemas/auth-remove.ts')).authRemove,
  notices: ({ notices }) => notices,
});

function copyLines({ cleaned, stillIn, purged, home }: RemoveOutcome): Line[] {
  return [
    ...cleaned.map((path) => `erased it from ${shortenHome(path, home)}`),
    ...stillIn.map((path) => `${shortenHome(path, home)} still holds the secret`),
    ...(purged ? ['this cannot be undone'] : []),
  ];
}

/** What is one login may stand in several agents' files, each a profile of its own. */
function keptLines({ keptIn }: RemoveOutcome): Line[] {
  if (keptIn.length === 0) return [];
  const [subject, verb] = keptIn.length === 1 ? ['agent', 'has'] : ['agents', 'have'];
  return [`${subject} ${keptIn.join(', ')} still ${verb} this login`];
}
