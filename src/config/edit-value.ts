import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { EditDocument, hasBreak, indentAt, spanOf } from './edit-document.ts';
import { type Draft, refusal } from './edit-draft.ts';
import { appendMember } from './edit-insertion.ts';
import { setItems } from './edit-items.ts';
import { placeMember } from './edit-place.ts';
import { removeItems } from './edit-removal.ts';
import { quoted, render, styleOf, type Written } from './edit-style.ts';
import { type Trace, valueAt } from './edit-trace.ts';

/**
 * Puts the values of one file back as they were, and takes away what was made for them, but for an
 * object that somebody has written a comment into.
 */
export function putBack(draft: Draft, file: string, trace: Trace): void {
  for (const { keys, before, follows } of trace.changes)
    setValue(draft, { file, keys, to: before, follows });
  for (const keys of trace.made.toSorted((a, b) => b.length - a.length)) {
    const group = valueAt(contentOf(draft, file), keys);
    const isEmpty = isJsonObject(group) && Object.keys(group).length === 0;
    if (isEmpty && keys.length > 0 && !holdsComment(draft, file, keys))
      setValue(draft, { file, keys, to: undefined });
  }
}

function holdsComment(draft: Draft, file: string, keys: readonly string[]): boolean {
  const document = new EditDocument(draft.text(file), file);
  const node = document.find(keys);
  return node !== undefined && document.comments(spanOf(node)).length > 0;
}

/** What a file holds by itself. JSON5 reads as JSON but for numbers that no trace has. */
export function contentOf(draft: Draft, file: string): Json {
  const content = draft.own(file);
  return isJsonObject(content) ? content : {};
}

interface Setting {
  readonly file: string;
  readonly keys: readonly string[];
  /** undefined: it is to be gone */
  readonly to: Json | undefined;
  /** where it belongs: behind this key; null: it is the first */
  readonly follows?: string | null | undefined;
}

function setValue(draft: Draft, { file, keys, to, follows }: Setting): void {
  const content = contentOf(draft, file);
  const value = valueAt(content, keys);
  if (to === undefined && value === undefined) return;
  const key = keys.at(-1);
  if (key === undefined) throw refusal({ file, keys, value }, 'cannot be replaced as a whole');
  if (isJsonObject(value) && isJsonObject(to)) {
    for (const name of new Set([...Object.keys(to), ...Object.keys(value)])) {
      if (isDeepStrictEqual(value[name], to[name])) continue;
      setValue(draft, { file, keys: [...keys, name], to: own(to, name) });
    }
  } else if (Array.isArray(value) && Array.isArray(to)) {
    setItems(draft, { file, keys, value }, { from: value, to });
  } else if (value !== undefined && to !== undefined) {
    draft.replace({ file, keys, value }, (old) => codeOf(draft, file, { old, keys, to }));
  } else if (to === undefined) {
    const parent = { file, keys: keys.slice(0, -1), value: valueAt(content, keys.slice(0, -1)) };
    removeItems(draft, parent, (item) => item.key === key);
  } else {
    insert(draft, { file, keys, to, follows });
  }
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** In the nearest object that is there; what is missing on the way is made. */
function insert(draft: Draft, { file, keys, to, follows }: Setting & { readonly to: Json }): void {
  const content = contentOf(draft, file);
  const depth = keys.findLastIndex((_, at) => valueAt(content, keys.slice(0, at)) !== undefined);
  const [key, ...rest] = keys.slice(depth);
  const value = valueAt(content, keys.slice(0, depth));
  const layer = { file, keys: keys.slice(0, depth), value };
  if (key === undefined || !isJsonObject(value)) throw refusal(layer, 'is no object');
  const nested = rest.reduceRight<Written>((inner, name) => ({ [name]: inner }), to);
  draft.edit(layer, (document, group) => {
    const isNear = rest.length === 0 && follows !== undefined;
    const before = group.items.findLastIndex((item) => item.key === follows);
    return isNear && (follows === null || before >= 0)
      ? placeMember(document, group, before + 1, [key, nested])
      : appendMember(document, group, key, nested);
  });
}

function codeOf(
  draft: Draft,
  file: string,
  { old, keys, to }: { readonly old: string; readonly keys: readonly string[]; readonly to: Json },
): string {
  if (typeof to === 'string' && /^["']/.test(old)) return quoted(to, old.charAt(0));
  const document = new EditDocument(draft.text(file), file);
  const node = document.find(keys);
  const indent = node === undefined ? '' : indentAt(document.text, spanOf(node).start);
  return render(to, styleOf(document), indent, hasBreak(old));
}
