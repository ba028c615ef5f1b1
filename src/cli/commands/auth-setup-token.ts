import { CLAUDE_ID } from '../claude-run.ts';
import { defineCommand } from '../command.ts';
import type { Line } from '../screen.ts';
import { origins, redirect } from '../secret-origin.ts';
import { modeOf, type SetUp, type SetupGiven, setUp, setupInput } from '../setup-token.ts';
import { adoptedLines } from '../stored-lines.ts';
import { shared } from './auth-paste.ts';

export const authSetupToken = defineCommand<SetupGiven, SetUp>({
  description:
    'Runs claude setup-token on this terminal, then asks for the token that it\n' +
    `printed, without showing it, and stores it as ${CLAUDE_ID} for main\n` +
    'or --agent. A login that claude stored itself is taken over instead; one that\n' +
    'was there before and renews itself is kept, and the token refused. With\n' +
    '--from-file, --from-env or a pipe nothing is run: the token comes from there.\n' +
    'The config lists the profile too; when that changes, a running gateway restarts.',
  positionals: [redirect],
  options: [
    { flags: '--provider <id>', summary: 'anthropic, the only one that has this' },
    { flags: '--yes', summary: 'run claude without asking first' },
    { flags: '--profile-id <id>', summary: `in place of ${CLAUDE_ID}` },
    { flags: '--expires-in <duration>', summary: 'in place of 365d; a bare number counts days' },
    ...origins,
  ],
  input: setupInput,
  examples: [
    'epiloop models auth setup-token',
    'epiloop models auth setup-token --from-file token.txt',
  ],
  run: setUp,
  render: setUpLines,
  json: setUpAnswer,
  output: async () => (await import('../schemas/auth-setup-token.ts')).authSetupTokenAnswer,
  notices: shared.notices,
});

export function setUpLines(
  outcome: SetUp,
  { expiresIn }: { readonly expiresIn?: number | undefined },
): Line[] {
  const { profileId, provider, adopted } = outcome;
  return [
    ...(adopted ? adoptedLines(outcome) : shared.render(outcome, { expiresIn })),
    `Auth profile: ${profileId} (${provider}/${modeOf(outcome)})`,
  ];
}

export function setUpAnswer({ adopted, ...outcome }: SetUp) {
  return { ...shared.json(outcome), mode: modeOf(outcome), adopted };
}
