import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { parseJson } from './fields.ts';

/** Files of the gateway's predecessors, which it takes over once; both are flat maps. */
export type LegacyKind =
  /** `auth.json` of an agent: `{anthropic: {type: 'api_key' | 'oauth' | 'token', …}}` */
  | 'legacy-auth'
  /** `oauth.json` of a host: `{anthropic: {access, refresh, expires, …}}` */
  | 'legacy-oauth';

export type LegacyFile =
  | {
      readonly kind: 'entries';
      /** provider as typed → what would stand in `profiles` of `auth-profiles.json`, not yet judged */
      readonly entries: ReadonlyMap<string, JsonObject>;
      /** providers whose entry cannot be read, and why; quotes no secret */
      readonly ignored: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'broken'; readonly problem: string };

/** What we write from it has to stay readable for us: `auth-profiles.json` has narrower limits. */
const MAX_ENTRIES = 1000;
const MAX_DEPTH = 32;

/** The text of a legacy file, in its order. Never throws. */
export function parseLegacy(kind: LegacyKind, text: string): LegacyFile {
  const json = parseJson(text);
  if (json === undefined) return { kind: 'broken', problem: 'not JSON' };
  if (!isJsonObject(json.value)) return { kind: 'broken', problem: 'file: expected Object' };
  const found = new Map(Object.entries(json.value));
  if (found.size > MAX_ENTRIES) return { kind: 'broken', problem: `more than ${MAX_ENTRIES} keys` };
  const entries = new Map<string, JsonObject>();
  const ignored = new Map<string, string>();
  // with `profiles` it is no such map, and the gateway takes nothing from it
  for (const [provider, raw] of found.has('profiles') ? [] : found) {
    if (!isJsonObject(raw)) ignored.set(provider, 'not an object');
    else if (!isStorable(provider, 0)) ignored.set('?', 'its name is not well-formed text');
    else if (!isStorable(raw, MAX_DEPTH))
      ignored.set(provider, 'nested too deep, or malformed text');
    else entries.set(provider, entryOf(kind, provider, raw));
  }
  return { kind: 'entries', entries, ignored };
}

/** In `oauth.json` every entry is an OAuth login, said or not. */
function entryOf(kind: LegacyKind, provider: string, raw: JsonObject): JsonObject {
  return kind === 'legacy-auth' ? { provider, ...raw } : { type: 'oauth', provider, ...raw };
}

/** No lone surrogate in any text, and no more levels than that. */
function isStorable(value: Json, levels: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Object.entries(value).every(
    ([key, item]: [string, Json]) => key.isWellFormed() && isStorable(item, levels - 1),
  );
}
