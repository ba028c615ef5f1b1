import * as v from 'valibot';
import type { EnterOutcome, EnterRequest } from '../../app/app.ts';
import type { Secret } from '../../domain/secret.ts';
import { checkSecret } from '../../domain/secret-check.ts';
import { EpiloopError } from '../../errors.ts';
import { usage } from '../argument.ts';
import { type CommandSpec, type Context, defineCommand } from '../command.ts';
import type { SecretFrom } from '../effects.ts';
import { duration } from '../input.ts';
import { entering, type Kind, origin, origins, provider, redirect } from '../secret-origin.ts';
import { storedLines } from '../stored-lines.ts';

const keyInput = v.strictObject(entering);
const tokenInput = v.strictObject({ ...entering, expiresIn: v.optional(duration('d')) });

export type Given = v.InferOutput<typeof keyInput> & { readonly expiresIn?: number | undefined };

/** Later times are beyond what a date can say. */
export const LONGEST_MS = 36_500 * 86_400_000;

export interface Entered extends EnterOutcome {
  /** about the secret that was given */
  readonly notes: readonly string[];
}

export const shared = {
  positionals: [redirect],
  render: (outcome: Entered, { expiresIn }: Pick<Given, 'expiresIn'>) =>
    storedLines(outcome, expiresIn),
  json: ({ notices: _, notes: _notes, home: _home, path, expiresAt, ...outcome }: Entered) => ({
    schemaVersion: 1,
    ...outcome,
    storePath: path,
    expiresAt: expiresAt ?? null,
  }),
  output: async () => (await import('../schemas/auth-paste.ts')).authPaste,
  notices: ({ notes, notices }: Entered) => [...notes, ...notices],
} satisfies Partial<CommandSpec<Given, Entered>>;

const howAsked =
  'A terminal asks for it without showing it; else it is read from standard input.\n' +
  'Never give it as an argument. Without --agent it is stored for main. The config\n' +
  'lists it too; when that changes, a running gateway restarts.';

export const pasteToken = defineCommand<Given, Entered>({
  ...shared,
  description: `Stores a token, such as claude setup-token prints.\n${howAsked}`,
  options: [
    provider,
    { flags: '--profile-id <id>', summary: 'in place of <provider>:manual' },
    { flags: '--expires-in <duration>', summary: 'such as 365d; a bare number counts days' },
    ...origins,
  ],
  input: tokenInput,
  examples: [
    'epiloop models auth paste-token --provider anthropic --expires-in 365d',
    'epiloop models auth paste-token --provider anthropic --from-file token.txt',
    'pass show openrouter | epiloop models auth paste-token --provider openrouter',
  ],
  run: (given, context) =>
    paste(given, context, 'token', (token) => {
      return { type: 'token', token, expiresInMs: given.expiresIn };
    }),
});

export const pasteApiKey = defineCommand<Given, Entered>({
  ...shared,
  description: `Stores an API key.\n${howAsked}`,
  options: [
    provider,
    { flags: '--profile-id <id>', summary: 'in place of <provider>:default' },
    ...origins,
  ],
  input: keyInput,
  examples: [
    'epiloop models auth paste-api-key --provider openai',
    'epiloop models auth paste-api-key --provider openai --from-env OPENAI_API_KEY',
  ],
  run: (given, context) => paste(given, context, 'api_key', (key) => ({ type: 'api_key', key })),
});

export async function paste(
  given: Given,
  context: Context,
  kind: Kind,
  credential: (secret: Secret) => EnterRequest['credential'],
): Promise<Entered> {
  const from = origin(given, kind);
  refuseOddSpan(given.expiresIn);
  refuseNoSync(context);
  const { text, notes } = await context.readSecret(from);
  const checked = checkSecret(text, { provider: given.provider, kind });
  if ('problem' in checked) throw notStored(checked, from);
  const app = await context.open();
  const outcome = await app.enter({
    provider: given.provider,
    profileId: given.profileId,
    agent: context.globals.agent,
    credential: credential(checked.secret),
  });
  return { ...outcome, notes: [...notes, ...checked.notes] };
}

/** A slip of the keys; and later times are beyond what a date can say. */
export function refuseOddSpan(ms = 1): void {
  if (ms > 0 && ms <= LONGEST_MS) return;
  throw usage('--expires-in takes more than 0, and at most 36500d');
}

export function refuseNoSync({ globals }: Context): void {
  if (globals.sync) return;
  throw new EpiloopError('refused', 'nothing would be stored: --no-sync forbids writing', {
    hint: 'leave --no-sync out',
  });
}

export function notStored({ problem, hint }: { problem: string; hint?: string }, from: SecretFrom) {
  const otherwise = 'type it on a terminal, pipe it in, or name --from-file or --from-env';
  const empty = from.kind === 'stdin' ? otherwise : undefined;
  return new EpiloopError('bad_data', `${problem}, nothing was stored`, {
    hint: hint ?? empty,
    path: from.kind === 'file' ? from.path : undefined,
  });
}
