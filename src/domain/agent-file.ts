import { STALE_REWRITE_MS } from './generation.ts';
import { canonicalJson } from './json.ts';
import { changesThere, type MergeChanges } from './merge.ts';
import type { Usage } from './profile.ts';

/** An order override as our store holds it. */
export interface StoredOrder {
  /** undefined: none now; the row remembers the ones before */
  readonly ids?: readonly string[] | undefined;
  /** what stood there in the last minutes, latest first, each value once */
  readonly superseded: readonly SupersededOrder[];
}

export interface SupersededOrder {
  /** undefined: there was none */
  readonly ids?: readonly string[] | undefined;
  /** when it was replaced, ms since the epoch */
  readonly at: number;
}

/** The parts of one `auth-profiles.json` beside the profiles; each map is keyed as in the file. */
export interface Surroundings {
  readonly order: ReadonlyMap<string, readonly string[]>;
  readonly usage: ReadonlyMap<string, Usage>;
  readonly lastGood: ReadonlyMap<string, string>;
}

export interface SurroundingsInput {
  readonly theirs: Surroundings;
  readonly ours: Surroundings;
  readonly storedOrders: ReadonlyMap<string, StoredOrder>;
  /** the entries as the file last had them, as `canonicalJson` */
  readonly base: { readonly [kind in keyof Surroundings]: ReadonlyMap<string, string> };
  /** the file is an older copy: nothing is taken back or away because of it */
  readonly olderCopy: boolean;
  readonly now: number;
}

export interface SurroundingsChanges {
  readonly order: MergeChanges<readonly string[]>;
  readonly usage: MergeChanges<Usage>;
  readonly lastGood: MergeChanges<string>;
  /** how many orders were put back as they had been minutes ago, and are not believed */
  readonly staleRewrites: number;
}

/** What the file brings us beside the profiles. Pure. */
export function reconcileSurroundings(input: SurroundingsInput): SurroundingsChanges {
  let staleRewrites = 0;
  const order = changesThere({
    ...kind(input, 'order'),
    settle: () => 'there',
    distrust: (key, there) => {
      const stale = isStaleOrder(input.storedOrders.get(key), there, input.now);
      if (stale) staleRewrites += 1;
      return stale || input.olderCopy;
    },
  });
  const usage = changesThere({
    ...kind(input, 'usage'),
    settle: (_key, there, here) => (lastEvent(there) >= lastEvent(here) ? 'there' : 'here'),
    distrust: (_key, there, here) =>
      there === undefined ? input.olderCopy : isOlderEntry(there, here),
  });
  const lastGood = changesThere({
    ...kind(input, 'lastGood'),
    settle: () => 'there',
    distrust: () => input.olderCopy,
  });
  return { order, usage, lastGood, staleRewrites };
}

/**
 * Does any usage entry of the file say that less has happened than we know of? Then it is an older
 * copy. An entry that stands as it last stood there (`base`, as `canonicalJson`) is none: there it
 * is we who went on.
 */
export function usageWentBack(
  theirs: Surroundings['usage'],
  ours: Surroundings['usage'],
  base: ReadonlyMap<string, string> = new Map(),
): boolean {
  return [...theirs].some(
    ([id, there]) => wentBack(there, ours.get(id)) && canonicalJson(there) !== base.get(id),
  );
}

function kind<K extends keyof Surroundings>(input: SurroundingsInput, name: K) {
  return {
    there: input.theirs[name] as ReadonlyMap<string, EntryOf<K>>,
    here: input.ours[name] as ReadonlyMap<string, EntryOf<K>>,
    base: input.base[name],
    mark: canonicalJson,
    same: (a: EntryOf<K>, b: EntryOf<K>) => canonicalJson(a) === canonicalJson(b),
  };
}

type EntryOf<K extends keyof Surroundings> =
  Surroundings[K] extends ReadonlyMap<string, infer V> ? V : never;

function isStaleOrder(
  ours: StoredOrder | undefined,
  there: readonly string[] | undefined,
  now: number,
): boolean {
  if (ours === undefined) return false;
  const value = canonicalJson(there ?? []);
  return ours.superseded.some(
    ({ ids, at }) => now - at < STALE_REWRITE_MS && canonicalJson(ids ?? []) === value,
  );
}

function wentBack(there: Usage, here: Usage | undefined): boolean {
  return (
    (there.lastUsed ?? Number.POSITIVE_INFINITY) < (here?.lastUsed ?? 0) ||
    (there.lastFailureAt ?? Number.POSITIVE_INFINITY) < (here?.lastFailureAt ?? 0)
  );
}

/** It went back, and tells of nothing that happened after all that we know. */
function isOlderEntry(there: Usage, here: Usage | undefined): boolean {
  return wentBack(there, here) && lastEvent(there) <= lastEvent(here);
}

function lastEvent(usage: Usage | undefined): number {
  return Math.max(usage?.lastUsed ?? 0, usage?.lastFailureAt ?? 0);
}
