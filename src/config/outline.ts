import { normalizeAgentId } from '../domain/agent-id.ts';
import type {
  AgentEntry,
  ConfigMode,
  ConfigProfile,
  ConfigProvider,
  ConfigSecret,
  HostConfig,
  ModelChoice,
} from '../domain/host-config.ts';
import { emptyHostConfig } from '../domain/host-config.ts';
import { Secret } from '../domain/secret.ts';
import { EpiloopError } from '../errors.ts';
import type { Hash } from '../ports.ts';
import { Template, type Text, textOf } from './template.ts';

/** A secret of the config: written there (then only its traces are kept), or in a variable. */
export type SecretText = Template | ConfigSecret;

type Optional<T> = T | undefined;

/** What is kept of the config: the fields that we know, variables still named in their texts. */
export interface Outline {
  readonly auth?: Optional<{
    readonly profiles?: Optional<Readonly<Record<string, ProfileOutline>>>;
    readonly order?: Optional<Readonly<Record<string, readonly Text[]>>>;
    readonly cooldowns?: Optional<{
      readonly billingBackoffHours?: Optional<number>;
      readonly billingBackoffHoursByProvider?: Optional<Readonly<Record<string, number>>>;
      readonly billingMaxHours?: Optional<number>;
      readonly failureWindowHours?: Optional<number>;
    }>;
  }>;
  readonly agents?: Optional<{
    readonly defaults?: Optional<{
      readonly model?: Optional<ChoiceOutline>;
      readonly imageModel?: Optional<ChoiceOutline>;
      readonly models?: Optional<Readonly<Record<string, { readonly alias?: Optional<Text> }>>>;
    }>;
    readonly list?: Optional<readonly AgentOutline[]>;
  }>;
  readonly providers: Readonly<Record<string, ProviderOutline>>;
  readonly sessionStore?: Optional<Text>;
  readonly vars: Readonly<Record<string, SecretText>>;
  readonly shellEnv?: Optional<{
    readonly enabled?: Optional<boolean>;
    readonly timeoutMs?: Optional<number>;
  }>;
}

export interface ProfileOutline {
  readonly provider: Text;
  readonly mode: Text;
  readonly email?: Optional<Text>;
}

interface ChoiceOutline {
  readonly primary?: Optional<Text>;
  readonly fallbacks?: Optional<readonly Text[]>;
}

interface AgentOutline {
  readonly id: Text;
  readonly default?: Optional<boolean>;
  readonly agentDir?: Optional<Text>;
  readonly model?: Optional<Text | ChoiceOutline>;
}

interface ProviderOutline {
  readonly baseUrl?: Optional<Text>;
  readonly api?: Optional<Text>;
  readonly auth?: Optional<Text>;
  readonly apiKey?: Optional<SecretText>;
  readonly models?: Optional<readonly Text[]>;
}

/** `auth.profiles.<id>.mode` as the gateway knows it. */
export const modes: readonly ConfigMode[] = ['api_key', 'oauth', 'token'];

export function isMode(text: string): text is ConfigMode {
  return modes.some((mode) => mode === text);
}

/** A secret's traces; the hash is not computed before somebody looks at the fingerprint. */
export function configSecret(text: string, hash: Hash): ConfigSecret {
  const secret = new Secret(text);
  return {
    blank: secret.blank,
    get fingerprint() {
      return hash(text).slice(0, 8);
    },
    secret,
  };
}

/** The config that the domain works with. */
export function hostConfig(outline: Outline, hash: Hash): HostConfig {
  const { profiles, order } = outline.auth ?? {};
  const { defaults, list } = outline.agents ?? {};
  return {
    auth: {
      profiles: mapped(profiles, profile),
      order: mapped(order, (ids) => ids.map(textOf)),
      cooldowns: cooldowns(outline),
    },
    agents: {
      model: choice(defaults?.model),
      imageModel: choice(defaults?.imageModel),
      models: mapped(defaults?.models, ({ alias }) => optional(alias)),
      list: (list ?? []).map(agent),
    },
    providers: new Map(
      Object.entries(outline.providers).map(([id, it]) => [id.trim(), provider(it, hash)]),
    ),
    sessionStore: optional(outline.sessionStore),
    env: {
      vars: mapped(outline.vars, (text) => secretOf(text, hash)),
      shellEnv: { ...emptyHostConfig.env.shellEnv, ...defined(outline.shellEnv ?? {}) },
    },
  };
}

function profile({ provider, mode, email }: ProfileOutline): ConfigProfile {
  const text = textOf(mode);
  if (!isMode(text)) throw new EpiloopError('config_invalid', 'a profile has an unknown mode');
  return { provider: textOf(provider), mode: text, email: optional(email) };
}

function cooldowns({ auth }: Outline): HostConfig['auth']['cooldowns'] {
  const { billingBackoffHoursByProvider, ...hours } = auth?.cooldowns ?? {};
  return {
    ...emptyHostConfig.auth.cooldowns,
    ...defined(hours),
    billingBackoffHoursByProvider: mapped(billingBackoffHoursByProvider, (value) => value),
  };
}

function choice(model: Text | ChoiceOutline | undefined): ModelChoice | undefined {
  if (model === undefined) return undefined;
  if (typeof model === 'string' || model instanceof Template) {
    return { primary: textOf(model), fallbacks: [] };
  }
  return { primary: optional(model.primary), fallbacks: (model.fallbacks ?? []).map(textOf) };
}

function agent(entry: AgentOutline): AgentEntry {
  return {
    id: normalizeAgentId(textOf(entry.id)),
    default: entry.default ?? false,
    agentDir: optional(entry.agentDir),
    model: choice(entry.model),
  };
}

function provider(entry: ProviderOutline, hash: Hash): ConfigProvider {
  return {
    baseUrl: optional(entry.baseUrl),
    api: optional(entry.api),
    auth: optional(entry.auth),
    apiKey: entry.apiKey === undefined ? undefined : secretOf(entry.apiKey, hash),
    models: entry.models?.map(textOf),
  };
}

function secretOf(text: SecretText, hash: Hash): ConfigSecret {
  return text instanceof Template ? configSecret(text.text, hash) : text;
}

function optional(text: Text | undefined): string | undefined {
  return text === undefined ? undefined : textOf(text);
}

function mapped<A, B>(
  record: Readonly<Record<string, A>> | undefined,
  convert: (value: A) => B,
): Map<string, B> {
  return new Map(Object.entries(record ?? {}).map(([key, value]) => [key, convert(value)]));
}

/** Without the keys that are there but undefined, so that defaults show through. */
function defined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }; // filtered
}
