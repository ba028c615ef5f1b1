import * as v from 'valibot';
import { normalizeProvider } from '../domain/provider.ts';
import { holdsSecret, looksSecret } from '../domain/secret-marks.ts';
import { usage } from './argument.ts';
import type { Option, Positional } from './command.ts';
import type { SecretFrom } from './effects.ts';

export type Kind = 'token' | 'api_key';
export const nouns = { token: 'token', api_key: 'API key' } as const;

export const provider: Option = { flags: '--provider <id>', summary: 'whose it is (required)' };
export const origins: readonly Option[] = [
  { flags: '--from-file <path>', summary: 'read it there; - is standard input' },
  { flags: '--from-env <name>', summary: 'take it from this variable' },
];

/** Declared so that a word, which may be the secret, is refused without being repeated. */
export const redirect: Positional = { name: '< file', repeat: true };

export const plainId = (expected: string, pattern: RegExp) =>
  v.pipe(
    v.string(),
    v.rawCheck(({ dataset, addIssue }) => {
      if (dataset.typed && !pattern.test(dataset.value)) addIssue({ expected });
    }),
  );

const providerId = /^[^\s\p{C}:/]{1,128}$/u;
const profileId = /^[^\s\p{C}]{1,256}$/u;

export const isProviderId = (text: string) => providerId.test(text);
export const isProfileId = (text: string) => profileId.test(text);

/** The words of both commands. */
export const entering = {
  provider: plainId('the id of a provider, such as anthropic', providerId),
  profileId: v.optional(plainId('an id such as anthropic:work', profileId)),
  fromFile: v.optional(v.string()),
  fromEnv: v.optional(plainId('the name of a variable', /^[A-Za-z_]\w*$/)),
  '< file': v.optional(v.array(v.string()), []),
};

const words = v.strictObject(entering);
type Given = v.InferOutput<typeof words>;

/** Throws for a secret on the command line, wherever it stands there, without repeating it. */
export function origin(given: Given, kind: Kind): SecretFrom {
  const { fromFile, fromEnv, '< file': words } = given;
  const names = [given.provider, given.profileId].some((text) => holdsSecret(text ?? ''));
  const places = [fromFile, fromEnv].some((text) => looksSecret(text ?? ''));
  if (words.length > 0 || names || places) {
    throw usage(
      `${nouns[kind]}s are not taken from the command line, where others can read them`,
      'leave it out to be asked for it, or pipe it in; replace it if it was real',
    );
  }
  if (fromFile !== undefined && fromEnv !== undefined) {
    throw usage('--from-file and --from-env exclude each other');
  }
  if (fromEnv !== undefined) return { kind: 'env', name: fromEnv };
  if (fromFile !== undefined && !['-', '/dev/stdin'].includes(fromFile)) {
    return { kind: 'file', path: fromFile };
  }
  return { kind: 'stdin', prompt: `${nouns[kind]} for ${normalizeProvider(given.provider)}: ` };
}
