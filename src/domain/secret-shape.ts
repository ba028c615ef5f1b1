import { normalizeProvider } from './provider.ts';

/** How every API key that a provider gives out begins, and how many characters it has at least. */
interface Shape {
  readonly prefix: string;
  readonly least: number;
}

/**
 * Only what is documented: the rules of gitleaks 8 (Anthropic, OpenAI, Google,
 * Perplexity) and the providers' own pages on their keys (the others), as of
 * November 2026.
 */
const shapes: ReadonlyMap<string, Shape> = new Map([
  ['anthropic', { prefix: 'sk-ant-', least: 80 }],
  ['openai', { prefix: 'sk-', least: 40 }],
  ['openrouter', { prefix: 'sk-or-', least: 64 }],
  ['google', { prefix: 'AIza', least: 39 }],
  ['groq', { prefix: 'gsk_', least: 52 }],
  ['xai', { prefix: 'xai-', least: 80 }],
  ['perplexity', { prefix: 'pplx-', least: 40 }],
]);

/** How the provider's keys begin, where this one does not; undefined: so it does, or unknown. */
export function missingPrefix(text: string, provider: string): string | undefined {
  const prefix = shapes.get(normalizeProvider(provider))?.prefix;
  return prefix === undefined || text.startsWith(prefix) ? undefined : prefix;
}

/**
 * Why it cannot be one of this provider's: it neither begins as they do nor is as long, or it begins
 * so in another case. A new kind of theirs is longer, and passes. Of others nothing is known.
 */
export function misshapen(text: string, provider: string): string | undefined {
  const prefix = missingPrefix(text, provider);
  if (prefix === undefined) return undefined;
  const id = normalizeProvider(provider);
  if (text.toLowerCase().startsWith(prefix.toLowerCase())) {
    return `begins with ${prefix} in another case than those of ${id}`;
  }
  if (text.length >= (shapes.get(id)?.least ?? 0)) return undefined;
  return `does not begin with ${prefix} and is shorter than those of ${id}`;
}
