/** What is asked and answered about profiles that rest after failures, and about what is used. */
import type { ExplainedCandidate } from '../domain/explanation.ts';
import type { FailureReason } from '../domain/failure.ts';
import type { Finding } from '../domain/finding.ts';
import type { Step } from '../domain/simulation.ts';
import type { Remarks } from './app.ts';

export interface CooldownListRequest {
  /** undefined: the configured default agent */
  readonly agent?: string | undefined;
  readonly allAgents: boolean;
  /** any spelling; undefined: all */
  readonly provider?: string | undefined;
}

export interface CooldownListOutcome extends Remarks {
  readonly agents: readonly RestingAgent[];
  /** ms since the epoch */
  readonly now: number;
}

export interface RestingAgent {
  readonly agentId: string;
  /** absolute */
  readonly agentDir: string;
  /** its `auth-profiles.json`, absolute */
  readonly storePath: string;
  /** the soonest end first */
  readonly profiles: readonly RestingProfile[];
}

/** Times are ms since the epoch. */
export interface RestingProfile {
  readonly profileId: string;
  /** as typed; undefined where nothing is stored under this id */
  readonly provider?: string | undefined;
  readonly kind: 'cooldown' | 'disabled';
  /** the gateway's word for why it is disabled; `?` for what is no word */
  readonly reason?: string | undefined;
  readonly until: number;
  readonly remainingMs: number;
  readonly errorCount?: number | undefined;
  readonly failureCounts: Readonly<Record<string, number>>;
  readonly lastUsed?: number | undefined;
  readonly lastFailureAt?: number | undefined;
  /** it is main's file that says so */
  readonly inherited: boolean;
}

/** One profile, or all of a provider's. */
export interface CooldownClearRequest {
  readonly what: { readonly id: string } | { readonly provider: string };
  /** undefined: the configured default agent */
  readonly agent?: string | undefined;
}

export interface CooldownClearOutcome extends Remarks {
  readonly agentId: string;
  /** absolute */
  readonly agentDir: string;
  /** none: nothing of it rests, nor is any failure counted */
  readonly cleared: readonly ClearedProfile[];
}

/** Where it was cleared: what an agent inherits stands in main's file. */
export interface ClearedProfile {
  readonly profileId: string;
  readonly agentId: string;
  /** absolute */
  readonly agentDir: string;
  readonly storePath: string;
}

export interface MarkRequest {
  readonly id: string;
  readonly outcome: 'ok' | FailureReason;
  /** undefined: the configured default agent */
  readonly agent?: string | undefined;
}

export interface MarkOutcome extends Remarks {
  readonly agentId: string;
  /** absolute */
  readonly agentDir: string;
  readonly storePath: string;
  readonly profileId: string;
  /** as typed */
  readonly provider: string;
  readonly outcome: 'ok' | FailureReason;
  /** undefined: it can be used */
  readonly resting?: Pick<RestingProfile, 'kind' | 'reason' | 'until' | 'remainingMs'> | undefined;
  readonly errorCount: number;
}

export interface ExplainRequest {
  /** any spelling */
  readonly provider: string;
  /** undefined: the configured default agent */
  readonly agent?: string | undefined;
  /** the `now` of the answer, ms since the epoch; undefined: the real one */
  readonly at?: number | undefined;
  /** for a session that is pinned to this profile */
  readonly profileId?: string | undefined;
  /** the key of a session, whose pin comes first; and whose agent is meant, where the key says so */
  readonly session?: string | undefined;
  /** as typed; see the simulation for what it may say */
  readonly simulate?: string | undefined;
}

export interface ExplainOutcome extends Remarks {
  /** normalised */
  readonly provider: string;
  readonly agentId: string;
  /** absolute */
  readonly agentDir: string;
  /** whose list is in force */
  readonly basis: 'agent' | 'main' | 'config' | 'config_profiles' | 'stored';
  /** in the order of use, the dropped ones behind */
  readonly candidates: readonly ExplainedCandidate[];
  /** the profile that is used now */
  readonly next?: string | undefined;
  /** what serves without a profile */
  readonly otherwise?: Otherwise | undefined;
  /** profiles are never looked at: `otherwise` serves before them */
  readonly passesProfiles: boolean;
  /** about this provider */
  readonly findings: readonly Finding[];
  /** what an answer of nothing usable can be mended with */
  readonly hint?: string | undefined;
  readonly steps?: readonly Step[] | undefined;
  readonly now: number;
  /** 0, or 1 where nothing can be used */
  readonly exitCode: number;
}

export interface Otherwise {
  readonly kind: 'env' | 'models.json' | 'keyless';
  /** a fingerprint, or what the gateway shows in its place */
  readonly detail?: string | undefined;
  /** `env: ANTHROPIC_API_KEY` */
  readonly source?: string | undefined;
}
