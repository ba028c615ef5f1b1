import type { Flag, Place, Value } from './place.ts';

/** Where a flag takes a value: at these places, or at all that know it. */
export interface ValueRow {
  readonly flag: string;
  /** undefined: the same wherever it is known */
  readonly paths: readonly string[] | undefined;
  readonly value: Value;
}

/** One row for each flag that takes a value, or several where it does not mean the same everywhere. */
export function valueRows(places: readonly Place[]): readonly ValueRow[] {
  const all = places.flatMap(({ path, flags }) => flags.map((flag) => ({ path, flag })));
  const byName = Map.groupBy(all, ({ flag }) => flag.name);
  return [...byName].flatMap(([name, uses]) => {
    const byValue = Map.groupBy(uses, ({ flag }) => JSON.stringify(flag.value ?? null));
    return [...byValue.values()].flatMap((same) => rowOf(name, same, byValue.size === 1));
  });
}

function rowOf(
  flag: string,
  uses: readonly { readonly path: string; readonly flag: Flag }[],
  everywhere: boolean,
): ValueRow[] {
  const value = uses[0]?.flag.value;
  if (value === undefined) return [];
  return [{ flag, value, paths: everywhere ? undefined : uses.map(({ path }) => path) }];
}
