import {
  type EditDocument,
  type Group,
  hasBreak,
  type Item,
  lineStart,
  type Span,
  type Splice,
  spanOf,
} from './edit-document.ts';
import type { Draft, Layer } from './edit-draft.ts';

export interface Removed {
  /** the item as it was written */
  readonly code: string;
  /** the comments that went with it */
  readonly comments: readonly string[];
}

/** Takes these items out of an object or list, one by one, the last one first. */
export function removeItems(
  draft: Draft,
  layer: Layer,
  isMeant: (item: Item, index: number) => boolean,
): readonly Removed[] {
  const removed: Removed[] = [];
  const removeLast = (document: EditDocument, group: Group): Splice[] => {
    const item = group.items.findLast(isMeant);
    if (item === undefined) return [];
    const gone = goneWith(document, group, item);
    removed.push(remains(document, item, gone));
    return gone.map((span) => ({ ...span, text: '' }));
  };
  for (let found = true; found; ) found = draft.edit(layer, removeLast);
  return removed;
}

function remains(document: EditDocument, item: Item, gone: readonly Span[]): Removed {
  const { start, end } = item;
  const behind = { start: end, end: Math.max(...gone.map((span) => span.end)) };
  const comments = document.comments(behind).map((token) => document.slice(spanOf(token)));
  return { code: document.slice({ start, end }), comments };
}

/**
 * One item with its comma, its line if it has one of its own, and the comment at the end of that
 * line. Comments above it and those of its neighbours stay.
 */
function goneWith(document: EditDocument, group: Group, item: Item): Span[] {
  const index = group.items.indexOf(item);
  const inside = { start: group.start + 1, end: group.end - 1 };
  const isOnly = group.items.length === 1;
  if (isOnly && !isCommented(document, inside, item)) return [inside];
  const comma = document.commaAfter(item);
  const before = group.items[index - 1];
  const orphan = comma === undefined && before ? document.commaAfter(before) : undefined;
  const isLast = index === group.items.length - 1;
  const own = { start: item.start, end: comma?.end ?? item.end };
  const gone =
    wholeLine(document, own) ?? (isLast ? closeUp(document, own) : moveUp(document, own));
  return orphan === undefined ? [gone] : [orphan, gone];
}

function isCommented(document: EditDocument, inside: Span, item: Item): boolean {
  const around = [
    { start: inside.start, end: item.start },
    { start: item.end, end: inside.end },
  ];
  return around.some((span) => document.comments(span).length > 0);
}

/** From the start of the line to the start of the next, if nothing else stands there. */
function wholeLine(document: EditDocument, { start, end }: Span): Span | undefined {
  const { text } = document;
  const from = lineStart(text, start);
  if (/\S/.test(text.slice(from, start))) return undefined;
  const behind = document.skipComments(end);
  const rest = /^[^\S\n\r]*(?:\r\n|\n|\r)/.exec(text.slice(behind));
  return rest === null ? undefined : { start: from, end: behind + rest[0].length };
}

/** Something follows: it takes the place. */
function moveUp({ text }: EditDocument, { start, end }: Span): Span {
  const blanks = /^[^\S\n\r]*/.exec(text.slice(end))?.[0] ?? '';
  return { start, end: end + blanks.length };
}

/** The bracket follows: the blanks before go too, but not the end of a line comment. */
function closeUp({ text, tokens }: EditDocument, { start, end }: Span): Span {
  const blanks = /\s*$/.exec(text.slice(0, start))?.[0] ?? '';
  const from = start - blanks.length;
  const isCommentEnd = tokens.some(
    ({ type, range }) => type === 'LineComment' && range?.[1] === from,
  );
  return { start: isCommentEnd && hasBreak(blanks) ? start : from, end };
}
