import type { Usage } from './profile.ts';

export interface Unusable {
  /** ms since the epoch; usable again from then on */
  readonly until: number;
  readonly kind: 'cooldown' | 'disabled';
  /** why it was disabled, as the gateway wrote it (`billing`) */
  readonly reason?: string | undefined;
}

/**
 * Whether a profile is resting after failures (gateway 2026.1.24, auth-profiles/usage.ts): the
 * later of both times counts, and it is `disabled` while `disabledUntil` lies ahead. Times that are
 * not finite or not positive are no times.
 */
export function unusableUntil(usage: Usage | undefined, now: number): Unusable | undefined {
  const cooldown = ahead(usage?.cooldownUntil, now);
  const disabled = ahead(usage?.disabledUntil, now);
  if (disabled !== undefined) {
    const until = Math.max(disabled, cooldown ?? disabled);
    const reason = usage?.disabledReason;
    return { until, kind: 'disabled', ...(reason === undefined ? {} : { reason }) };
  }
  return cooldown === undefined ? undefined : { until: cooldown, kind: 'cooldown' };
}

function ahead(time: number | undefined, now: number): number | undefined {
  return time !== undefined && Number.isFinite(time) && time > 0 && now < time ? time : undefined;
}
