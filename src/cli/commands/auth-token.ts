import * as v from 'valibot';
import type { HandOutOutcome } from '../../app/uses.ts';
import type { Secret } from '../../domain/secret.ts';
import { EpiloopError } from '../../errors.ts';
import { type Context, defineCommand, type Option } from '../command.ts';
import { duration, flag } from '../input.ts';
import { plainId, provider } from '../secret-origin.ts';

/** The words of all commands that hand a secret out. */
export const handOutOptions: readonly Option[] = [
  provider,
  { flags: '--profile-id <id>', summary: 'this profile, in place of the first usable one' },
  { flags: '--min-validity <duration>', summary: 'how long it must stay good (5m)' },
  { flags: '--no-write-back', summary: 'do not tell Claude Code of a refresh' },
  { flags: '--allow-token-endpoint', summary: 'EPILOOP_TOKEN_ENDPOINT_… may name another host' },
];

export const handingOut = {
  provider: plainId('the id of a provider, such as anthropic', /^[^\s\p{C}:/]{1,128}$/u),
  profileId: v.optional(plainId('an id such as anthropic:work', /^[^\s\p{C}]{1,256}$/u)),
  minValidity: v.optional(duration('h'), '5m'),
  allowTokenEndpoint: flag,
  noWriteBack: flag,
};

const input = v.strictObject(handingOut);
type Given = v.InferOutput<typeof input>;

export async function askForSecret(
  given: Given,
  context: Context,
  write = true,
): Promise<HandOutOutcome> {
  const app = await context.open({ write });
  return app.handOut({
    provider: given.provider,
    profileId: given.profileId,
    agent: context.globals.agent,
    minValidityMs: given.minValidity,
    allowTokenEndpoint: given.allowTokenEndpoint,
    writeBack: !given.noWriteBack,
  });
}

export const authToken = defineCommand<Given, HandOutOutcome>({
  description:
    'Prints the secret that a run of the agent (the default agent without --agent)\n' +
    'would use for the provider now, refreshed if it must be. Nothing else is on\n' +
    'standard output; a line break only on a terminal. Exit 1: nothing is usable.',
  options: handOutOptions,
  input,
  examples: [
    'epiloop models auth token --provider anthropic',
    'epiloop models auth token --provider openai --json',
  ],
  run: (given, context) => askForSecret(given, context),
  render: () => [],
  raw: ({ secret }) => printable(secret),
  json: ({
    secret,
    agentId,
    agentDir,
    provider,
    profileId,
    type,
    expiresAt,
    source,
    findings,
  }) => ({
    schemaVersion: 1,
    agentId,
    agentDir,
    provider,
    profileId: profileId ?? null,
    type,
    source,
    expiresAt: expiresAt ?? null,
    token: printable(secret),
    findings,
  }),
  output: async () => (await import('../schemas/auth-token.ts')).authToken,
  notices: ({ notices, findings }) => [...notices, ...findings.map(({ message }) => message)],
});

/** What stands in a header or a variable has no control characters; nothing else is handed out. */
export function printable(secret: Secret): string {
  const text = secret.reveal().trim();
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new EpiloopError('bad_data', 'the stored secret has characters that no header may have', {
    hint: 'enter it anew: epiloop models auth list names the profiles',
  });
}
