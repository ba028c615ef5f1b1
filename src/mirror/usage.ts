import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { Usage } from '../domain/profile.ts';

/** The gateway's fields of `usageStats.<id>`, in the order that we write them. */
const fields = [
  'lastUsed',
  'cooldownUntil',
  'disabledUntil',
  'disabledReason',
  'errorCount',
  'failureCounts',
  'lastFailureAt',
] as const;

/** One entry of `usageStats`; what is not of its field's kind stays in `extra` verbatim. */
export function modelUsage(raw: Json): Usage | undefined {
  if (!isJsonObject(raw)) return undefined;
  const modelled = fields.filter((field) => isModelled(field, raw[field]));
  const known: readonly string[] = modelled;
  const extra = Object.entries(raw).filter(([key]) => !known.includes(key));
  return {
    // the filter has checked each value against the field's type
    ...(Object.fromEntries(modelled.map((field) => [field, raw[field]])) as Usage),
    ...(extra.length > 0 ? { extra: Object.fromEntries(extra) } : undefined),
  };
}

/** A usage entry as the file writes it. */
export function usageEntry(usage: Usage): JsonObject {
  const entry: Record<string, Json> = {};
  for (const field of fields) {
    const value = usage[field];
    if (value !== undefined) entry[field] = value;
  }
  // twice: the first gives the place, the last the value
  return usage.extra === undefined ? entry : { ...entry, ...usage.extra, ...entry };
}

function isModelled(field: (typeof fields)[number], value: Json | undefined): boolean {
  if (field === 'disabledReason') return typeof value === 'string';
  if (field === 'failureCounts') {
    return isJsonObject(value) && Object.values(value).every(isCount);
  }
  return isCount(value);
}

function isCount(value: Json | undefined): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value);
}
