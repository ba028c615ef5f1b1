import type { Finding } from '../domain/finding.ts';
import type { StatusReport } from '../domain/status-report.ts';

/** The use cases, as the command line sees them. */
export interface App {
  status(request: StatusRequest): Promise<StatusOutcome>;
  history(request: HistoryRequest): Promise<HistoryOutcome>;
  /** Call it when everything has been printed: outcomes may still ask the store. */
  close(): void;
}

export interface StatusRequest {
  /** undefined: main's directory */
  readonly agent?: string | undefined;
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
}

export interface StatusOutcome {
  /** the gravest first */
  readonly findings: readonly Finding[];
  /** the whole screen; not made for `--check`, which needs only the findings */
  readonly report: () => StatusReport;
  /** what `--check` exits with */
  readonly exitCode: number;
  /** one line each, for standard error */
  readonly notices: readonly string[];
  /** shown as `~` */
  readonly home?: string | undefined;
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
}
