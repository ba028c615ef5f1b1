import { type DocumentNode, parse as parseTree, type ValueNode } from '@humanwhocodes/momoa';
import JSON5 from 'json5';
import { error, type Note, noted, warning } from '../domain/lint.ts';
import type { LintMember, LintNode } from '../domain/lint-tree.ts';

export type LintDocument =
  | { readonly root: LintNode; readonly notes: readonly Note[] }
  /** it cannot be looked into */
  | { readonly root?: undefined; readonly notes: readonly Note[] };

/** A file that the gateway reads as JSON, where JSON5 is as good as absent. Never throws. */
export function parseJsonDocument(text: string, absent: string): LintDocument {
  const failure = failureOf(() => JSON.parse(text));
  if (failure === undefined) return treeOf(text, 'json');
  const at = jsonPlace(text, failure);
  const isJson5 = failureOf(() => JSON5.parse(text)) === undefined;
  const what = text.trim() === '' ? 'the file is empty' : `not valid JSON${oddity(text, at)}`;
  const hint = isJson5
    ? 'JSON has no comments, no trailing commas and only double quotes'
    : undefined;
  return { notes: noted(at, error('syntax', `${what}: ${absent}`, hint)) };
}

/** One file of the config. Never throws. */
export function parseConfigDocument(text: string): LintDocument {
  const failure = failureOf(() => JSON5.parse(text));
  if (failure === undefined) return treeOf(text, 'json5');
  const at = json5Place(text, failure);
  const what = `not valid JSON5${oddity(text, at)}`;
  return { notes: noted(at, error('syntax', what, 'the gateway does not start with it')) };
}

/** Errors of parsers quote the text, so that nothing but a place is ever taken from one. */
function failureOf(parse: () => unknown): unknown {
  try {
    parse();
    return undefined;
  } catch (failure) {
    return failure ?? new Error('no reason given');
  }
}

/** V8 names the place of most errors; the other parser that of the rest. */
function jsonPlace(text: string, failure: unknown): number {
  const message = failure instanceof Error ? failure.message : '';
  if (message.startsWith('Unexpected end')) return text.length;
  const place = / at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message)?.[1];
  if (place !== undefined) return Math.min(Number(place), text.length);
  const other = failureOf(() => parseTree(text, { mode: 'json' }));
  const offset = other instanceof Error && 'offset' in other ? Number(other.offset) : 0;
  return Number.isSafeInteger(offset) ? Math.min(offset, text.length) : 0;
}

/** JSON5 2.2.3 counts line feeds only, and columns from the last one, which is column 0 itself. */
function json5Place(text: string, failure: unknown): number {
  if (!(failure instanceof SyntaxError)) return 0;
  if (!('lineNumber' in failure) || !('columnNumber' in failure)) return 0;
  let start = 0;
  for (let line = 1; line < Number(failure.lineNumber); line += 1) {
    start = text.indexOf('\n', start) + 1;
  }
  return Math.min(Math.max(0, start + Number(failure.columnNumber) - 1), text.length);
}

/** What stands there, where its first character says it; never the text itself. */
function oddity(text: string, at: number): string {
  if (at >= text.length) return ', it ends too early';
  const before = text.slice(0, at).trimEnd().at(-1);
  const here = text.charAt(at);
  if (/^\/[/*]/.test(text.slice(at, at + 2))) return ', there is a comment';
  if (here === '#') return ', # begins no comment here';
  if (before === ',' && /[}\]]/.test(here)) return ', there is a comma behind the last entry';
  if (here === "'") return ', there is a single quote';
  if (/[\n\r]/.test(here)) return ', a quote is not closed on its line';
  if (/[\u2018-\u201f]/.test(here)) return ', there is a typographic quote';
  if (here === '"') return ', perhaps a comma is missing in front of it';
  return '';
}

function treeOf(text: string, mode: 'json' | 'json5'): LintDocument {
  try {
    return { root: nodeOf(documentOf(text, mode).body), notes: [] };
  } catch (failure) {
    // not told what it says: it quotes the text
    const deep = failure instanceof RangeError ? 'nested too deep' : 'written too oddly';
    return { notes: noted(0, warning('not-checked', `${deep} to be looked into`)) };
  }
}

function documentOf(text: string, mode: 'json' | 'json5'): DocumentNode {
  return parseTree(text, { mode, ranges: true });
}

function nodeOf(node: ValueNode): LintNode {
  const at = node.range?.[0] ?? 0;
  switch (node.type) {
    case 'Object':
      return { type: 'object', at, members: node.members.map(memberFrom) };
    case 'Array':
      return { type: 'list', at, items: node.elements.map(({ value }) => nodeOf(value)) };
    case 'String':
      return { type: 'text', at, text: node.value };
    case 'Number':
      return { type: 'number', at, value: node.value };
    case 'Boolean':
      return { type: 'boolean', at, value: node.value };
    case 'NaN':
      return { type: 'number', at, value: Number.NaN };
    case 'Infinity':
      return { type: 'number', at, value: Number.POSITIVE_INFINITY };
    case 'Null':
      return { type: 'null', at };
  }
}

type ObjectMember = Extract<ValueNode, { type: 'Object' }>['members'][number];

function memberFrom({ name, value }: ObjectMember): LintMember {
  const key = name.type === 'String' ? name.value : name.name;
  return { key, at: name.range?.[0] ?? 0, value: nodeOf(value) };
}
