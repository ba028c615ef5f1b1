import { isJsonObject, type Json } from '../domain/json.ts';
import { EditDocument, hasBreak, indentAt, spanOf } from './edit-document.ts';
import { type Draft, refusal } from './edit-draft.ts';
import { appendMember } from './edit-insertion.ts';
import { removeItems } from './edit-removal.ts';
import { quoted, render, styleOf, type Written } from './edit-style.ts';
import { type Trace, valueAt } from './edit-trace.ts';

/** Puts the values of one file back as they were, and takes away what was made for them. */
export function putBack(draft: Draft, file: string, trace: Trace): void {
  for (const { keys, before } of trace.changes) setValue(draft, { file, keys, to: before });
  for (const keys of trace.made.toSorted((a, b) => b.length - a.length)) {
    const group = valueAt(contentOf(draft, file), keys);
    const isEmpty = isJsonObject(group) && Object.keys(group).length === 0;
    if (isEmpty && keys.length > 0) setValue(draft, { file, keys, to: undefined });
  }
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
}

function setValue(draft: Draft, { file, keys, to }: Setting): void {
  const content = contentOf(draft, file);
  const value = valueAt(content, keys);
  if (to === undefined && value === undefined) return;
  const key = keys.at(-1);
  if (key === undefined) throw refusal({ file, keys, value }, 'cannot be replaced as a whole');
  if (value !== undefined && to !== undefined) {
    draft.replace({ file, keys, value }, (old) => codeOf(draft, file, { old, keys, to }));
  } else if (to === undefined) {
    const parent = { file, keys: keys.slice(0, -1), value: valueAt(content, keys.slice(0, -1)) };
    removeItems(draft, parent, (item) => item.key === key);
  } else {
    insert(draft, { file, keys, to });
  }
}

/** In the nearest object that is there; what is missing on the way is made. */
function insert(draft: Draft, { file, keys, to }: Setting & { readonly to: Json }): void {
  const content = contentOf(draft, file);
  const depth = keys.findLastIndex((_, at) => valueAt(content, keys.slice(0, at)) !== undefined);
  const [key, ...rest] = keys.slice(depth);
  const value = valueAt(content, keys.slice(0, depth));
  const layer = { file, keys: keys.slice(0, depth), value };
  if (key === undefined || !isJsonObject(value)) throw refusal(layer, 'is no object');
  const nested = rest.reduceRight<Written>((inner, name) => ({ [name]: inner }), to);
  draft.edit(layer, (document, group) => appendMember(document, group, key, nested));
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
