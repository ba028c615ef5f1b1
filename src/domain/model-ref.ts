import type { HostConfig } from './host-config.ts';
import { normalizeProvider } from './provider.ts';

export interface ModelRef {
  /** normalised */
  readonly provider: string;
  readonly model: string;
}

export const defaultProvider = 'anthropic';

/** What runs where the config names no model (gateway 2026.1.24, agents/defaults.ts). */
export const defaultModel: ModelRef = { provider: defaultProvider, model: 'claude-opus-4-5' };

/** Short names of Anthropic's models that the gateway spells out. */
const anthropicNames: ReadonlyMap<string, string> = new Map([
  ['opus-4.5', 'claude-opus-4-5'],
  ['sonnet-4.5', 'claude-sonnet-4-5'],
]);

/**
 * `provider/model`, split at the first slash (models may hold more), or a bare model of the default
 * provider. Undefined where either side is blank. Aliases are not looked at: see `resolveRef`.
 */
export function parseModelRef(raw: string, provider = defaultProvider): ModelRef | undefined {
  const trimmed = raw.trim();
  const slash = trimmed.indexOf('/');
  if (slash < 0) return trimmed === '' ? undefined : modelRef(provider, trimmed);
  const [left, right] = [trimmed.slice(0, slash).trim(), trimmed.slice(slash + 1).trim()];
  return left === '' || right === '' ? undefined : modelRef(left, right);
}

function modelRef(typedProvider: string, typedModel: string): ModelRef {
  const provider = normalizeProvider(typedProvider);
  const spelledOut = anthropicNames.get(typedModel.toLowerCase());
  return { provider, model: provider === 'anthropic' ? (spelledOut ?? typedModel) : typedModel };
}

export function refText(ref: ModelRef): string {
  return `${ref.provider}/${ref.model}`;
}

/** Alias in lower case → model, from `agents.defaults.models`; of equal aliases the last wins. */
export function aliasIndex(models: HostConfig['agents']['models']): ReadonlyMap<string, ModelRef> {
  const index = new Map<string, ModelRef>();
  for (const [key, typedAlias] of models) {
    const alias = (typedAlias ?? '').trim().toLowerCase();
    const ref = parseModelRef(key);
    if (alias !== '' && ref !== undefined) index.set(alias, ref);
  }
  return index;
}

/** A model as written in the config: an alias (never with a slash), else a reference. */
export function resolveRef(
  raw: string,
  aliases: ReadonlyMap<string, ModelRef>,
): ModelRef | undefined {
  const alias = raw.includes('/') ? undefined : aliases.get(raw.trim().toLowerCase());
  return alias ?? parseModelRef(raw);
}

export interface DefaultModel {
  /** as typed, or the resolved one where nothing is typed */
  readonly label: string;
  readonly resolved: ModelRef;
}

/**
 * `agents.defaults.model.primary` as the gateway resolves it (2026.1.24, model-selection.ts). A
 * bare name that is no alias is Anthropic's *as typed* (`opus-4.5` stays); what cannot be parsed is
 * the built-in default.
 */
export function resolveDefault(config: HostConfig): DefaultModel {
  const raw = (config.agents.model?.primary ?? '').trim();
  const resolved = resolvePrimary(raw, aliasIndex(config.agents.models)) ?? defaultModel;
  return { label: raw === '' ? refText(resolved) : raw, resolved };
}

function resolvePrimary(raw: string, aliases: ReadonlyMap<string, ModelRef>): ModelRef | undefined {
  if (raw === '' || raw.includes('/')) return parseModelRef(raw);
  return aliases.get(raw.toLowerCase()) ?? { provider: defaultProvider, model: raw };
}
