import type { ValueNode } from '@humanwhocodes/momoa';
import { type EditDocument, type Group, groupOf, hasBreak, indentAt } from './edit-document.ts';

/** What an edit writes: mostly texts in objects; lists stand on one line. */
export type Written =
  | null
  | boolean
  | number
  | string
  | readonly Written[]
  | { readonly [key: string]: Written };

/** The habits of a file, so that what is added looks like the rest. */
export interface Style {
  /** undefined: the file is written on one line */
  readonly eol: string | undefined;
  readonly unit: string;
  readonly quote: string;
  readonly keyQuote: string;
  readonly bareKeys: boolean;
  readonly colon: string;
  /** between brackets and items on one line, and after a comma there */
  readonly blank: string;
  /** a comma behind the last item, where the items have lines of their own and where not */
  readonly trailing: { readonly lines: boolean; readonly inline: boolean };
}

export function styleOf(document: EditDocument): Style {
  const groups = groupsIn(document.root);
  const { values, keys, bare } = namesOf(document);
  const quote = more(values, "'", '"') ?? more(keys, "'", '"') ?? '"';
  const colon = tightColons(document) ? ':' : ': ';
  return {
    eol: eolOf(document),
    unit: usual(groups.map((group) => unitOf(document, group))) ?? '  ',
    quote,
    keyQuote: more(keys, "'", '"') ?? quote,
    bareKeys: bare > keys.length - keys.filter((key) => !isBare(key.slice(1, -1))).length,
    colon,
    blank: colon.slice(1),
    trailing: {
      lines: hasHabit(document, groups, true),
      inline: hasHabit(document, groups, false),
    },
  };
}

/** The value as the file would write it; `indent` is that of the line it begins in. */
export function render(value: Written, style: Style, indent: string, broken: boolean): string {
  if (typeof value === 'string') return quoted(value, style.quote);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) {
    return `[${value.map((item) => render(item, style, indent, false)).join(`,${style.blank}`)}]`;
  }
  const { eol } = style;
  if (Object.keys(value).length === 0) return '{}';
  const inner = `${indent}${style.unit}`;
  const items = Object.entries(value).map(
    ([key, item]) => `${renderKey(key, style)}${style.colon}${render(item, style, inner, broken)}`,
  );
  if (!broken || eol === undefined) {
    const end = style.trailing.inline ? ',' : '';
    return `{${style.blank}${items.join(`,${style.blank}`)}${end}${style.blank}}`;
  }
  const end = style.trailing.lines ? ',' : '';
  return `{${eol}${inner}${items.join(`,${eol}${inner}`)}${end}${eol}${indent}}`;
}

function isList(value: object): value is readonly Written[] {
  return Array.isArray(value);
}

export function renderKey(key: string, { bareKeys, keyQuote }: Style): string {
  return bareKeys && isBare(key) ? key : quoted(key, keyQuote);
}

export function quoted(text: string, quote: string): string {
  const json = JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return quote === '"'
    ? json
    : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** momoa takes these words for values wherever they stand. */
function isBare(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key) && !/^(true|false|null|NaN|Infinity)$/.test(key);
}

function groupsIn(node: ValueNode): Group[] {
  const group = groupOf(node);
  return group === undefined ? [] : [group, ...group.items.flatMap((it) => groupsIn(it.value))];
}

function namesOf({ tokens, text }: EditDocument) {
  const strings = tokens.flatMap(({ type, range }, index) => {
    if (type !== 'String' || range === undefined) return [];
    return [{ code: text.slice(...range), isKey: tokens[index + 1]?.type === 'Colon' }];
  });
  return {
    values: strings.filter(({ isKey }) => !isKey).map(({ code }) => code),
    keys: strings.filter(({ isKey }) => isKey).map(({ code }) => code),
    bare: tokens.filter(({ type }) => type === 'Identifier').length,
  };
}

/** The quote that more of the texts have; undefined where it is even. */
function more(texts: readonly string[], a: string, b: string): string | undefined {
  const lead = texts.reduce((sum, text) => sum + (text.startsWith(a) ? 1 : -1), 0);
  if (lead === 0) return undefined;
  return lead > 0 ? a : b;
}

function tightColons({ tokens, text }: EditDocument): boolean {
  const colons = tokens.filter(({ type }) => type === 'Colon');
  const tight = colons.filter(({ range }) => range && /\S/.test(text.charAt(range[1])));
  return tight.length * 2 > colons.length;
}

function eolOf({ text, root }: EditDocument): string | undefined {
  const group = groupOf(root);
  const inside = text.slice(group?.start, group?.end);
  if (group !== undefined && group.items.length > 0 && !hasBreak(inside)) return undefined;
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

function unitOf({ text }: EditDocument, group: Group): string | undefined {
  const first = group.items[0];
  if (first === undefined || !hasBreak(text.slice(group.start, first.start))) return undefined;
  const [outer, inner] = [indentAt(text, group.start), indentAt(text, first.start)];
  const deeper = inner.startsWith(outer) && inner.length > outer.length;
  return deeper ? inner.slice(outer.length) : undefined;
}

/** The most frequent one, of several the last. */
function usual(units: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const unit of units) if (unit !== undefined) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].findLast(([, count]) => count === most)?.[0];
}

function hasHabit(document: EditDocument, groups: readonly Group[], broken: boolean): boolean {
  const votes = groups.map((group): number => {
    const last = group.items.at(-1);
    if (last === undefined) return 0;
    if (hasBreak(document.text.slice(last.end, group.end)) !== broken) return 0;
    return document.commaAfter(last) === undefined ? -1 : 1;
  });
  return votes.reduce((sum, vote) => sum + vote, 0) > 0;
}
