import { knownVariables, shellEnvKeys, variableProviders } from './env-keys.ts';
import { squashed } from './lint-tree.ts';
import { editDistance, nearest } from './nearest.ts';
import { normalizeProvider } from './provider.ts';

/** Providers that need no variable, or have other names of their own in profiles and models. */
const others = [
  'google-vertex',
  'amazon-bedrock',
  'openai-codex',
  'claude-cli',
  'codex-cli',
  'google-antigravity',
  'google-gemini-cli',
  'ollama',
  'lmstudio',
];

export const knownProviders: readonly string[] = [...variableProviders, ...others];

/** Ways in which people write the types of `auth-profiles.json` and the modes of the config. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['apikey', 'api_key'],
  ['key', 'api_key'],
  ['oauth', 'oauth'],
  ['oauth2', 'oauth'],
  ['token', 'token'],
  ['bearer', 'token'],
  ['bearertoken', 'token'],
  ['setuptoken', 'token'],
]);

/** Which of `api_key`, `token` and `oauth` is meant by another word, if any. */
export function guessKind(word: string): string | undefined {
  return spellings.get(squashed(word)) ?? nearest(word, ['api_key', 'token', 'oauth']);
}

/** Another key that is meant, however it is written or misspelt. */
export function guessKey(key: string, known: readonly string[]): string | undefined {
  const same = known.find((each) => squashed(each) === squashed(key));
  return same ?? nearest(key, known);
}

/** The known provider that an unknown one is a misspelling of, if any. */
export function guessProvider(typed: string, configured: Iterable<string>): string | undefined {
  const known = new Set([...knownProviders, ...configured].map(normalizeProvider));
  const id = normalizeProvider(typed);
  return known.has(id) || id.length > 40 ? undefined : nearest(id, [...known]);
}

/** Variables of other tools, and what the gateway (2026.1.24) reads in their place. */
const foreignVariables: ReadonlyMap<string, string> = new Map([
  ['CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_OAUTH_TOKEN'],
  ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_OAUTH_TOKEN'],
  ['CLAUDE_API_KEY', 'ANTHROPIC_API_KEY'],
  ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
  ['OPENAI_KEY', 'OPENAI_API_KEY'],
]);

export function gatewayVariable(name: string): string | undefined {
  return foreignVariables.get(name);
}

/** Near misses that are names of their own: ElevenLabs' key. */
const ownNames = new Set(['XI_API_KEY']);

/** Short names are all alike: `HF_TOKEN` and `GITLAB_TOKEN` are no misspellings. */
const LONG_NAME = 14;

/** The variable that an unknown name is a misspelling of, if any. */
export function guessVariable(name: string): string | undefined {
  const isKnown = [knownVariables, shellEnvKeys].some((names) => names.includes(name));
  if (isKnown || foreignVariables.has(name) || ownNames.has(name)) return undefined;
  const same = knownVariables.find((each) => squashed(each) === squashed(name));
  const limit = name.length < LONG_NAME ? 1 : 2;
  return same ?? knownVariables.find((each) => editDistance(name, each) <= limit);
}

export function didYouMean(guess: string | undefined): string | undefined {
  return guess === undefined ? undefined : `did you mean ${guess}`;
}
