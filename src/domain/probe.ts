/** What one tiny request with a credential came to; the gateway's words, and `unsupported`. */
export type ProbeStatus =
  | 'ok'
  | 'auth'
  | 'rate_limit'
  | 'billing'
  | 'timeout'
  | 'format'
  | 'unknown'
  /** no model of the provider is known */
  | 'no_model'
  /** it is not spoken with the way that we know, or not at this address */
  | 'unsupported';

/** How probes are to be made. */
export interface ProbeOptions {
  /** any spelling; undefined: every provider in use */
  readonly provider?: string | undefined;
  /** only these profiles, of whatever provider */
  readonly profileIds?: readonly string[] | undefined;
  /** of each request, in ms */
  readonly timeoutMs: number;
  /** requests at one time */
  readonly concurrency: number;
  readonly maxTokens: number;
}

/** One credential, and what became of it; the gateway's fields (2026.1.24, list.probe.ts). */
export interface ProbeResult {
  /** normalised */
  readonly provider: string;
  /** `provider/model` */
  readonly model?: string;
  readonly profileId?: string;
  /** the profile's id, `env: NAME`, `shell env: NAME` or `models.json` */
  readonly label: string;
  readonly source: 'profile' | 'env' | 'models.json';
  readonly mode: 'api_key' | 'token' | 'oauth';
  readonly status: ProbeStatus;
  /** in our own words: nothing that a server wrote is repeated */
  readonly error?: string;
  /** absent: nothing was sent */
  readonly latencyMs?: number;
}

export interface ProbeSummary {
  /** ms since the epoch */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly durationMs: number;
  readonly totalTargets: number;
  readonly options: {
    readonly provider?: string;
    readonly profileIds?: readonly string[];
    readonly timeoutMs: number;
    readonly concurrency: number;
    readonly maxTokens: number;
  };
  readonly results: readonly ProbeResult[];
}
