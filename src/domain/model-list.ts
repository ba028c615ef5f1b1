import { byProvider, type ModelCatalog } from './model-catalog.ts';
import { type Reply, refuse } from './model-choice.ts';
import { type ModelRef, refText } from './model-ref.ts';
import { normalizeProvider } from './provider.ts';

/** A reply that shows models, and what a number in the next line picks from. */
export interface ListReply extends Reply {
  readonly listed?: readonly ModelRef[] | undefined;
}

const PAGE_SIZE = 20;
const MOST_ON_A_PAGE = 100;
const SWITCH = 'Switch: /model <provider/model>';

/**
 * `/models`: the providers and how many models each has; `/models P [page|all|size=N]`: a page of
 * its models, numbered through all pages (gateway 2026.1.24, commands-models.ts: 20 on a page, at
 * most 100).
 */
export function listModels(words: readonly string[], catalog: ModelCatalog): ListReply {
  const groups = byProvider(catalog);
  const [asked, ...options] = words;
  if (asked === undefined) return { lines: providerLines(groups) };
  const provider = normalizeProvider(asked);
  const models = groups.get(provider);
  if (models === undefined) return unknown(provider, [...groups.keys()]);
  return page(provider, models, readOptions(options, models.length));
}

function providerLines(groups: ReadonlyMap<string, readonly ModelRef[]>): readonly string[] {
  const counts = [...groups].map(([provider, { length }]) => `- ${provider} (${length})`);
  return ['Providers:', ...counts, '', 'Use: /models <provider>', SWITCH];
}

function unknown(provider: string, known: readonly string[]): Reply {
  const names = known.map((each) => `- ${each}`);
  const lines = ['', 'Available providers:', ...names, '', 'Use: /models <provider>'];
  return refuse('not_found', `Unknown provider: ${provider}`, ...lines);
}

interface PageOptions {
  readonly number: number;
  readonly size: number;
  readonly all: boolean;
}

function readOptions(words: readonly string[], total: number): PageOptions {
  const options = { number: 1, size: PAGE_SIZE };
  for (const word of words) {
    const [name, value] = word.includes('=') ? word.toLowerCase().split('=') : ['page', word];
    const number = Number(value);
    if (!Number.isInteger(number) || number < 1) continue;
    if (name === 'page') options.number = number;
    else options.size = Math.min(MOST_ON_A_PAGE, number);
  }
  const all = words.some((word) => /^(?:--)?all$/i.test(word));
  return all ? { number: 1, size: total, all } : { ...options, all };
}

function page(
  provider: string,
  models: readonly ModelRef[],
  { number, size, all }: PageOptions,
): ListReply {
  const pages = Math.ceil(models.length / size);
  if (number > pages) return outOfRange(provider, number, pages);
  const start = (number - 1) * size;
  const shown = models.slice(start, start + size);
  const range = `${start + 1}-${start + shown.length} of ${models.length}`;
  const again = size === PAGE_SIZE ? '' : ` size=${size}`;
  const more = [`More: /models ${provider} ${number + 1}${again}`];
  const rest = [...(number < pages ? more : []), `All: /models ${provider} all`];
  return {
    lines: [
      `Models (${provider}) — showing ${range} (page ${number}/${pages})`,
      ...shown.map((ref, at) => `${start + at + 1}. ${refText(ref)}`),
      '',
      `${SWITCH}, or /model <number>`,
      ...(all || pages === 1 ? [] : rest),
    ],
    listed: models,
  };
}

function outOfRange(provider: string, number: number, pages: number): Reply {
  return refuse(
    'no',
    `Page out of range: ${number} (valid: 1-${pages})`,
    '',
    `Try: /models ${provider} ${pages}`,
    `All: /models ${provider} all`,
  );
}
