import type { Json } from '../domain/json.ts';

/** As the gateway loads it: trimmed, blank ones dropped; an empty list is no order. */
export function modelOrder(raw: Json): readonly string[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const ids = raw.flatMap((id: Json) => (typeof id === 'string' ? [id.trim()] : []));
  const kept = ids.filter((id) => id !== '');
  return kept.length > 0 ? kept : undefined;
}

export function modelLastGood(raw: Json): string | undefined {
  return typeof raw === 'string' && raw.trim() !== '' ? raw : undefined;
}
