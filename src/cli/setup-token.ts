import * as v from 'valibot';
import type { ConfigMode } from '../domain/host-config.ts';
import { normalizeProvider } from '../domain/provider.ts';
import { checkSetupToken } from '../domain/setup-token.ts';
import { usage } from './argument.ts';
import { CLAUDE_ID, noTerminal, runClaude } from './claude-run.ts';
import type { Context } from './command.ts';
import { type Entered, notStored, refuseNoSync, refuseOddSpan } from './commands/auth-paste.ts';
import type { SecretFrom } from './effects.ts';
import { duration, flag } from './input.ts';
import { entering, origin } from './secret-origin.ts';

export const setupInput = v.strictObject({
  ...entering,
  provider: v.optional(entering.provider, 'anthropic'),
  expiresIn: v.optional(duration('d'), '365d'),
  yes: flag,
});

export type SetupGiven = v.InferOutput<typeof setupInput>;

export interface SetUp extends Entered {
  /** claude had stored a login, which was taken over */
  readonly adopted: boolean;
}

/** `models auth setup-token`, also behind `models auth add`. */
export async function setUp(given: SetupGiven, context: Context): Promise<SetUp> {
  const from = origin(given, 'token');
  if (normalizeProvider(given.provider) !== 'anthropic') throw otherProvider(given.provider);
  refuseOddSpan(given.expiresIn);
  refuseNoSync(context);
  const isNamed = given.fromFile !== undefined || given.fromEnv !== undefined;
  if (isNamed || !context.isTTY('stdin')) return store(given, context, { from, isNamed });
  if ((await runClaude(given, context)) === 'printed') {
    return store(given, context, { from: printedToken, isNamed: true, again });
  }
  const app = await context.open();
  return { ...(await app.adopt({ profileId: CLAUDE_ID })), notes: [], adopted: true };
}

/** The mode that the config lists it with: Claude Code's profile takes both kinds of login. */
export function modeOf({ profileId, type }: Entered): ConfigMode {
  return profileId === CLAUDE_ID && type !== 'api_key' ? 'oauth' : type;
}

/** Asked for on the terminal once claude has printed it. */
export const printedToken = {
  kind: 'stdin',
  prompt: 'the token that claude setup-token printed: ',
} as const;

const again = 'epiloop models auth setup-token --from-file - asks for it again';

interface Source {
  readonly from: SecretFrom;
  /** somebody said that it comes from there, so that nothing is an empty secret */
  readonly isNamed: boolean;
  /** told where it is none */
  readonly again?: string;
}

async function store(given: SetupGiven, context: Context, source: Source): Promise<SetUp> {
  const { text, notes } = await context.readSecret(source.from);
  if (!source.isNamed && text.trim() === '') throw noTerminal();
  const checked = checkSetupToken(text);
  if ('problem' in checked) {
    const hints = [checked.hint, source.again].filter((hint) => hint !== undefined);
    const hint = hints.length > 0 ? { hint: hints.join('; ') } : {};
    throw notStored({ problem: checked.problem, ...hint }, source.from);
  }
  const app = await context.open();
  const outcome = await app.enter({
    provider: 'anthropic',
    profileId: given.profileId ?? CLAUDE_ID,
    agent: context.globals.agent,
    credential: { type: 'token', token: checked.secret, expiresInMs: given.expiresIn },
  });
  return { ...outcome, notes: [...notes, ...checked.notes], adopted: false };
}

function otherProvider(provider: string): Error {
  return usage(
    'setup-token is for anthropic alone: it runs claude setup-token',
    `epiloop models auth paste-token --provider ${normalizeProvider(provider)} takes a token`,
  );
}
