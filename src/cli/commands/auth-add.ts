import * as v from 'valibot';
import { EpiloopError } from '../../errors.ts';
import { askForEntry } from '../add-questions.ts';
import { type Context, defineCommand } from '../command.ts';
import { type SetUp, setUp } from '../setup-token.ts';
import { paste, refuseNoSync, shared } from './auth-paste.ts';
import { setUpAnswer, setUpLines } from './auth-setup-token.ts';

interface Added extends SetUp {
  /** ms from now, as it was answered */
  readonly expiresIn?: number | undefined;
}

const otherwise =
  'without a terminal: epiloop models auth paste-token or paste-api-key, with --provider, or ' +
  'epiloop onboard';

export const authAdd = defineCommand<object, Added>({
  description:
    'Asks on a terminal what to enter: whose, what kind, under which profile, how\n' +
    'long it lasts, and last the secret, unseen. Nothing is stored before that.\n' +
    'Then it does what paste-token, paste-api-key and setup-token do.',
  options: [],
  input: v.strictObject({}),
  examples: ['epiloop models auth add', 'epiloop models auth add --agent work'],
  run: (_, context) => add(context),
  render: (outcome) => setUpLines(outcome, { expiresIn: outcome.expiresIn }),
  json: ({ expiresIn: _, ...outcome }) => setUpAnswer(outcome),
  output: async () => (await import('../schemas/auth-setup-token.ts')).authSetupTokenAnswer,
  notices: shared.notices,
});

async function add(context: Context): Promise<Added> {
  refuseNoSync(context);
  if (!context.isTTY('stdin') || !context.isTTY('stderr')) {
    throw new EpiloopError('refused', 'there is no terminal to ask on', { hint: otherwise });
  }
  const dialogue = await context.dialogue(otherwise);
  const { provider, how, profileId, expiresIn } = await askForEntry(dialogue, context);
  const given = { provider, profileId, '< file': [], expiresIn };
  if (how === 'setup_token') {
    const days = expiresIn ?? 365 * 86_400_000;
    return {
      ...(await setUp({ ...given, expiresIn: days, yes: false }, context)),
      expiresIn: days,
    };
  }
  const entered = await paste(given, context, how, (secret) =>
    how === 'token'
      ? { type: 'token', token: secret, expiresInMs: expiresIn }
      : { type: 'api_key', key: secret },
  );
  return { ...entered, expiresIn, adopted: false };
}
