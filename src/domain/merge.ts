/**
 * A three-way merge of one keyed map: what the file says now, what we say, and what the file said
 * when we last read or wrote it.
 */
export interface MergeInput<T> {
  readonly there: ReadonlyMap<string, T>;
  readonly here: ReadonlyMap<string, T>;
  /** the merge base: a mark per key, equal marks meaning equal values */
  readonly base: ReadonlyMap<string, string>;
  readonly mark: (value: T) => string;
  readonly same: (a: T, b: T) => boolean;
  /** both changed; either value may be absent, never both */
  readonly settle: (key: string, there: T | undefined, here: T | undefined) => 'there' | 'here';
  /** asked only of what changed there: a change that must not be believed, e.g. a stale rewrite */
  readonly distrust?: (key: string, there: T | undefined, here: T | undefined) => boolean;
}

/** What to do here; a key that is absent from the result stays as we have it. */
export type MergeChanges<T> = ReadonlyMap<string, T | undefined>;

/** The changes that the file brings us. Keys come in the file's order, removals last. */
export function changesThere<T>(input: MergeInput<T>): MergeChanges<T> {
  const changes = new Map<string, T | undefined>();
  for (const key of new Set([...input.there.keys(), ...input.here.keys()])) {
    if (takesTheirs(input, key)) changes.set(key, input.there.get(key));
  }
  return changes;
}

function takesTheirs<T>(input: MergeInput<T>, key: string): boolean {
  const there = input.there.get(key);
  const here = input.here.get(key);
  if (there !== undefined && here !== undefined && input.same(there, here)) return false;
  const base = input.base.get(key);
  if (markOf(input, there) === base) return false;
  if (input.distrust?.(key, there, here) === true) return false;
  return markOf(input, here) === base || input.settle(key, there, here) === 'there';
}

function markOf<T>(input: MergeInput<T>, value: T | undefined): string | undefined {
  return value === undefined ? undefined : input.mark(value);
}
