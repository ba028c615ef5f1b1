import { type EditDocument, type Group, hasBreak, indentAt, type Splice } from './edit-document.ts';
import {
  appendMember,
  breakBefore,
  insertion,
  isBroken,
  prependItem,
  sorted,
} from './edit-insertion.ts';
import type { Removed } from './edit-removal.ts';
import { render, renderKey, styleOf, type Written } from './edit-style.ts';

/** Puts an item, already in the file's words, into a list so that it has this index. */
export function placeItem(
  document: EditDocument,
  group: Group,
  index: number,
  removed: Removed,
): Splice[] {
  if (index === 0) return prependItem(document, group, removed);
  return index < group.items.length
    ? between(document, group, index, removed)
    : behind(document, group, removed);
}

/** Puts a member into an object so that it has this index; the key is not there yet. */
export function placeMember(
  document: EditDocument,
  group: Group,
  index: number,
  [key, value]: readonly [string, Written],
): Splice[] {
  const next = group.items[index];
  if (next === undefined) return appendMember(document, group, key, value);
  const style = styleOf(document);
  const broken = isBroken(document, group, value, style);
  const indent = indentAt(document.text, next.start);
  const code = `${renderKey(key, style)}${style.colon}${render(value, style, indent, broken)}`;
  return placeItem(document, group, index, { code, comments: [] });
}

/** The comments behind the item before stay with it, those above the next one with that. */
function between(
  document: EditDocument,
  { items, start }: Group,
  index: number,
  { code, comments }: Removed,
): Splice[] {
  const { text } = document;
  const [before, next] = [items[index - 1], items[index]];
  const at = before && document.commaAfter(before)?.end;
  if (next === undefined || at === undefined) throw new TypeError('a comma is between two items');
  const note = sorted(comments).join(' ');
  const eol = breakBefore(text, next);
  if (eol !== undefined) {
    const line = `${eol}${indentAt(text, next.start)}${code}, ${note}`;
    return [insertion(document.skipComments(at), line.trimEnd())];
  }
  const { blank, eol: usual = '\n', unit } = styleOf(document);
  const tail = note.includes('//') ? `${usual}${indentAt(text, start)}${unit}` : '';
  return [insertion(at, `${`${blank}${code}, ${note}`.trimEnd()}${tail}`)];
}

function behind(
  document: EditDocument,
  { items, start, end }: Group,
  { code, comments }: Removed,
): Splice[] {
  const { text } = document;
  const last = items.at(-1);
  if (last === undefined) throw new TypeError('it would be the first');
  const { blank, eol: usual = '\n', unit } = styleOf(document);
  const comma = document.commaAfter(last);
  const at = document.skipComments(comma?.end ?? last.end);
  const note = sorted(comments).join(' ');
  const [own, outer] = [breakBefore(text, last), indentAt(text, start)];
  const isOpen = document.slice({ start: last.end, end: at }).includes('//');
  const from = own ?? (isOpen ? usual : undefined);
  const indent = own === undefined ? `${outer}${unit}` : indentAt(text, last.start);
  const added = `${code}${comma === undefined ? '' : ','} ${note}`.trimEnd();
  const isLast = !hasBreak(text.slice(at, end)) && note.includes('//');
  const put = `${from === undefined ? blank : `${from}${indent}`}${added}`;
  const line = insertion(at, isLast ? `${put}${usual}${outer}` : put);
  return comma === undefined ? [insertion(last.end, ','), line] : [line];
}
