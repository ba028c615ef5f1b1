import * as v from 'valibot';
import type { SecretsOutcome } from '../../app/uses.ts';
import { Secret } from '../../domain/secret.ts';
import { holdsSecret } from '../../domain/secret-marks.ts';
import { EpiloopError, type ErrorCode } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { duration, flag } from '../input.ts';
import { handOutOptions, printable } from './auth-token.ts';

/** A request of a thousand ids has a tenth of that. */
const MAX_BYTES = 1024 * 1024;
const MOST = 1000;

const input = v.strictObject({
  minValidity: v.optional(duration('h'), '5m'),
  allowTokenEndpoint: flag,
  noWriteBack: flag,
});

/** What a gateway of the newer kind (OpenClaw 2026.9.6) writes to an exec secret provider. */
const request = v.object({
  protocolVersion: v.number(),
  ids: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(256))), v.maxLength(MOST)),
});

interface Answer {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, { readonly code: string }>>;
  readonly notices: readonly string[];
}

export const secrets = defineCommand<v.InferOutput<typeof input>, Answer>({
  description:
    'Reads one request {"protocolVersion":1,"ids":[…]} from standard input, writes\n' +
    'one answer {"protocolVersion":1,"values":{…},"errors":{…}}. An id is that of a\n' +
    'profile of the agent, or provider:<id> for what the agent would use of it; each\n' +
    'is refreshed if it must be. Exit 0 whenever the answer could be given.',
  options: handOutOptions.filter(({ flags }) => !/^--(provider|profile-id) /.test(flags)),
  input,
  examples: [
    `echo '{"protocolVersion":1,"ids":["anthropic:default"]}' | epiloop secrets`,
    `echo '{"protocolVersion":1,"ids":["provider:openai"]}' | epiloop secrets`,
  ],
  async run({ minValidity, allowTokenEndpoint, noWriteBack }, context) {
    const ids = readIds(await context.readStdin(MAX_BYTES));
    const app = await context.open();
    const outcome = await app.secrets({
      ids,
      agent: context.globals.agent,
      minValidityMs: minValidity,
      allowTokenEndpoint,
      writeBack: !noWriteBack,
    });
    return answer(outcome);
  },
  render: () => [],
  raw: (result) => `${JSON.stringify(told(result))}\n`,
  json: told,
  output: async () => (await import('../schemas/secrets.ts')).secrets,
  notices: ({ notices }) => notices,
});

/** Throws EpiloopError `bad_data` without repeating anything of the request. */
function readIds(text: string): readonly string[] {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), request), text);
  const hint = '{"protocolVersion":1,"ids":["anthropic:default"]}';
  if (!read.success) {
    throw new EpiloopError('bad_data', 'standard input is no request for secrets', { hint });
  }
  const { protocolVersion, ids } = read.output;
  if (protocolVersion === 1) return ids;
  const message = `protocol version ${protocolVersion} is not known, only 1 is`;
  throw new EpiloopError('bad_data', message, { hint });
}

function told({ values, errors }: Answer) {
  return { protocolVersion: 1, values, errors };
}

function answer({ answers, notices, findings }: SecretsOutcome): Answer {
  const values = new Map<string, string>();
  const failures = new Map<string, EpiloopError>();
  for (const [id, found] of answers) {
    const text = found instanceof Secret ? checked(found) : found;
    if (typeof text === 'string') values.set(id, text);
    else failures.set(id, text);
  }
  return {
    values: Object.fromEntries(values),
    errors: Object.fromEntries([...failures].map(([id, { code }]) => [id, { code: words[code] }])),
    notices: [
      ...notices,
      ...findings.map(({ message }) => message),
      ...[...failures].map(([id, { message }]) => `${holdsSecret(id) ? 'an id' : id}: ${message}`),
    ],
  };
}

function checked(secret: Secret): string | EpiloopError {
  try {
    return printable(secret);
  } catch (error) {
    if (error instanceof EpiloopError) return error;
    throw error;
  }
}

const words: Readonly<Record<ErrorCode, string>> = {
  no: 'NOT_USABLE',
  usage: 'BAD_REQUEST',
  bad_data: 'BAD_DATA',
  not_found: 'NOT_FOUND',
  network: 'NETWORK',
  internal: 'INTERNAL',
  cannot_create: 'IO',
  io: 'IO',
  busy: 'BUSY',
  refused: 'REFUSED',
  config_invalid: 'CONFIG_INVALID',
  store_newer: 'STORE_NEWER',
  store_altered: 'STORE_ALTERED',
  no_home: 'NO_HOME',
  clock_behind: 'CLOCK_BEHIND',
};
