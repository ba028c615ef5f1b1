import { isJsonObject, type Json } from '../domain/json.ts';
import { whyIgnored } from './entry.ts';
import { modelLastGood, modelOrder } from './order.ts';

/** Something in the file that the gateway does not model; it is kept where it stands. */
export interface Ignored {
  readonly kind: 'profile' | 'order' | 'last_good' | 'usage' | 'top';
  readonly key: string;
  /** for a person; holds no secret */
  readonly why: string;
}

interface Parts {
  readonly profiles: ReadonlyMap<string, Json>;
  readonly order: ReadonlyMap<string, Json>;
  readonly lastGood: ReadonlyMap<string, Json>;
  readonly usage: ReadonlyMap<string, Json>;
}

export function ignoredEntries(parts: Parts): readonly Ignored[] {
  return [
    ...ignoredIn('profile', parts.profiles, whyIgnored),
    ...ignoredIn('order', parts.order, whyNoOrder),
    ...ignoredIn('last_good', parts.lastGood, whyNoLastGood),
    ...ignoredIn('usage', parts.usage, whyNoUsage),
  ];
}

export function ignoredTop(top: ReadonlyMap<string, Json>): readonly Ignored[] {
  return ignoredIn('top', top, (raw, key) => {
    if (key === 'version' || key === 'profiles') return undefined;
    if (!['order', 'lastGood', 'usageStats'].includes(key)) return 'unknown key';
    return isJsonObject(raw) ? undefined : 'not an object';
  });
}

function ignoredIn(
  kind: Ignored['kind'],
  entries: ReadonlyMap<string, Json>,
  why: (raw: Json, key: string) => string | undefined,
): Ignored[] {
  const ignored: Ignored[] = [];
  for (const [key, raw] of entries) {
    const reason = why(raw, key);
    if (reason !== undefined) ignored.push({ kind, key, why: reason });
  }
  return ignored;
}

function whyNoOrder(raw: Json): string | undefined {
  if (!Array.isArray(raw)) return 'not a list';
  if (raw.some((id) => typeof id !== 'string')) return 'not only profile ids in it';
  return modelOrder(raw) === undefined ? 'an empty list' : undefined;
}

function whyNoLastGood(raw: Json): string | undefined {
  return modelLastGood(raw) === undefined ? 'not a profile id' : undefined;
}

function whyNoUsage(raw: Json): string | undefined {
  return isJsonObject(raw) ? undefined : 'not an object';
}
