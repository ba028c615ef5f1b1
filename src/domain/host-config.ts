import type { Secret } from './secret.ts';

/** What `epiloop.json` says about auth, agents and models, after `$include`; the rest is not ours. */
export interface HostConfig {
  readonly auth: {
    readonly profiles: ReadonlyMap<string, ConfigProfile>;
    /** provider as typed → profile ids; an empty list means no profile at all */
    readonly order: ReadonlyMap<string, readonly string[]>;
    readonly cooldowns: ConfigCooldowns;
  };
  readonly agents: {
    readonly model?: ModelChoice | undefined;
    readonly imageModel?: ModelChoice | undefined;
    /** `agents.defaults.models`: model reference → alias (undefined: listed without one) */
    readonly models: ReadonlyMap<string, string | undefined>;
    readonly list: readonly AgentEntry[];
  };
  /** `models.providers`, keys trimmed and as typed */
  readonly providers: ReadonlyMap<string, ConfigProvider>;
  /** `session.store` as typed: where the gateway keeps its sessions; may hold `{agentId}` */
  readonly sessionStore?: string | undefined;
  readonly env: {
    /** `env.vars.*` and string-valued `env.<KEY>`: used only where the variable is blank */
    readonly vars: ReadonlyMap<string, ConfigSecret>;
    readonly shellEnv: { readonly enabled: boolean; readonly timeoutMs: number };
  };
}

export type ConfigMode = 'api_key' | 'oauth' | 'token';

export interface ConfigProfile {
  readonly provider: string;
  readonly mode: ConfigMode;
  readonly email?: string | undefined;
}

/** Hours, all positive. Defaults of the gateway: 5, {}, 24, 24. */
export interface ConfigCooldowns {
  readonly billingBackoffHours: number;
  readonly billingBackoffHoursByProvider: ReadonlyMap<string, number>;
  readonly billingMaxHours: number;
  readonly failureWindowHours: number;
}

export interface ModelChoice {
  readonly primary?: string | undefined;
  readonly fallbacks: readonly string[];
}

export interface AgentEntry {
  /** normalised (`normalizeAgentId`) */
  readonly id: string;
  readonly default: boolean;
  /** as typed, `~` not expanded */
  readonly agentDir?: string | undefined;
  readonly model?: ModelChoice | undefined;
}

export interface ConfigProvider {
  readonly baseUrl?: string | undefined;
  readonly api?: string | undefined;
  /** `aws-sdk`: the AWS chain, no key expected */
  readonly auth?: string | undefined;
  readonly apiKey?: ConfigSecret | undefined;
  /** the ids of `models[]`, without the provider */
  readonly models?: readonly string[] | undefined;
}

/** A secret written into the config: blank or not, its fingerprint, and itself only when asked for. */
export interface ConfigSecret {
  readonly blank: boolean;
  readonly fingerprint: string;
  readonly secret?: Secret | undefined;
}

export const emptyHostConfig: HostConfig = {
  auth: {
    profiles: new Map(),
    order: new Map(),
    cooldowns: {
      billingBackoffHours: 5,
      billingBackoffHoursByProvider: new Map(),
      billingMaxHours: 24,
      failureWindowHours: 24,
    },
  },
  agents: { models: new Map(), list: [] },
  providers: new Map(),
  env: { vars: new Map(), shellEnv: { enabled: false, timeoutMs: 15_000 } },
};
