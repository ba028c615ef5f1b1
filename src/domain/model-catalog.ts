import type { HostConfig, ModelChoice } from './host-config.ts';
import {
  aliasIndex,
  defaultProvider,
  type ModelRef,
  parseModelRef,
  refText,
  resolveDefault,
  resolveRef,
} from './model-ref.ts';

/** The models that an agent's sessions may be switched to, as far as the config names them. */
export interface ModelCatalog {
  /** what a session runs on where nothing is chosen: the agent's own, else the defaults' */
  readonly fallback: ModelRef;
  /** each once, in the config's order */
  readonly models: readonly ModelRef[];
  /** alias in lower case → model */
  readonly aliases: ReadonlyMap<string, ModelRef>;
  /** the config lists no models (`agents.defaults.models`): others are as good */
  readonly open: boolean;
}

export function modelCatalog(config: HostConfig, agentId: string): ModelCatalog {
  const { agents, providers } = config;
  const aliases = aliasIndex(agents.models);
  const own = agents.list.find(({ id }) => id === agentId)?.model;
  const chosen = resolveRef(own?.primary ?? '', aliases);
  const fallback = chosen ?? resolveDefault(config).resolved;
  const listed = [...agents.models.keys()].map((raw) => parseModelRef(raw));
  const choices = [own, agents.model, agents.imageModel].flatMap(textsOf);
  const provided = [...providers].flatMap(([provider, { models = [] }]) =>
    models.map((model) => parseModelRef(`${provider}/${model}`)),
  );
  const all = [fallback, ...choices.map((raw) => resolveRef(raw, aliases)), ...listed, ...provided];
  const known = new Map(all.flatMap((ref) => (ref === undefined ? [] : [[refText(ref), ref]])));
  return { fallback, models: [...known.values()], aliases, open: listed.length === 0 };
}

function textsOf(choice: ModelChoice | undefined): readonly string[] {
  return choice === undefined ? [] : [choice.primary ?? '', ...choice.fallbacks];
}

export function isListed({ models }: ModelCatalog, ref: ModelRef): boolean {
  return models.some((each) => refText(each) === refText(ref));
}

/** Whether a session may run on it. */
export function isAllowed(catalog: ModelCatalog, ref: ModelRef): boolean {
  return catalog.open || isListed(catalog, ref);
}

export function isDefaultModel({ fallback }: ModelCatalog, ref: ModelRef): boolean {
  return refText(fallback) === refText(ref);
}

/** The names that a model may be called by, as the config spells them. */
export function aliasesOf({ agents }: HostConfig, ref: ModelRef): readonly string[] {
  const named = [...agents.models].filter(([key, alias]) => {
    const model = parseModelRef(key, defaultProvider);
    return model !== undefined && refText(model) === refText(ref) && (alias ?? '').trim() !== '';
  });
  return named.map(([, alias]) => (alias ?? '').trim());
}

/** Provider → its models, both sorted. */
export function byProvider({ models }: ModelCatalog): ReadonlyMap<string, readonly ModelRef[]> {
  const sorted = models.toSorted((a, b) => compare(refText(a), refText(b)));
  const groups = Map.groupBy(sorted, ({ provider }) => provider);
  return new Map([...groups].sort(([a], [b]) => compare(a, b)));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
