/** These ids, and each stored one that is not among them before the one that followed it, or last. */
export function ordered(known: readonly string[], stored: readonly string[]): readonly string[] {
  const named = new Set(known);
  if (named.size === stored.length) return known;
  const before = new Map<string | undefined, string[]>();
  let waiting: string[] = [];
  for (const id of stored) {
    if (!named.has(id)) waiting.push(id);
    else if (waiting.length > 0) {
      before.set(id, waiting);
      waiting = [];
    }
  }
  return [...known.flatMap((id) => [...(before.get(id) ?? []), id]), ...waiting];
}
