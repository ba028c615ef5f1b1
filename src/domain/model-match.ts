import type { ModelCatalog } from './model-catalog.ts';
import { isDefaultModel } from './model-catalog.ts';
import { type ModelRef, refText } from './model-ref.ts';
import { editDistance } from './nearest.ts';

/** Of how a word may match a text: as the whole of it, as its beginning, within it. */
interface Weights {
  readonly exact: number;
  readonly starts: number;
  readonly within: number;
}

const referenceWeights: Weights = { exact: 220, starts: 140, within: 110 };
const providerWeights: Weights = { exact: 180, starts: 120, within: 90 };
const modelWeights: Weights = { exact: 160, starts: 110, within: 80 };
const aliasWeights: Weights = { exact: 140, starts: 90, within: 60 };

const LEAST = { withProvider: 90, without: 120 };
const MOST_EDITS = 3;
const EDIT_WEIGHT = 70;

/** Smaller or special relatives of a model: not meant unless they are named. */
const variants = 'lightning preview mini fast turbo lite beta small nano'.split(' ');

interface Scored {
  readonly ref: ModelRef;
  readonly score: number;
  readonly isDefault: boolean;
  readonly named: number;
  readonly variants: number;
}

/**
 * The listed model that a word most likely means, or undefined where none comes near. The weights and
 * thresholds are the gateway's (2026.1.24, auto-reply/reply/model-selection.ts), with one difference:
 * a slip of the keys is forgiven only where the digits agree, since `gpt-5.1` is no misspelt `gpt-5.2`.
 * @param word in any case; `provider` (normalised): only models of it
 */
export function matchModel(
  word: string,
  catalog: ModelCatalog,
  aliasesOf: (ref: ModelRef) => readonly string[],
  provider?: string,
): ModelRef | undefined {
  const fragment = word.trim().toLowerCase();
  // a single letter is in nearly every name
  if (!/[a-z\d].*[a-z\d]/.test(fragment)) return undefined;
  const among = catalog.models.filter((ref) => provider === undefined || ref.provider === provider);
  const scored = among.map((ref) => score(ref, fragment, catalog, aliasesOf(ref)));
  const [best] = scored.sort(better);
  const least = provider === undefined ? LEAST.without : LEAST.withProvider;
  return best !== undefined && best.score >= least ? best.ref : undefined;
}

function score(
  ref: ModelRef,
  fragment: string,
  catalog: ModelCatalog,
  aliases: readonly string[],
): Scored {
  const [provider, model] = [ref.provider, ref.model.toLowerCase()];
  const meant = variants.filter((variant) => fragment.includes(variant));
  const has = variants.filter((variant) => model.includes(variant));
  const named = meant.filter((variant) => has.includes(variant)).length;
  const isDefault = isDefaultModel(catalog, ref);
  const points = [
    weigh(`${provider}/${model}`, fragment, referenceWeights),
    weigh(provider, fragment, providerWeights),
    weigh(model, fragment, modelWeights),
    ...aliases.map((alias) => weigh(alias.toLowerCase(), fragment, aliasWeights)),
    slip(fragment, model),
    model.startsWith(provider) ? 30 : 0,
    variantPoints(meant.length, has.length, named),
    isDefault ? 20 : 0,
  ];
  const sum = points.reduce((total, each) => total + each, 0);
  return { ref, score: sum, isDefault, named, variants: has.length };
}

function weigh(text: string, fragment: string, { exact, starts, within }: Weights): number {
  if (text === fragment) return exact;
  if (text.startsWith(fragment)) return starts;
  return text.includes(fragment) ? within : 0;
}

/** Points for a Levenshtein distance of at most three. */
function slip(fragment: string, model: string): number {
  if (digits(fragment) !== digits(model)) return 0;
  const edits = editDistance(fragment, model, MOST_EDITS);
  return edits > MOST_EDITS ? 0 : (MOST_EDITS - edits) * EDIT_WEIGHT;
}

function digits(text: string): string {
  return text.replace(/\D+/g, ' ').trim();
}

function variantPoints(meant: number, has: number, named: number): number {
  if (meant === 0) return -30 * has;
  return named > 0 ? 40 * named : -20;
}

/** The same word always means the same model. */
function better(a: Scored, b: Scored): number {
  return (
    b.score - a.score ||
    Number(b.isDefault) - Number(a.isDefault) ||
    b.named - a.named ||
    a.variants - b.variants ||
    a.ref.model.length - b.ref.model.length ||
    (refText(a.ref) < refText(b.ref) ? -1 : 1)
  );
}
