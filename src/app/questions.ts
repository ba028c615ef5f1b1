/** What the use cases that answer questions are asked, and what they answer. */
import type { Finding, Reason } from '../domain/finding.ts';
import type { Remark } from '../domain/lint.ts';
import type { ProbeOptions } from '../domain/probe.ts';
import type { ProfileFacts } from '../domain/profile.ts';
import type { HealthStatus, MirrorState, StatusReport } from '../domain/status-report.ts';
import type { ErrorCode } from '../errors.ts';

export interface StatusRequest {
  /** undefined: main's directory */
  readonly agent?: string | undefined;
  /** every agent of the host, main first */
  readonly allAgents: boolean;
  readonly warnWithinMs: number;
  /** the `now` of verdicts and rendering, ms since the epoch; undefined: the real one */
  readonly at?: number | undefined;
  /** only the verdict is wanted: no notices, no login shell while nothing is missing */
  readonly check: boolean;
  /** judge what can be used instead of what has expired */
  readonly usable: boolean;
  /** count only profiles of providers in use */
  readonly inUse: boolean;
  /** mask secrets as the gateway does */
  readonly compatMask: boolean;
  /** send one tiny request with each credential of the agent; never with `allAgents` */
  readonly probe?: ProbeRequest | undefined;
}

export interface ProbeRequest extends ProbeOptions {
  /** an endpoint that is not the provider's own may refresh what has to be refreshed before */
  readonly allowTokenEndpoint: boolean;
  /** told how far it is */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

export interface StatusOutcome {
  /** the gravest first */
  readonly findings: readonly Finding[];
  /** the whole screen; not made for `--check`, which needs only the findings */
  readonly report: () => StatusReport;
  /** with `allAgents`: every agent's screen, main's first */
  readonly agents?: (() => readonly AgentReport[]) | undefined;
  /** what `--check` exits with */
  readonly exitCode: number;
  /** one line each, for standard error */
  readonly notices: readonly string[];
  /** shown as `~` */
  readonly home?: string | undefined;
}

export interface AgentReport extends StatusReport {
  readonly agentId: string;
}

export interface HistoryRequest {
  /** newest first, at most this many */
  readonly limit: number;
}

export interface HistoryOutcome {
  /** newest first */
  readonly entries: readonly HistoryEntry[];
  readonly notices: readonly string[];
}

/** One row of the append-only history; `before` and `after` hold fingerprints, never a secret. */
export interface HistoryEntry {
  readonly id: number;
  /** ms since the epoch */
  readonly at: number;
  readonly event: string;
  readonly command: string;
  readonly host: string;
  readonly agentDir?: string | undefined;
  readonly subject?: string | undefined;
  readonly path?: string | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
  /** the change that undid this one */
  readonly undoneBy?: number | undefined;
}

/** What every outcome may tell beside its answer. */
export interface Remarks {
  readonly findings: readonly Finding[];
  /** one line each, for standard error */
  readonly notices: readonly string[];
  /** shown as `~` */
  readonly home?: string | undefined;
}

export interface SyncRequest {
  /** undefined: every agent */
  readonly agent?: string | undefined;
}

export interface SyncOutcome extends Remarks {
  readonly mirrors: readonly MirrorState[];
  /** what could not be read or written */
  readonly failures: readonly { readonly message: string; readonly hint?: string | undefined }[];
  /** 0, or the gravest failure's */
  readonly exitCode: number;
}

export interface ListRequest {
  /** undefined: every agent */
  readonly agent?: string | undefined;
}

export interface ListOutcome extends Remarks {
  readonly agents: readonly ListedAgent[];
  /** ms since the epoch, of the statuses */
  readonly now: number;
}

export interface ListedAgent {
  readonly agentId: string;
  /** absolute */
  readonly agentDir: string;
  /** its `auth-profiles.json`, absolute */
  readonly storePath: string;
  readonly profiles: readonly ListedProfile[];
}

export interface ListedProfile extends ProfileFacts {
  readonly status: HealthStatus;
}

export interface DoctorRequest {
  /** undefined: every agent */
  readonly agent?: string | undefined;
  /** ms; what expires within it is told */
  readonly warnWithinMs: number;
  /** repair what is safe */
  readonly fix: boolean;
  /** with `fix`: only say what would be repaired */
  readonly dryRun: boolean;
}

export interface DoctorOutcome extends Remarks {
  readonly mirrors: readonly MirrorState[];
  /** what `fix` came to */
  readonly repairs: readonly DoctorRepair[];
  /** nothing is left to do about these */
  readonly notes: readonly Finding[];
  /** 0 only when nothing is left to tell */
  readonly exitCode: number;
}

export interface DoctorRepair {
  /** of the finding that it answers */
  readonly reason: Reason;
  /** one line for a person */
  readonly message: string;
  /** the file or folder that it changed, absolute */
  readonly path: string;
  readonly agentId?: string | undefined;
  /** false: it was not to be done, only said */
  readonly done: boolean;
}

export interface LintRequest {
  /** as typed; none: those of the host */
  readonly files: readonly string[];
  /** undefined: every agent */
  readonly agent?: string | undefined;
}

export interface LintOutcome {
  /** by path, line and column */
  readonly remarks: readonly Remark[];
  readonly failures: readonly LintFailure[];
  /** one line each, for standard error */
  readonly notices: readonly string[];
  /** shown as `~` */
  readonly home?: string | undefined;
  /** 0 nothing to say, 1 remarks, else the gravest failure's */
  readonly exitCode: number;
}

/** A file that could not be looked at. */
export interface LintFailure {
  readonly path: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}
