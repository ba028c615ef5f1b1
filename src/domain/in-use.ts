import type { EnvLookup } from './agent-view.ts';
import { bedrockAvailable } from './env-keys.ts';
import type { ConfigProvider, HostConfig, ModelChoice } from './host-config.ts';
import {
  aliasIndex,
  type ModelRef,
  parseModelRef,
  resolveDefault,
  resolveRef,
} from './model-ref.ts';
import { findByProvider, normalizeProvider } from './provider.ts';

/** A provider that a configured model needs. */
export interface ProviderUse {
  /** normalised */
  readonly provider: string;
  /** undefined: `agents.defaults`, for every agent without a choice of its own */
  readonly agentId?: string;
  readonly ref: ModelRef;
}

/**
 * Every model that the config may run: the defaults' primary, fallbacks and image models, then each
 * agent's own. Aliases are resolved everywhere; the gateway's own list below does not do that.
 */
export function providersInUse(config: HostConfig): ProviderUse[] {
  const aliases = aliasIndex(config.agents.models);
  const { model, imageModel, list } = config.agents;
  const refs = [resolveDefault(config).resolved];
  const fallbacks = { fallbacks: model?.fallbacks ?? [] };
  refs.push(...refsOf(fallbacks, aliases), ...refsOf(imageModel, aliases));
  const uses: ProviderUse[] = refs.map((ref) => ({ provider: ref.provider, ref }));
  for (const agent of list) {
    for (const ref of refsOf(agent.model, aliases)) {
      uses.push({ provider: ref.provider, agentId: agent.id, ref });
    }
  }
  return uses;
}

function refsOf(
  choice: ModelChoice | undefined,
  aliases: ReadonlyMap<string, ModelRef>,
): ModelRef[] {
  const written = choice === undefined ? [] : [choice.primary ?? '', ...choice.fallbacks];
  return written.map((raw) => resolveRef(raw, aliases)).filter((ref) => ref !== undefined);
}

/**
 * Normalised providers as the gateway counts them for `missingProvidersInUse` (2026.1.24,
 * list.status-command.ts): of the defaults only, and a bare alias counts as Anthropic's.
 */
export function gatewayProvidersInUse(config: HostConfig): string[] {
  const { model, imageModel } = config.agents;
  return parsedProviders([
    resolveDefault(config).label,
    ...(model?.fallbacks ?? []),
    imageModel?.primary ?? '',
    ...(imageModel?.fallbacks ?? []),
  ]);
}

/** The normalised providers of model references, without aliases and each once. */
export function parsedProviders(references: readonly string[]): string[] {
  const parsed = references.map((raw) => parseModelRef(raw)?.provider);
  return [...new Set(parsed.filter((provider) => provider !== undefined))];
}

/** `models.providers[provider]`: the key as it stands, else the first that means the same. */
export function configProvider(config: HostConfig, provider: string): ConfigProvider | undefined {
  return config.providers.get(provider) ?? findByProvider(config.providers, provider);
}

/** Other programs with logins of their own, and local servers that ask for none. */
const withoutKey: ReadonlySet<string> = new Set(['claude-cli', 'codex-cli', 'ollama', 'lmstudio']);

/** Whether models of this provider run without any credential of ours. */
export function keyless(provider: string, config: HostConfig, lookup: EnvLookup): boolean {
  const id = normalizeProvider(provider);
  if (withoutKey.has(id)) return true;
  const configured = configProvider(config, provider);
  if (configured?.auth === 'aws-sdk') return true;
  if (id === 'amazon-bedrock') {
    return configured?.api === 'bedrock-converse-stream' || bedrockAvailable(lookup);
  }
  if (configured?.baseUrl === undefined || configured.apiKey?.blank === false) return false;
  return isLocal(configured.baseUrl);
}

/** Loopback, link-local, RFC 1918 and 6598, unique local, names that no public resolver knows. */
const localHosts: readonly RegExp[] = [
  /^[^.:]+$/,
  /\.(?:localhost|local|internal|lan)$/,
  /^(?:127|10)(?:\.\d+){3}$/,
  /^(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2}$/,
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d+){2}$/,
  /^0\.0\.0\.0$/,
  /^\[(?:::1?|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/,
];

/** `URL` has already brought every notation of an IPv4 address into dotted decimals. */
function isLocal(baseUrl: string): boolean {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return false;
  return localHosts.some((pattern) => pattern.test(url.hostname));
}
