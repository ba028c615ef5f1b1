import type { AgentView } from './agent-view.ts';
import type { HostConfig } from './host-config.ts';
import { isKnownProvider } from './known-provider.ts';
import { aliasesOf, isDefaultModel, isListed, type ModelCatalog } from './model-catalog.ts';
import { matchModel } from './model-match.ts';
import { type ModelRef, parseModelRef, refText } from './model-ref.ts';
import { normalizeProvider } from './provider.ts';
import { looksSecret } from './secret-marks.ts';

/** What is said to one line. */
export interface Reply {
  /** raw values: nothing in them is trusted */
  readonly lines: readonly string[];
  /** nothing was changed, and why */
  readonly refused?: 'no' | 'usage' | 'not_found' | undefined;
}

export interface ChoiceInput {
  readonly catalog: ModelCatalog;
  readonly config: HostConfig;
  readonly view: AgentView;
  /** what a number picks from; undefined: no list was shown in this session */
  readonly lastList?: readonly ModelRef[] | undefined;
}

export interface Choice {
  readonly ref: ModelRef;
  readonly isDefault: boolean;
  readonly profile?: string | undefined;
  readonly reply: Reply;
}

/** A choice that was made, or the reply that refuses it. */
export function choose(raw: string, input: ChoiceInput): Choice | Reply {
  const { model, profile } = splitSelection(raw, input);
  if (profile === '') return refuse('usage', 'No auth profile follows the @.');
  if (profile !== undefined && ['', 'status', 'list'].includes(model.toLowerCase())) {
    return refuse('usage', 'Auth profile override requires a model selection.');
  }
  const found = /^\d+$/.test(model) ? pick(Number(model), input) : findModel(model, input);
  if ('lines' in found) return found;
  const isDefault = isDefaultModel(input.catalog, found.ref);
  const wrong = profile === undefined ? undefined : judgeProfile(profile, found.ref, input);
  if (wrong !== undefined) return wrong;
  const label = found.alias ? `${found.alias} (${refText(found.ref)})` : refText(found.ref);
  const done = isDefault ? `Model reset to default (${label}).` : `Model set to ${label}.`;
  const pinned = profile === undefined ? '' : ` Auth profile set to ${profile}.`;
  return { ref: found.ref, isDefault, profile, reply: { lines: [`${done}${pinned}`] } };
}

/**
 * The first `@` ends the model, unless what follows a later one is a profile that is there, or all
 * of it is a model: ids of both may hold one.
 */
export function splitSelection(
  raw: string,
  { view, catalog }: Pick<ChoiceInput, 'view' | 'catalog'>,
): { readonly model: string; readonly profile?: string | undefined } {
  const places = [...raw.matchAll(/@/g)].map(({ index }) => index);
  const whole = parseModelRef(raw, catalog.fallback.provider);
  const known = places.find((at) => view.profiles.has(raw.slice(at + 1)));
  if (known === undefined && whole !== undefined && isListed(catalog, whole)) return { model: raw };
  const at = known ?? places[0];
  return at === undefined
    ? { model: raw }
    : { model: raw.slice(0, at), profile: raw.slice(at + 1) };
}

type Found = { readonly ref: ModelRef; readonly alias?: string | undefined };

const browse = [
  '',
  'Browse: /models (providers) or /models <provider> (models)',
  'Switch: /model <provider/model>',
];

/** A number as the last list of this session showed it. */
function pick(number: number, { lastList = [] }: ChoiceInput): Found | Reply {
  const ref = lastList[number - 1];
  if (ref !== undefined) return { ref };
  const why =
    lastList.length === 0
      ? 'No list of models has been shown in this session.'
      : `The last list has no number ${number} (1-${lastList.length}).`;
  return refuse('no', why, ...browse);
}

/** An alias, a model as it is written, or the nearest that the config names. */
function findModel(text: string, input: ChoiceInput): Found | Reply {
  const { catalog, config } = input;
  const alias = catalog.aliases.get(text.toLowerCase());
  if (alias !== undefined) return { ref: alias, alias: text.toLowerCase() };
  const ref = parseModelRef(text, catalog.fallback.provider);
  if (ref !== undefined && (isListed(catalog, ref) || isElsewhere(text, ref, input)))
    return { ref };
  const names = (of: ModelRef) => aliasesOf(config, of);
  const match = matchWithin(text, catalog, names) ?? matchModel(text, catalog, names);
  if (match !== undefined) return { ref: match, alias: names(match)[0] };
  // a model has a version: a bare word without any is a slip, and would fail in the next run only
  const isPlausible = ref !== undefined && !text.includes('/') && /\d/.test(text);
  if (catalog.open && isPlausible) return { ref };
  const how = 'Use /models to list providers, or /models <provider> to list models.';
  if (ref === undefined || catalog.open)
    return refuse('no', `Unrecognized model "${shown(text)}". ${how}`);
  return refuse('no', `Model "${ref.provider}/${shown(ref.model)}" is not allowed. ${how}`);
}

/** Where the config lists no models, a whole reference to a provider that is known is as good. */
function isElsewhere(text: string, ref: ModelRef, { catalog, config, view }: ChoiceInput): boolean {
  return catalog.open && text.includes('/') && isKnownProvider(ref.provider, view, config);
}

function matchWithin(
  text: string,
  catalog: ModelCatalog,
  names: (ref: ModelRef) => readonly string[],
): ModelRef | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  return matchModel(text.slice(slash + 1), catalog, names, normalizeProvider(text.slice(0, slash)));
}

/** In the agent's own view: main's file and its own. */
function judgeProfile(id: string, { provider }: ModelRef, { view }: ChoiceInput) {
  const facts = view.profiles.get(id);
  if (facts === undefined) return refuse('not_found', `Auth profile "${shown(id)}" not found.`);
  const owner = normalizeProvider(facts.provider);
  if (owner === provider) return undefined;
  return refuse('usage', `Auth profile "${id}" is for ${owner}, not ${provider}.`);
}

export function refuse(refused: NonNullable<Reply['refused']>, ...lines: readonly string[]): Reply {
  return { refused, lines };
}

/** A key pasted in the place of an id is not repeated. */
function shown(word: string): string {
  return looksSecret(word) ? '[secret]' : word;
}
