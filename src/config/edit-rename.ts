import { escaped, type Reading, type RenameProfile } from './edit-change.ts';
import type { Item, Span } from './edit-document.ts';
import { type Draft, type Layer, refusal } from './edit-draft.ts';
import { listsOf, providersOf, removeId } from './edit-order.ts';
import { removeItems } from './edit-removal.ts';
import { quoted } from './edit-style.ts';
import { variablesOf } from './template.ts';

const PROFILES = ['auth', 'profiles'];

/** The key of the entry, in the words of the file; an entry that is there already stays instead. */
export function renameProfile(draft: Draft, { id, to }: RenameProfile): void {
  const layers = draft.layers(PROFILES);
  const isTaken = layers.some(({ value }) => has(value, to));
  for (const layer of layers) {
    if (!has(layer.value, id)) continue;
    if (isTaken) removeItems(draft, layer, ({ key }) => key === id);
    else renameKey(draft, layer, id, to);
  }
}

/**
 * The id in each list, where it stands.
 * @throws EpiloopError `config_invalid` where a variable makes the id
 */
export function renameInOrder(draft: Draft, { id, to }: RenameProfile, reading: Reading): void {
  const isMeant = (text: string) => reading(text) === id;
  for (const provider of providersOf(draft)) {
    const lists = listsOf(draft, provider);
    const items = lists.flatMap(({ value }) => value).filter((it) => typeof it === 'string');
    let isThere = items.some((it) => reading(it) === to);
    for (const layer of lists) {
      if (!layer.value.some((it) => typeof it === 'string' && isMeant(it))) continue;
      if (!isThere) renameItem(draft, layer, isMeant, to);
      isThere = true;
      removeId(draft, layer, isMeant);
    }
  }
}

function renameKey(draft: Draft, layer: Layer, id: string, to: string): void {
  draft.edit(layer, ({ text }, { items }) =>
    items
      .filter(({ key }) => key === id)
      .map((item) => {
        const span = keySpan(text, item);
        return { ...span, text: quoted(to, text.charAt(span.start)) };
      }),
  );
}

/** An item starts with its key, which is quoted: no bare key holds a colon. */
function keySpan(text: string, { start }: Item): Span {
  const quote = text.charAt(start);
  let end = start + 1;
  while (text.charAt(end) !== quote) end += text.charAt(end) === '\\' ? 2 : 1;
  return { start, end: end + 1 };
}

function renameItem(
  draft: Draft,
  layer: Layer,
  isMeant: (text: string) => boolean,
  to: string,
): void {
  draft.edit(layer, ({ text }, { items }) => {
    const item = items.find(({ value }) => value.type === 'String' && isMeant(value.value));
    if (item?.value.type !== 'String') return [];
    if (variablesOf(item.value.value).length > 0) {
      throw refusal(layer, 'names it through a variable');
    }
    const { start, end } = item;
    return [{ start, end, text: quoted(escaped(to), text.charAt(start)) }];
  });
}

function has(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
