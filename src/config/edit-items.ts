import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../domain/json.ts';
import { type EditDocument, type Group, indentAt } from './edit-document.ts';
import type { Draft, Layer } from './edit-draft.ts';
import { placeItem } from './edit-place.ts';
import { type Removed, removeItems } from './edit-removal.ts';
import { quoted, render, styleOf } from './edit-style.ts';

interface Lists {
  readonly from: readonly Json[];
  readonly to: readonly Json[];
}

/**
 * Makes the one list the other with as few items touched as possible: what stays keeps its words,
 * its line and the comments about it; what moves takes the comment at the end of its line with it.
 */
export function setItems(draft: Draft, layer: Layer, { from, to }: Lists): void {
  const stays = common(from, to);
  const gone = new Set([...from.keys()].filter((at) => !stays.has(at)));
  const values = [...gone].reverse().map((at) => from[at]);
  const held = removeItems(draft, layer, (_, at) => gone.delete(at)).map((removed, index) => {
    return { removed, value: values[index] };
  });
  const kept = new Set(stays.values());
  for (const [index, value] of to.entries()) {
    if (kept.has(index)) continue;
    const at = held.findIndex((each) => isDeepStrictEqual(each.value, value));
    const [own] = at < 0 ? [] : held.splice(at, 1);
    draft.edit(layer, (document, group) =>
      placeItem(document, group, index, own?.removed ?? written(document, group, value)),
    );
  }
}

function written(document: EditDocument, group: Group, value: Json): Removed {
  const style = styleOf(document);
  const like = group.items.find((item) => item.value.type === 'String');
  const quote = like === undefined ? style.quote : document.text.charAt(like.start);
  const indent = indentAt(document.text, group.start);
  const code =
    typeof value === 'string' ? quoted(value, quote) : render(value, style, indent, false);
  return { code, comments: [] };
}

/** A longest common subsequence: index in the one list → index in the other. */
function common(from: readonly Json[], to: readonly Json[]): Map<number, number> {
  const longest: number[][] = [...from, null].map(() => [...to, null].map(() => 0));
  const at = (row: number, column: number) => longest[row]?.[column] ?? 0;
  const isSame = (row: number, column: number) => isDeepStrictEqual(from[row], to[column]);
  for (let row = from.length - 1; row >= 0; row -= 1) {
    for (let column = to.length - 1; column >= 0; column -= 1) {
      const best = isSame(row, column)
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
      longest[row]?.splice(column, 1, best);
    }
  }
  const found = new Map<number, number>();
  for (let row = 0, column = 0; row < from.length && column < to.length; ) {
    if (isSame(row, column)) found.set(row++, column++);
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return found;
}
