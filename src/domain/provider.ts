/** Other spellings that the gateway accepts (2026.1.24, model-selection.ts); there are no more. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['z.ai', 'zai'],
  ['z-ai', 'zai'],
  ['opencode-zen', 'opencode'],
  ['qwen', 'qwen-portal'],
]);

/** The one id by which a provider is compared; what a person typed is kept for display. */
export function normalizeProvider(id: string): string {
  const lower = id.trim().toLowerCase();
  return spellings.get(lower) ?? lower;
}

export function sameProvider(a: string, b: string): boolean {
  return normalizeProvider(a) === normalizeProvider(b);
}

/** The value of the first key that means this provider: how the gateway reads maps keyed by one. */
export function findByProvider<T>(map: ReadonlyMap<string, T>, provider: string): T | undefined {
  const wanted = normalizeProvider(provider);
  for (const [key, value] of map) {
    if (normalizeProvider(key) === wanted) return value;
  }
  return undefined;
}
