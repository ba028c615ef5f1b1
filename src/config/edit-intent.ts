import { sameProvider } from '../domain/provider.ts';
import type { Edit, MoveToFront, RemoveProfile, RenameProfile, SetProfile } from './edit-change.ts';
import { isText } from './schema.ts';
import type { Filled, FilledObject } from './substitute.ts';
import { textOf } from './template.ts';
import { bare } from './tree.ts';

/** A config as it reads: variables filled in, objects without a prototype. */
export type Meaning = null | boolean | number | string | readonly Meaning[] | MeaningObject;

export interface MeaningObject {
  readonly [key: string]: Meaning;
}

export function meaningOf(filled: Filled): Meaning {
  if (isText(filled)) return textOf(filled);
  if (Array.isArray(filled)) return filled.map(meaningOf);
  if (typeof filled !== 'object' || filled === null) return filled;
  return mapped(filled as FilledObject, meaningOf); // all that is left of Filled
}

/** What the config is to mean after the edit, whatever the files look like: the edit's check. */
export function intend(config: Meaning, edit: Edit): Meaning {
  if (edit.kind === 'set_profile') return setProfile(config, edit);
  if (edit.kind === 'remove_profile') return removeProfile(config, edit);
  if (edit.kind === 'rename_profile') return renameProfile(config, edit);
  return moveToFront(config, edit);
}

function setProfile(config: Meaning, { id, profile }: SetProfile): Meaning {
  const { provider, mode, email } = profile;
  return changeAt(config, ['auth', 'profiles', id], (entry) =>
    bare<Meaning>([
      ...entriesOf(entry),
      ['provider', provider],
      ['mode', mode],
      ...(email === undefined ? [] : [['email', email] as const]),
    ]),
  );
}

function removeProfile(config: Meaning, { id }: RemoveProfile): Meaning {
  const rest = changeAt(config, ['auth', 'profiles'], (profiles) =>
    profiles === undefined ? undefined : bare(entriesOf(profiles).filter(([key]) => key !== id)),
  );
  return changeAt(rest, ['auth', 'order'], (order) =>
    isObject(order) ? mapped(order, (list) => without(list, id)) : undefined,
  );
}

function moveToFront(config: Meaning, { provider, id }: MoveToFront): Meaning {
  return changeAt(config, ['auth', 'order'], (order) => {
    const found = entriesOf(order).find(([key]) => sameProvider(key, provider));
    if (!isObject(order) || found === undefined) return undefined;
    const [key, list] = found;
    if (!isList(list) || list[0] === id) return undefined;
    return bare([...Object.entries(order), [key, [id, ...list.filter((it) => it !== id)]]]);
  });
}

function renameProfile(config: Meaning, { id, to }: RenameProfile): Meaning {
  const renamed = changeAt(config, ['auth', 'profiles'], (profiles) => {
    if (!isObject(profiles) || !Object.hasOwn(profiles, id)) return undefined;
    const rest = Object.entries(profiles).filter(([key]) => key !== id);
    const entry = profiles[to] ?? profiles[id];
    return bare([...rest, ...(entry === undefined ? [] : [[to, entry] as const])]);
  });
  return changeAt(renamed, ['auth', 'order'], (order) =>
    isObject(order) ? mapped(order, (list) => renamedIn(list, id, to)) : undefined,
  );
}

function renamedIn(list: Meaning, id: string, to: string): Meaning {
  if (!isList(list)) return list;
  if (list.includes(to)) return without(list, id);
  const first = list.indexOf(id);
  return list.flatMap((it, at) => (it !== id ? [it] : at === first ? [to] : []));
}

type Change = (value: Meaning | undefined) => Meaning | undefined;

/** A change to nothing makes nothing; a change to something makes the objects on the way. */
function changeAt(value: Meaning, [key, ...rest]: readonly string[], change: Change): Meaning {
  if (key === undefined) return change(value) ?? value;
  const inner = isObject(value) ? value[key] : undefined;
  const changed =
    rest.length === 0 ? change(inner) : changeAt(inner ?? bare<Meaning>([]), rest, change);
  const isNew = inner === undefined && entriesOf(changed).length === 0;
  return changed === undefined || isNew ? value : bare([...entriesOf(value), [key, changed]]);
}

function without(list: Meaning, id: string): Meaning {
  return isList(list) ? list.filter((it) => it !== id) : list;
}

function mapped<T>(
  object: { readonly [key: string]: T },
  change: (value: T) => Meaning,
): MeaningObject {
  return bare(Object.entries(object).map(([key, value]) => [key, change(value)] as const));
}

function entriesOf(value: Meaning | undefined): [string, Meaning][] {
  return isObject(value) ? Object.entries(value) : [];
}

function isObject(value: Meaning | undefined): value is MeaningObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Meaning | undefined): value is readonly Meaning[] {
  return Array.isArray(value);
}
