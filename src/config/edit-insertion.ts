import {
  type EditDocument,
  type Group,
  groupOf,
  hasBreak,
  type Item,
  indentAt,
  type Splice,
  spanOf,
} from './edit-document.ts';
import type { Removed } from './edit-removal.ts';
import { render, renderKey, type Style, styleOf, type Written } from './edit-style.ts';

/** Adds a member behind the last one of an object; the key is not there yet. */
export function appendMember(
  document: EditDocument,
  group: Group,
  key: string,
  value: Written,
): Splice[] {
  const style = styleOf(document);
  const broken = isBroken(document, group, value, style);
  return append(document, group, style, (indent) => {
    return `${renderKey(key, style)}${style.colon}${render(value, style, indent, broken)}`;
  });
}

/** Puts an item, already in the file's words, in front of the others of a list. */
export function prependItem(
  document: EditDocument,
  group: Group,
  { code, comments }: Removed,
): Splice[] {
  const { text } = document;
  const style = styleOf(document);
  const first = group.items[0];
  const at = group.start + 1;
  const note = sorted(comments).join(' ');
  if (first === undefined) {
    return fill(document, group, { ...style, blank: '' }, `${code} ${note}`.trimEnd(), note !== '');
  }
  const eol = breakBefore(text, first);
  if (eol !== undefined) {
    const indent = indentAt(text, first.start);
    return [insertion(document.skipComments(at), `${eol}${indent}${code}, ${note}`.trimEnd())];
  }
  const blank = /^[^\S\n\r]*/.exec(text.slice(at))?.[0] ?? '';
  if (note !== '') {
    const indent = `${style.eol ?? '\n'}${indentAt(text, group.start)}${style.unit}`;
    return [{ start: at, end: at + blank.length, text: `${blank}${code}, ${note}${indent}` }];
  }
  return [insertion(at, blank === '' ? `${code},${style.blank}` : `${blank}${code},`)];
}

/** What follows a line comment on its line belongs to it. */
export function sorted(comments: readonly string[]): readonly string[] {
  return comments.toSorted((a, b) => Number(a.startsWith('//')) - Number(b.startsWith('//')));
}

/** A profile looks like the one before it; what holds others has lines of its own. */
export function isBroken(
  { text }: EditDocument,
  { items }: Group,
  value: Written,
  { eol }: Style,
): boolean {
  const isFlat = Object.values(Object(value)).every((it) => typeof it === 'string');
  const like = items.map((it) => groupOf(it.value)).findLast((it) => it && it.items.length > 0);
  if (!isFlat || like === undefined) return eol !== undefined;
  return hasBreak(text.slice(like.start, like.end));
}

type Code = (indent: string) => string;

function append(document: EditDocument, group: Group, style: Style, code: Code): Splice[] {
  const { text } = document;
  const last = group.items.at(-1);
  if (last === undefined) {
    const broken = style.eol !== undefined;
    return fill(document, group, style, code(innerIndent(text, group, style, broken)), broken);
  }
  const comma = document.commaAfter(last);
  const from = comma?.end ?? last.end;
  const eol = breakBefore(text, last);
  if (eol !== undefined)
    return appendLine(document, last, { eol, indent: indentAt(text, last.start), code });
  const at = document.skipComments(from, 'blocks');
  if (document.skipComments(at) !== at) {
    const indent = `${indentAt(text, group.start)}${style.unit}`;
    return appendLine(document, last, { eol: style.eol ?? '\n', indent, code });
  }
  const added = `${style.blank}${code(indentAt(text, last.start))}`;
  return [insertion(at, comma === undefined ? `,${added}` : `${added},`)];
}

interface Line {
  readonly eol: string;
  readonly indent: string;
  readonly code: Code;
}

/** The comments behind the last item stay with it. */
function appendLine(document: EditDocument, last: Item, { eol, indent, code }: Line): Splice[] {
  const comma = document.commaAfter(last);
  const at = document.skipComments(comma?.end ?? last.end);
  const added = `${eol}${indent}${code(indent)}`;
  if (comma !== undefined) return [insertion(at, `${added},`)];
  return [insertion(last.end, ','), insertion(at, added)];
}

/** The first item of a group that holds blanks and comments at most. */
function fill(
  document: EditDocument,
  group: Group,
  style: Style,
  code: string,
  broken: boolean,
): Splice[] {
  const { text } = document;
  const inside = { start: group.start + 1, end: group.end - 1 };
  const outer = indentAt(text, group.start);
  const eol = style.eol ?? '\n';
  const last = document.comments(inside).at(-1);
  const comma = (broken ? style.trailing.lines : style.trailing.inline) ? ',' : '';
  const indent = innerIndent(text, group, style, broken);
  const onLine = `${eol}${indent}${code}${comma}`;
  if (last === undefined) {
    const around = broken
      ? `${onLine}${eol}${outer}`
      : `${style.blank}${code}${comma}${style.blank}`;
    return [{ ...inside, text: around }];
  }
  const { end } = spanOf(last);
  if (broken && hasBreak(text.slice(end, inside.end))) return [insertion(end, onLine)];
  if (broken) return [{ start: end, end: inside.end, text: `${onLine}${eol}${outer}` }];
  if (last.type === 'LineComment') return [insertion(end, `${eol}${indent}${code}${comma}`)];
  return [insertion(end, `${style.blank}${code}${comma}`)];
}

function innerIndent(text: string, group: Group, { unit }: Style, broken: boolean): string {
  const indent = indentAt(text, group.start);
  return broken ? `${indent}${unit}` : indent;
}

/** The line break directly before an item that begins its line. */
export function breakBefore(text: string, { start }: Item): string | undefined {
  return /(\r\n|\n|\r)[^\S\n\r]*$/.exec(text.slice(0, start))?.[1];
}

export function insertion(at: number, text: string): Splice {
  return { start: at, end: at, text };
}
