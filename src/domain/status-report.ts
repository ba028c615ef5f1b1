import type { CredentialType } from './credential.ts';
import type { Finding } from './finding.ts';
import type { ProbeSummary } from './probe.ts';

/**
 * What `models status --json` prints: the gateway's fields with its names and key order
 * (2026.1.24, `models status --json`), then ours. The text screen is drawn from the same value.
 */
export interface StatusReport {
  readonly configPath: string;
  readonly agentDir: string;
  readonly defaultModel: string;
  readonly resolvedDefault: string;
  readonly fallbacks: readonly string[];
  readonly imageModel: string | null;
  readonly imageFallbacks: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly allowed: readonly string[];
  readonly auth: {
    readonly storePath: string;
    readonly shellEnvFallback: {
      readonly enabled: boolean;
      readonly appliedKeys: readonly string[];
    };
    /** `provider (n)` */
    readonly providersWithOAuth: readonly string[];
    readonly missingProvidersInUse: readonly string[];
    readonly providers: readonly ProviderOverview[];
    readonly unusableProfiles: readonly UnusableProfile[];
    readonly oauth: {
      readonly warnAfterMs: number;
      readonly profiles: readonly ProfileHealth[];
      readonly providers: readonly ProviderHealth[];
    };
    /** with `--probe` */
    readonly probes?: ProbeSummary;
  };
  readonly schemaVersion: 1;
  readonly findings: readonly Finding[];
  readonly mirrors: readonly MirrorState[];
}

export interface ProviderOverview {
  readonly provider: string;
  readonly effective: {
    readonly kind: 'profiles' | 'env' | 'models.json' | 'missing';
    readonly detail: string;
  };
  readonly profiles: {
    readonly count: number;
    readonly oauth: number;
    readonly token: number;
    readonly apiKey: number;
    readonly labels: readonly string[];
  };
  readonly env?: { readonly value: string; readonly source: string };
  readonly modelsJson?: { readonly value: string; readonly source: string };
}

export interface UnusableProfile {
  readonly profileId: string;
  readonly provider?: string;
  readonly kind: 'cooldown' | 'disabled';
  readonly reason?: string;
  readonly until: number;
  readonly remainingMs: number;
}

export type HealthStatus = 'ok' | 'expiring' | 'expired' | 'missing' | 'static';

export interface ProfileHealth {
  readonly profileId: string;
  readonly provider: string;
  readonly type: CredentialType;
  readonly status: HealthStatus;
  readonly expiresAt?: number;
  readonly remainingMs?: number;
  readonly source: 'claude-cli' | 'codex-cli' | 'store';
  readonly label: string;
}

export interface ProviderHealth {
  readonly provider: string;
  readonly status: HealthStatus;
  readonly profiles: readonly ProfileHealth[];
  readonly expiresAt?: number;
  readonly remainingMs?: number;
}

/** One agent's `auth-profiles.json` as this run left it. */
export interface MirrorState {
  readonly agentId: string;
  readonly path: string;
  /** `pending`: stored, not yet written there; `damaged`: no good version was ever read */
  readonly state:
    | 'current'
    | 'absent'
    | 'written'
    | 'pending'
    | 'damaged'
    | 'unreadable'
    | 'unchecked';
}
