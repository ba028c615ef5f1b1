import { variablesOf } from './env-keys.ts';

/** A provider whose API key `onboard` takes; names and flags are the gateway's (2026.1.24). */
export interface KeyChoice {
  readonly kind: 'key';
  /** what `--auth-choice` calls it */
  readonly name: string;
  /** normalised */
  readonly provider: string;
  /** the option that takes the key, without its dashes */
  readonly flag: string;
  /** where the key stands in a `.env` file */
  readonly variable: string;
  /** for a person */
  readonly label: string;
}

/** Another program on this host whose login is taken over. */
export interface ClientChoice {
  readonly kind: 'client';
  readonly name: 'claude-cli' | 'codex-cli';
  readonly provider: string;
  readonly profileId: string;
  readonly label: string;
}

/** What is a choice of the gateway's but not a key, or not of this program. */
export interface OtherChoice {
  readonly kind: 'token' | 'setup' | 'login' | 'variables' | 'none';
  readonly name: string;
  readonly label: string;
  /** what to do, for `login` and `variables` */
  readonly hint?: string;
}

export type OnboardChoice = KeyChoice | ClientChoice | OtherChoice;

export const keyChoices: readonly KeyChoice[] = [
  key('apiKey', 'anthropic', 'anthropic', 'Anthropic'),
  key('openai-api-key', 'openai', 'openai', 'OpenAI'),
  key('openrouter-api-key', 'openrouter', 'openrouter', 'OpenRouter'),
  key('ai-gateway-api-key', 'vercel-ai-gateway', 'ai-gateway', 'Vercel AI Gateway'),
  key('moonshot-api-key', 'moonshot', 'moonshot', 'Moonshot AI'),
  key('kimi-code-api-key', 'kimi-code', 'kimi-code', 'Kimi Code'),
  key('synthetic-api-key', 'synthetic', 'synthetic', 'Synthetic'),
  key('gemini-api-key', 'google', 'gemini', 'Google Gemini'),
  key('zai-api-key', 'zai', 'zai', 'Z.AI'),
  key('minimax-api', 'minimax', 'minimax', 'MiniMax'),
  key('minimax-api-lightning', 'minimax', 'minimax', 'MiniMax, lightning'),
  key('opencode-zen', 'opencode', 'opencode-zen', 'OpenCode Zen'),
];

export const clientChoices: readonly ClientChoice[] = [
  {
    kind: 'client',
    name: 'claude-cli',
    provider: 'anthropic',
    profileId: 'anthropic:claude-cli',
    label: "Claude Code's login",
  },
  {
    kind: 'client',
    name: 'codex-cli',
    provider: 'openai-codex',
    profileId: 'openai-codex:codex-cli',
    label: "Codex's login",
  },
];

const codexFirst = 'run codex login, then epiloop onboard --auth-choice codex-cli';

export const otherChoices: readonly OtherChoice[] = [
  { kind: 'token', name: 'token', label: 'a token, as claude setup-token prints' },
  { kind: 'setup', name: 'setup-token', label: 'claude setup-token' },
  { kind: 'login', name: 'openai-codex', label: 'OpenAI Codex', hint: codexFirst },
  {
    kind: 'login',
    name: 'chutes',
    label: 'Chutes',
    hint: 'log in with the gateway, then run epiloop models sync',
  },
  {
    kind: 'variables',
    name: 'google-vertex',
    label: 'Google Vertex',
    hint: 'run gcloud auth application-default login, set GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION',
  },
  {
    kind: 'variables',
    name: 'amazon-bedrock',
    label: 'Amazon Bedrock',
    hint: 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_BEARER_TOKEN_BEDROCK',
  },
  { kind: 'none', name: 'skip', label: 'nothing' },
];

export const onboardChoices: readonly OnboardChoice[] = [
  ...keyChoices,
  ...clientChoices,
  ...otherChoices,
];

/** One option for each provider: the first choice that has it, which is meant without a choice. */
export const keyOptions: readonly KeyChoice[] = keyChoices.filter(
  ({ flag }, at) => keyChoices.findIndex((other) => other.flag === flag) === at,
);

/** The variables that hold a provider's API key, an OAuth token's not among them. */
export function keyVariables(provider: string): readonly string[] {
  return variablesOf(provider).filter((name) => !name.includes('OAUTH_TOKEN'));
}

/** Set to anything, these are used before the named variable of the same provider. */
export function strongerVariables(provider: string, name: string): readonly string[] {
  const all = variablesOf(provider);
  return all.slice(0, Math.max(0, all.indexOf(name)));
}

function key(name: string, provider: string, flag: string, label: string): KeyChoice {
  const [variable = ''] = keyVariables(provider);
  return { kind: 'key', name, provider, flag: `${flag}-api-key`, variable, label };
}

/** A setup token begins so and has at least 80 characters (gateway 2026.1.24). */
export function misfitOfAnthropic(token: string): string | undefined {
  if (!token.startsWith('sk-ant-oat01-')) return 'a token of anthropic begins with sk-ant-oat01-';
  return token.length < 80 ? 'a token of anthropic has at least 80 characters' : undefined;
}
