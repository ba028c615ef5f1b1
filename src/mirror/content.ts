import { type Json, sameJson } from '../domain/json.ts';
import type { Profile, Usage } from '../domain/profile.ts';
import { modelProfile } from './entry.ts';
import type { MirrorFile } from './format.ts';
import { modelLastGood, modelOrder } from './order.ts';
import { modelUsage } from './usage.ts';

/** What an `auth-profiles.json` says, modelled: what we store of it, and what we write into it. */
export interface MirrorContent {
  /** in the file's order */
  readonly profiles: readonly Profile[];
  readonly order: ReadonlyMap<string, readonly string[]>;
  readonly lastGood: ReadonlyMap<string, string>;
  readonly usage: ReadonlyMap<string, Usage>;
  /** unmodelled entries of `profiles` and unknown top-level keys, verbatim */
  readonly extra: {
    readonly profiles: ReadonlyMap<string, Json>;
    readonly top: ReadonlyMap<string, Json>;
  };
}

const ownKeys: ReadonlySet<string> = new Set([
  'version',
  'profiles',
  'order',
  'lastGood',
  'usageStats',
]);

export function contentOf(file: MirrorFile): MirrorContent {
  const profiles: Profile[] = [];
  const unmodelled = new Map<string, Json>();
  for (const [id, raw] of file.profiles) {
    const found = modelProfile(id, raw);
    if ('profile' in found) profiles.push(found.profile);
    else unmodelled.set(id, raw);
  }
  return {
    profiles,
    order: modelled(file.order, modelOrder),
    lastGood: modelled(file.lastGood, modelLastGood),
    usage: modelled(file.usage, modelUsage),
    extra: { profiles: unmodelled, top: unknownTop(file) },
  };
}

/**
 * Would the gateway read the same from both? The order of profiles counts (it decides ties), that
 * of keys elsewhere does not, nor does the version, nor whether an empty map is written down.
 */
export function sameMeaning(a: MirrorFile, b: MirrorFile): boolean {
  return (
    a.legacyMap === b.legacyMap &&
    sameJson([...a.profiles.keys()], [...b.profiles.keys()]) &&
    sameMap(a.profiles, b.profiles) &&
    sameMap(a.order, b.order) &&
    sameMap(a.lastGood, b.lastGood) &&
    sameMap(a.usage, b.usage) &&
    sameMap(unknownTop(a), unknownTop(b))
  );
}

function unknownTop(file: MirrorFile): ReadonlyMap<string, Json> {
  return new Map([...file.top].filter(([key]) => !ownKeys.has(key)));
}

function modelled<T>(
  entries: ReadonlyMap<string, Json>,
  model: (raw: Json) => T | undefined,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const [key, raw] of entries) {
    const value = model(raw);
    if (value !== undefined) found.set(key, value);
  }
  return found;
}

function sameMap(a: ReadonlyMap<string, Json>, b: ReadonlyMap<string, Json>): boolean {
  return a.size === b.size && [...a].every(([key, raw]) => b.has(key) && sameJson(raw, b.get(key)));
}
