import {
  type DocumentNode,
  type MemberNode,
  type Node,
  parse as parseDocument,
  type Token,
  type ValueNode,
} from '@humanwhocodes/momoa';
import { EpiloopError } from '../errors.ts';

/** A stretch of a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Splice extends Span {
  readonly text: string;
}

/** A member of an object, from its key on, or an element of a list; no comma, no comment around. */
export interface Item extends Span {
  /** undefined in a list */
  readonly key: string | undefined;
  readonly value: ValueNode;
}

/** An object or a list with its brackets. */
export interface Group extends Span {
  readonly items: readonly Item[];
}

/** The text with these stretches replaced; they do not overlap. */
export function splice(text: string, splices: readonly Splice[]): string {
  const sorted = splices.toSorted((a, b) => a.start - b.start);
  const last = sorted.at(-1);
  if (last === undefined) return text;
  const parts = sorted.map((it, index) => {
    return `${text.slice(sorted[index - 1]?.end ?? 0, it.start)}${it.text}`;
  });
  return `${parts.join('')}${text.slice(last.end)}`;
}

/** A JSON5 text with the places of its parts. */
export class EditDocument {
  readonly text: string;
  readonly root: ValueNode;
  readonly tokens: readonly Token[];

  /**
   * momoa 3.3.13 refuses a little that JSON5 allows: `+.5`, `true` or `Infinity` as a bare key, a
   * line comment that ends at U+2028.
   * @throws EpiloopError `config_invalid`, naming `file`
   */
  constructor(text: string, file: string) {
    const { body, tokens } = parsed(text, file);
    this.text = text;
    this.root = body;
    this.tokens = tokens ?? [];
  }

  /** Of duplicate keys the last is the effective one. */
  find(keys: readonly string[]): ValueNode | undefined {
    return keys.reduce<ValueNode | undefined>((node, key) => {
      const group = node && groupOf(node);
      return group?.items.findLast((item) => item.key === key)?.value;
    }, this.root);
  }

  slice({ start, end }: Span): string {
    return this.text.slice(start, end);
  }

  comments({ start, end }: Span): readonly Token[] {
    const inside = this.tokens.slice(this.#tokenAt(start), this.#tokenAt(end));
    return inside.filter(isComment);
  }

  /** The comma behind an item, whatever comments are between. */
  commaAfter(item: Item): Span | undefined {
    let index = this.#tokenAt(item.end);
    while (isComment(this.tokens[index])) index += 1;
    const next = this.tokens[index];
    return next?.type === 'Comma' ? spanOf(next) : undefined;
  }

  /** Where the comments end that follow `at` with nothing but blanks of its line in between. */
  skipComments(at: number, kind: 'all' | 'blocks' = 'all'): number {
    const next = this.tokens[this.#tokenAt(at)];
    if (next === undefined || !isComment(next)) return at;
    if (kind === 'blocks' && next.type === 'LineComment') return at;
    const { start, end } = spanOf(next);
    return hasBreak(this.text.slice(at, start)) ? at : this.skipComments(end, kind);
  }

  /** The index of the first token that begins there or later; a file may have very many. */
  #tokenAt(offset: number): number {
    let [low, high] = [0, this.tokens.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const token = this.tokens[middle];
      if (token !== undefined && spanOf(token).start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Undefined for what has no items. */
export function groupOf(node: ValueNode): Group | undefined {
  if (node.type === 'Object') return { ...spanOf(node), items: node.members.map(itemOf) };
  if (node.type !== 'Array') return undefined;
  const items = node.elements.map(({ value }) => ({ ...spanOf(value), key: undefined, value }));
  return { ...spanOf(node), items };
}

export function spanOf(part: Node | Token): Span {
  if (part.range === undefined) throw new TypeError('the parser was asked for ranges');
  return { start: part.range[0], end: part.range[1] };
}

export function hasBreak(text: string): boolean {
  return /[\n\r]/.test(text);
}

/** The blanks at the start of the line that `at` is in. */
export function indentAt(text: string, at: number): string {
  return /^\ufeff?([^\S\n\r\u2028\u2029]*)/.exec(text.slice(lineStart(text, at)))?.[1] ?? '';
}

export function lineStart(text: string, at: number): number {
  return Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
}

function itemOf({ name, value }: MemberNode): Item {
  const key = name.type === 'String' ? name.value : name.name;
  return { start: spanOf(name).start, end: spanOf(value).end, key, value };
}

function isComment(token: Token | undefined): boolean {
  return token?.type === 'LineComment' || token?.type === 'BlockComment';
}

function parsed(text: string, file: string): DocumentNode {
  try {
    return parseDocument(text, { mode: 'json5', ranges: true, tokens: true });
  } catch {
    // not passed on as a cause: its message quotes the text
    throw new EpiloopError('config_invalid', `${file} cannot be edited in place`, {
      path: file,
      hint: 'make the change by hand',
    });
  }
}
