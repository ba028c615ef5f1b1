const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export type DurationUnit = keyof typeof unitMs;

const shape = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/;

/**
 * `90m`, `1.5h`, `30` (in the default unit) as whole milliseconds; undefined for anything else,
 * also for what is too long to count. Case and surrounding white space do not matter.
 */
export function parseDuration(text: string, defaultUnit: DurationUnit): number | undefined {
  const match = shape.exec(text.trim().toLowerCase());
  if (match === null) return undefined;
  const ms = Math.round(Number(match[1]) * unitMs[unitOf(match[2]) ?? defaultUnit]);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

function unitOf(text: string | undefined): DurationUnit | undefined {
  return text !== undefined && isUnit(text) ? text : undefined;
}

function isUnit(text: string): text is DurationUnit {
  return Object.hasOwn(unitMs, text);
}

/**
 * A span in one rounded unit, as the gateway prints it (2026.1.24, auth-health.ts): nothing left
 * is `0m`, minutes up to an hour and never fewer than one, hours up to two days, then days.
 */
export function formatRemaining(ms: number): string {
  if (!(ms > 0)) return '0m';
  const minutes = Math.max(1, Math.round(ms / unitMs.m));
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.round(hours / 24)}d`;
}
