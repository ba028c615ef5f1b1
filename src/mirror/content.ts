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
  readonly extra: Extra;
}

/** Unmodelled entries of each map, and unknown top-level keys, verbatim. */
export type Extra = Readonly<Record<(typeof extraParts)[number], ReadonlyMap<string, Json>>>;

export const extraParts = ['profiles', 'order', 'lastGood', 'usage', 'top'] as const;

const ownKeys: ReadonlySet<string> = new Set([
  'version',
  'profiles',
  'order',
  'lastGood',
  'usageStats',
]);

export function contentOf(file: MirrorFile): MirrorContent {
  const profiles = split(file.profiles, (raw, id) => {
    const found = modelProfile(id, raw);
    return 'profile' in found ? found.profile : undefined;
  });
  const order = split(file.order, modelOrder);
  const lastGood = split(file.lastGood, modelLastGood);
  const usage = split(file.usage, modelUsage);
  return {
    profiles: [...profiles.modelled.values()],
    order: order.modelled,
    lastGood: lastGood.modelled,
    usage: usage.modelled,
    extra: {
      profiles: profiles.rest,
      order: order.rest,
      lastGood: lastGood.rest,
      usage: usage.rest,
      top: unknownTop(file),
    },
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

function split<T>(
  entries: ReadonlyMap<string, Json>,
  model: (raw: Json, key: string) => T | undefined,
): { readonly modelled: ReadonlyMap<string, T>; readonly rest: ReadonlyMap<string, Json> } {
  const modelled = new Map<string, T>();
  const rest = new Map<string, Json>();
  for (const [key, raw] of entries) {
    const value = model(raw, key);
    if (value === undefined) rest.set(key, raw);
    else modelled.set(key, value);
  }
  return { modelled, rest };
}

function sameMap(a: ReadonlyMap<string, Json>, b: ReadonlyMap<string, Json>): boolean {
  return a.size === b.size && [...a].every(([key, raw]) => b.has(key) && sameJson(raw, b.get(key)));
}
