import { sameProvider } from '../domain/provider.ts';
import { escaped, type MoveToFront, type Reading, type RemoveProfile } from './edit-change.ts';
import type { EditDocument, Group, Item } from './edit-document.ts';
import type { Draft, Layer } from './edit-draft.ts';
import { prependItem } from './edit-insertion.ts';
import { type Removed, removeItems } from './edit-removal.ts';
import { quoted, styleOf } from './edit-style.ts';

const ORDER = ['auth', 'order'];

/** Takes the id out of every list. */
export function removeFromOrder(draft: Draft, { id }: RemoveProfile, reading: Reading): void {
  for (const provider of providersOf(draft)) {
    for (const layer of listsOf(draft, provider))
      removeId(draft, layer, (it) => reading(it) === id);
  }
}

/** Moves the id to the front of its provider's list or adds it there, in the words of the file. */
export function moveToFront(draft: Draft, edit: MoveToFront, reading: Reading): void {
  const key = providersOf(draft).find((provider) => sameProvider(provider, edit.provider));
  const lists = key === undefined ? [] : listsOf(draft, key);
  const [first] = lists;
  const isMeant = (text: string) => reading(text) === edit.id;
  if (first === undefined || leads(lists, isMeant)) return;
  const removed = lists.flatMap((layer) => removeId(draft, layer, isMeant));
  draft.edit(first, (document, group) => {
    const code = removed[0]?.code ?? quoted(escaped(edit.id), quoteOf(document, group));
    const comments = removed.flatMap((it) => it.comments);
    return prependItem(document, group, { code, comments });
  });
}

interface List extends Layer {
  readonly value: readonly unknown[];
}

type Test = (text: string) => boolean;

/** The keys as the merged object has them; the gateway takes the first that fits. */
export function providersOf(draft: Draft): string[] {
  const keys = draft.layers(ORDER).flatMap(({ value }) => Object.keys(Object(value)));
  return Object.keys(Object.fromEntries(keys.map((key) => [key, true])));
}

export function listsOf(draft: Draft, provider: string): List[] {
  return draft.layers([...ORDER, provider]).filter(isList);
}

function isList(layer: Layer): layer is List {
  return Array.isArray(layer.value);
}

function leads(lists: readonly List[], isMeant: Test): boolean {
  const first = lists.flatMap(({ value }) => value)[0];
  return typeof first === 'string' && isMeant(first);
}

export function removeId(draft: Draft, layer: List, isMeant: Test): readonly Removed[] {
  if (!layer.value.some((it) => typeof it === 'string' && isMeant(it))) return [];
  return removeItems(draft, layer, ({ value }) => value.type === 'String' && isMeant(value.value));
}

function quoteOf(document: EditDocument, { items }: Group): string {
  const neighbour: Item | undefined = items.find(({ value }) => value.type === 'String');
  return neighbour ? document.text.charAt(neighbour.start) : styleOf(document).quote;
}
