import * as v from 'valibot';
import type { MarkOutcome } from '../../app/rest.ts';
import { formatRemaining } from '../../domain/duration.ts';
import { failureReasons } from '../../domain/failure.ts';
import { looksSecret } from '../../domain/secret-marks.ts';
import { shortenHome } from '../../domain/visible.ts';
import { usage } from '../argument.ts';
import { defineCommand } from '../command.ts';
import { flag, oneOf } from '../input.ts';
import { findingLines } from '../status-screen.ts';

const input = v.strictObject({
  id: v.string(),
  ok: flag,
  failed: v.optional(oneOf(failureReasons)),
});

export const authMark = defineCommand<v.InferOutput<typeof input>, MarkOutcome>({
  description:
    'Counts how a use of a profile ended, as the gateway does. A failure makes it\n' +
    'rest: for 1, 5, 25, then 60 minutes, after billing for hours (auth.cooldowns of\n' +
    'the config). A success ends the rest. For the default agent without --agent.\n' +
    `Reasons: ${failureReasons.join(', ')}.`,
  options: [
    { flags: '--ok', summary: 'it worked' },
    { flags: '--failed <reason>', summary: 'it did not' },
  ],
  positionals: [{ name: 'id', required: true }],
  input,
  examples: [
    'epiloop models auth mark anthropic:manual --failed rate_limit',
    'epiloop models auth mark anthropic:manual --ok --agent work',
  ],
  async run({ id, ok, failed }, { globals, open }) {
    if (looksSecret(id)) {
      throw usage('that is a secret, not the id of a profile', 'epiloop models auth list has them');
    }
    if (ok && failed !== undefined) throw usage('--ok and --failed exclude each other');
    const outcome = ok ? 'ok' : failed;
    if (outcome === undefined) throw usage('say --ok, or --failed <reason>');
    const app = await open();
    return app.mark({ id, outcome, agent: globals.agent });
  },
  render: (result) => [
    `marked ${result.profileId} of agent ${result.agentId} ` +
      `in ${shortenHome(result.storePath, result.home)}: ${standing(result)}`,
    ...result.findings.flatMap(findingLines),
  ],
  json: ({ notices: _, home: _home, ...result }) => ({ schemaVersion: 1, ...result }),
  output: async () => (await import('../schemas/auth-mark.ts')).authMark,
  notices: ({ notices }) => notices,
});

function standing({ resting, errorCount, outcome }: MarkOutcome): string {
  if (resting === undefined) return outcome === 'ok' ? 'it works' : 'it may be used';
  const rest = resting.kind === 'disabled' ? 'disabled' : 'cooling down';
  const failures = `${errorCount} failure${errorCount === 1 ? '' : 's'}`;
  return `${rest} for ${formatRemaining(resting.remainingMs)} after ${failures}`;
}
