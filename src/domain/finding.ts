/**
 * Stable reason codes. What each means for the exit code is decided in
 * `verdict.ts`, never where the finding is made.
 */
export const reasons = [
  'expired',
  'expiring',
  'missing',
  'blank_secret',
  'mode_mismatch',
  'order_excludes_all',
  'all_disabled',
  'cooldown',
  'store_unreadable',
  'store_stale',
  'clock_behind',
  'ignored_entry',
  'mirror_version',
  'mirror_pending',
  'mirror_damaged',
  'mirror_unreadable',
  'source_skipped',
  'source_unreadable',
  'permissions',
  'config_upgrade_pending',
  'maybe_same_login',
  'profile_id_stale',
  'order_stale',
  'listed_missing',
  'unlisted',
  'env_shadowed',
  'refresh_shared',
  'exec_environment',
  'network_fs',
  'mirror_drift',
  'ownership',
  'leftover',
  'kept_expired',
  'refresh_refused',
  'refresh_in_doubt',
  'write_back_pending',
  'probe_failed',
  'probe_unanswered',
] as const;

export type Reason = (typeof reasons)[number];

export interface Finding {
  readonly reason: Reason;
  /** one line for a person: lower case, no full stop, no secret */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly provider?: string | undefined;
  readonly profileId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly path?: string | undefined;
  /** ms since the epoch, for findings about a point in time */
  readonly at?: number | undefined;
  /**
   * What this finding alone would make of `--check`: 0 information, 1 unusable, 2 expiring,
   * 64 and above could not tell.
   */
  readonly exit: number;
}
