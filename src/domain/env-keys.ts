import { join } from 'node:path';
import type { EnvLookup, EnvValue } from './agent-view.ts';
import { normalizeProvider } from './provider.ts';
import type { Secret } from './secret.ts';

/**
 * Provider → its variables, the first that is set wins (gateway 2026.1.24, agents/model-auth.ts;
 * complete). Not mapped there, so not here: CLAUDE_CODE_OAUTH_TOKEN, ANTHROPIC_AUTH_TOKEN,
 * GOOGLE_API_KEY.
 */
const variables: ReadonlyMap<string, readonly string[]> = new Map([
  ['anthropic', ['ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY']],
  ['openai', ['OPENAI_API_KEY']],
  ['google', ['GEMINI_API_KEY']],
  ['github-copilot', ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN']],
  ['chutes', ['CHUTES_OAUTH_TOKEN', 'CHUTES_API_KEY']],
  ['zai', ['ZAI_API_KEY', 'Z_AI_API_KEY']],
  ['opencode', ['OPENCODE_API_KEY', 'OPENCODE_ZEN_API_KEY']],
  ['qwen-portal', ['QWEN_OAUTH_TOKEN', 'QWEN_PORTAL_API_KEY']],
  ['groq', ['GROQ_API_KEY']],
  ['deepgram', ['DEEPGRAM_API_KEY']],
  ['cerebras', ['CEREBRAS_API_KEY']],
  ['xai', ['XAI_API_KEY']],
  ['openrouter', ['OPENROUTER_API_KEY']],
  ['vercel-ai-gateway', ['AI_GATEWAY_API_KEY']],
  ['moonshot', ['MOONSHOT_API_KEY']],
  ['kimi-code', ['KIMICODE_API_KEY']],
  ['minimax', ['MINIMAX_API_KEY']],
  ['synthetic', ['SYNTHETIC_API_KEY']],
  ['venice', ['VENICE_API_KEY']],
  ['mistral', ['MISTRAL_API_KEY']],
]);

/** Ids of the providers whose keys may stand in the environment, normalised. */
export const providersWithKeys: readonly string[] = [...variables.keys()];

/** The variables of one provider in order of precedence; empty where there are none. */
export function variablesOf(provider: string): readonly string[] {
  return variables.get(normalizeProvider(provider)) ?? [];
}

/** Every provider that has variables. */
export const variableProviders: readonly string[] = [...variables.keys()];

/** Every variable that is a provider's. */
export const knownVariables: readonly string[] = [...variables.values()].flat();

/** The provider whose variable this is. */
export function providerOf(name: string): string | undefined {
  return [...variables].find(([, names]) => names.includes(name))?.[0];
}

/** Providers that `models status` lists for their environment alone; the others need a mention. */
export const scanProviders: readonly string[] = [
  'anthropic',
  'github-copilot',
  'google-vertex',
  'openai',
  'google',
  'groq',
  'cerebras',
  'xai',
  'openrouter',
  'zai',
  'mistral',
  'synthetic',
];

/**
 * The login shell is asked for these, and only if none is set yet (gateway 2026.1.24,
 * config/io.ts). The last seven are no model credentials but decide about it all the same.
 */
export const shellEnvKeys: readonly string[] = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_OAUTH_TOKEN',
  'GEMINI_API_KEY',
  'ZAI_API_KEY',
  'OPENROUTER_API_KEY',
  'AI_GATEWAY_API_KEY',
  'MINIMAX_API_KEY',
  'SYNTHETIC_API_KEY',
  'ELEVENLABS_API_KEY',
  'TELEGRAM_BOT_TOKEN',
  'DISCORD_BOT_TOKEN',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'EPILOOP_GATEWAY_TOKEN',
  'EPILOOP_GATEWAY_PASSWORD',
];

/** Every variable that holds a secret of the gateway's: no business of a client of one provider. */
export const secretVariables: readonly string[] = [
  ...new Set([...knownVariables, ...shellEnvKeys]),
  ...['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID'],
  ...['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
];

export interface EnvCredential {
  /** absent for Vertex, whose credential is a file of Google's tools */
  readonly secret?: Secret;
  /** `env: NAME`, `shell env: NAME` or `gcloud adc` */
  readonly source: string;
  /** the variable's name says that it holds an OAuth token */
  readonly oauth: boolean;
}

/** What the environment holds for a provider (any spelling), or undefined. */
export function envCredential(
  provider: string,
  lookup: EnvLookup,
  fileExists: (path: string) => boolean,
  home?: string,
): EnvCredential | undefined {
  if (normalizeProvider(provider) === 'google-vertex') return vertex(lookup, fileExists, home);
  for (const name of variablesOf(provider)) {
    const value = present(lookup, name);
    if (value === undefined) continue;
    const prefix = value.source === 'shell' ? 'shell env' : 'env';
    const oauth = name.includes('OAUTH_TOKEN');
    return { secret: value.secret, source: `${prefix}: ${name}`, oauth };
  }
  return undefined;
}

function present(lookup: EnvLookup, name: string): EnvValue | undefined {
  const value = lookup(name);
  return value === undefined || value.secret.blank ? undefined : value;
}

/** Application default credentials count only with a project and a location. */
function vertex(
  lookup: EnvLookup,
  fileExists: (path: string) => boolean,
  home: string | undefined,
): EnvCredential | undefined {
  const set = (name: string): boolean => present(lookup, name) !== undefined;
  const project = set('GOOGLE_CLOUD_PROJECT') || set('GCLOUD_PROJECT');
  if (!project || !set('GOOGLE_CLOUD_LOCATION')) return undefined;
  const file = adcFile(lookup, home);
  if (file === undefined || !fileExists(file)) return undefined;
  return { source: 'gcloud adc', oauth: false };
}

function adcFile(lookup: EnvLookup, home: string | undefined): string | undefined {
  const named = present(lookup, 'GOOGLE_APPLICATION_CREDENTIALS');
  if (named !== undefined) return named.secret.reveal();
  if (home === undefined) return undefined;
  return join(home, '.config', 'gcloud', 'application_default_credentials.json');
}

/** Ways to sign for Bedrock that the environment alone can give; each inner list is one way. */
const bedrockWays: readonly (readonly string[])[] = [
  ['AWS_BEARER_TOKEN_BEDROCK'],
  ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ['AWS_PROFILE'],
  ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'],
  ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
  ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
];

/** The first three are the gateway's; the others are links of the AWS SDK's chain. */
export function bedrockAvailable(lookup: EnvLookup): boolean {
  return bedrockWays.some((names) => names.every((name) => present(lookup, name) !== undefined));
}
