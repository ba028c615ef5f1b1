import type { HostConfig } from './host-config.ts';
import { configProvider, providersInUse } from './in-use.ts';
import { parseModelRef } from './model-ref.ts';
import { normalizeProvider } from './provider.ts';

/** The ways to ask a model that we know, by the gateway's names for them. */
export type ApiName = 'anthropic-messages' | 'openai-completions' | 'openai-responses';

/** Where and how the models of a provider are asked. */
export interface ModelApi {
  readonly name: ApiName;
  /** as a client library is given it, the path of the request not included */
  readonly baseUrl: string;
  /** it stands in the config, and so may only be given that provider's own credentials */
  readonly configured: boolean;
}

interface Known {
  readonly name: ApiName;
  readonly baseUrl: string;
  /** a small model, for where the config names none */
  readonly model: string;
}

const completions = (baseUrl: string, model: string): Known => ({
  name: 'openai-completions',
  baseUrl,
  model,
});

const messages = (baseUrl: string, model: string): Known => ({
  name: 'anthropic-messages',
  baseUrl,
  model,
});

/**
 * As each provider documents it. Not here, because it takes more than a key: openai-codex,
 * github-copilot, google-vertex, amazon-bedrock; deepgram has no such models.
 */
const known: ReadonlyMap<string, Known> = new Map([
  ['anthropic', messages('https://api.anthropic.com', 'claude-haiku-4-5')],
  [
    'openai',
    { name: 'openai-responses', baseUrl: 'https://api.openai.com/v1', model: 'gpt-4o-mini' },
  ],
  // Google's own API for clients of OpenAI's
  [
    'google',
    completions('https://generativelanguage.googleapis.com/v1beta/openai', 'gemini-2.5-flash-lite'),
  ],
  ['groq', completions('https://api.groq.com/openai/v1', 'llama-3.1-8b-instant')],
  ['cerebras', completions('https://api.cerebras.ai/v1', 'llama3.1-8b')],
  ['xai', completions('https://api.x.ai/v1', 'grok-3-mini')],
  ['openrouter', completions('https://openrouter.ai/api/v1', 'openai/gpt-4o-mini')],
  ['vercel-ai-gateway', completions('https://ai-gateway.vercel.sh/v1', 'openai/gpt-4o-mini')],
  ['mistral', completions('https://api.mistral.ai/v1', 'mistral-small-latest')],
  ['moonshot', completions('https://api.moonshot.ai/v1', 'kimi-k2-0905-preview')],
  ['kimi-code', completions('https://api.kimi.com/coding/v1', 'kimi-for-coding')],
  ['zai', completions('https://api.z.ai/api/coding/paas/v4', 'glm-4.5-air')],
  ['venice', completions('https://api.venice.ai/api/v1', 'llama-3.3-70b')],
  ['chutes', completions('https://llm.chutes.ai/v1', 'zai-org/GLM-4.7-FP8')],
  ['qwen-portal', completions('https://portal.qwen.ai/v1', 'coder-model')],
  ['opencode', completions('https://opencode.ai/zen/v1', 'big-pickle')],
  ['minimax', messages('https://api.minimax.io/anthropic', 'MiniMax-M2.1')],
  ['synthetic', messages('https://api.synthetic.new/anthropic', 'hf:MiniMaxAI/MiniMax-M2.1')],
]);

/**
 * How a provider (any spelling) is asked: by `models.providers` of the config where that says so,
 * else by what is known of it. Undefined: not by anything that we speak.
 */
export function modelApiOf(provider: string, config: HostConfig): ModelApi | undefined {
  const own = known.get(normalizeProvider(provider));
  const configured = configProvider(config, provider);
  const name = apiName(configured?.api ?? own?.name ?? 'openai-completions');
  const baseUrl = configured?.baseUrl?.trim() || undefined;
  if (name === undefined) return undefined;
  if (baseUrl !== undefined) return { name, baseUrl, configured: true };
  return own === undefined ? undefined : { name, baseUrl: own.baseUrl, configured: false };
}

function apiName(text: string): ApiName | undefined {
  const names: readonly ApiName[] = [
    'anthropic-messages',
    'openai-completions',
    'openai-responses',
  ];
  return names.find((name) => name === text);
}

/**
 * A model of the provider to ask: one that the agent runs, else one that the defaults run or list,
 * else a small one that is known.
 */
export function modelToAsk(
  provider: string,
  config: HostConfig,
  agentId: string,
): string | undefined {
  const wanted = normalizeProvider(provider);
  const uses = providersInUse(config).filter((use) => use.provider === wanted);
  const used =
    uses.find((use) => use.agentId === agentId) ?? uses.find((use) => use.agentId === undefined);
  if (used !== undefined) return used.ref.model;
  const listed = [...config.agents.models.keys()].map((key) => parseModelRef(key));
  const first = listed.find((ref) => ref?.provider === wanted) ?? uses[0]?.ref;
  return first?.model ?? known.get(wanted)?.model;
}
