import type { ConfigCooldowns } from './host-config.ts';
import type { JsonObject } from './json.ts';
import type { Usage } from './profile.ts';
import { findByProvider } from './provider.ts';

/** What the gateway tells failures apart by (2026.1.24, auth-profiles/types.ts). */
export const failureReasons = [
  'auth',
  'format',
  'rate_limit',
  'billing',
  'timeout',
  'unknown',
] as const;

export type FailureReason = (typeof failureReasons)[number];

export function isFailureReason(text: string): text is FailureReason {
  return failureReasons.some((reason) => reason === text);
}

/** How long a provider's profiles rest; all in ms. */
export interface Backoff {
  /** a failure longer ago than this begins a new count */
  readonly windowMs: number;
  readonly billingBaseMs: number;
  readonly billingMaxMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** `auth.cooldowns` for one provider (any spelling): at least a minute, and never more than the most. */
export function backoffOf(config: ConfigCooldowns, provider: string): Backoff {
  const own = findByProvider(config.billingBackoffHoursByProvider, provider);
  const billingBaseMs = Math.max(minuteMs, (own ?? config.billingBackoffHours) * hourMs);
  return {
    windowMs: config.failureWindowHours * hourMs,
    billingBaseMs,
    billingMaxMs: Math.max(billingBaseMs, config.billingMaxHours * hourMs),
  };
}

/**
 * What stands in `usageStats` after one more failure, by the gateway's arithmetic (2026.1.24,
 * auth-profiles/usage.ts): billing disables for the base, doubled with each billing failure; all
 * else cools down for 1, 5, 25, then 60 minutes, counted over all failures. One kind of time leaves
 * the other as it is: a profile rests until the later of both.
 */
export function failed(
  usage: Usage | undefined,
  reason: FailureReason,
  backoff: Backoff,
  now: number,
): Usage {
  const counted = inWindow(usage, backoff, now) ? usage : undefined;
  const errorCount = oneMore(counted?.errorCount);
  const ofReason = oneMore(counted?.failureCounts?.[reason]);
  const failureCounts = { ...counted?.failureCounts, [reason]: ofReason };
  const after = { errorCount, failureCounts, lastFailureAt: now };
  if (reason !== 'billing') {
    return replaced(usage, { ...after, cooldownUntil: now + cooldownMs(errorCount) });
  }
  const disabledUntil = Math.round(now + disabledMs(ofReason, backoff));
  return replaced(usage, { ...after, disabledUntil, disabledReason: 'billing' });
}

function oneMore(count: number | undefined): number {
  return Math.min((count ?? 0) + 1, Number.MAX_SAFE_INTEGER);
}

/** A value that could not be modelled gives way to the new one of its field. */
function replaced(usage: Usage | undefined, fields: Omit<Usage, 'extra'>): Usage {
  const { extra, ...known } = usage ?? {};
  return { ...known, ...fields, ...without(extra, (field) => field in fields) };
}

function without(
  extra: JsonObject | undefined,
  goes: (field: string) => boolean,
): Pick<Usage, 'extra'> {
  const kept = Object.entries(extra ?? {}).filter(([field]) => !goes(field));
  return kept.length === 0 ? {} : { extra: Object.fromEntries(kept) };
}

/** The end of the window still counts; a profile that never failed begins at nothing anyway. */
function inWindow(usage: Usage | undefined, { windowMs }: Backoff, now: number): boolean {
  const last = usage?.lastFailureAt ?? 0;
  return last <= 0 || now - last <= windowMs;
}

function cooldownMs(errorCount: number): number {
  return Math.min(hourMs, minuteMs * 5 ** Math.min(Math.max(1, errorCount) - 1, 3));
}

function disabledMs(count: number, { billingBaseMs, billingMaxMs }: Backoff): number {
  return Math.min(billingMaxMs, billingBaseMs * 2 ** Math.min(Math.max(1, count) - 1, 10));
}

/** What stands there after one use, good or not. */
export function marked(
  usage: Usage | undefined,
  outcome: 'ok' | FailureReason,
  backoff: Backoff,
  now: number,
): Usage {
  return outcome === 'ok' ? succeeded(usage, now) : failed(usage, outcome, backoff, now);
}

/** After a success nothing of earlier failures is left. */
export function succeeded(usage: Usage | undefined, now: number): Usage {
  return replaced(cleared(usage ?? {}), { lastUsed: now });
}

const ofFailures: ReadonlySet<string> = new Set([
  ...['cooldownUntil', 'disabledUntil', 'disabledReason'],
  ...['errorCount', 'failureCounts', 'lastFailureAt'],
]);

/**
 * Without everything that failures left: what remains is when it was last used, and what we do not
 * model. The gateway's own clearing leaves `disabledUntil` and the counts (2026.1.24), so that a
 * profile which was disabled for billing stays so.
 */
export function cleared({ lastUsed, extra }: Usage): Usage {
  return {
    ...(lastUsed !== undefined && { lastUsed }),
    ...without(extra, (field) => ofFailures.has(field)),
  };
}

/** Is there anything that `cleared` would take away? */
export function hasFailures(usage: Usage | undefined): boolean {
  const fields = Object.entries({ ...usage?.extra, ...usage });
  return fields.some(([field, value]) => ofFailures.has(field) && value !== undefined);
}
