import { escaped, type Reading, type RemoveProfile, type SetProfile } from './edit-change.ts';
import { type Draft, type Layer, refusal } from './edit-draft.ts';
import { appendMember } from './edit-insertion.ts';
import { removeItems } from './edit-removal.ts';
import { quoted, type Written } from './edit-style.ts';
import { variablesOf } from './template.ts';

const PROFILES = ['auth', 'profiles'];

/**
 * Makes the entry say so; only what differs is touched.
 * @throws EpiloopError `config_invalid` where a value comes from a variable
 */
export function setProfile(draft: Draft, edit: SetProfile, reading: Reading): void {
  const { provider, mode, email } = edit.profile;
  const fields = Object.entries({ provider, mode, ...(email === undefined ? {} : { email }) });
  const keys = [...PROFILES, edit.id];
  if (draft.layers(keys).length === 0) {
    const entry = fields.map(([field, value]) => [field, escaped(value)]);
    insert(draft, keys, Object.fromEntries(entry));
    return;
  }
  for (const [field, wanted] of fields) {
    const layer = draft.layers([...keys, field]).at(-1);
    if (layer === undefined) insert(draft, [...keys, field], escaped(wanted));
    else setText(draft, { layer, wanted, reading });
  }
}

export function removeProfile(draft: Draft, { id }: RemoveProfile): void {
  for (const layer of draft.layers(PROFILES)) {
    if (!has(layer.value, id)) continue;
    removeItems(draft, layer, ({ key }) => key === id);
  }
}

interface Setting {
  readonly layer: Layer;
  readonly wanted: string;
  readonly reading: Reading;
}

function setText(draft: Draft, { layer, wanted, reading }: Setting): void {
  const { value } = layer;
  if (typeof value !== 'string') throw refusal(layer, 'is no text');
  if (reading(value) === wanted) return;
  if (variablesOf(value).length > 0) throw refusal(layer, 'is set through a variable');
  draft.replace(layer, (old) => quoted(escaped(wanted), old.charAt(0)));
}

/** Into the nearest object that is there; what is missing on the way is made. */
function insert(draft: Draft, keys: readonly string[], value: Written): void {
  const depth = keys.findLastIndex((_, index) => draft.layers(keys.slice(0, index)).length > 0);
  const layer = draft.layers(keys.slice(0, depth)).at(-1);
  const [key, ...rest] = keys.slice(depth);
  if (layer === undefined || key === undefined) throw new TypeError('every config has a top');
  if (!isObject(layer.value)) throw refusal(layer, 'is no object');
  const nested = rest.reduceRight<Written>((inner, name) => ({ [name]: inner }), value);
  draft.edit(layer, (document, group) => appendMember(document, group, key, nested));
}

function has(value: unknown, key: string): boolean {
  return isObject(value) && Object.hasOwn(value, key);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
