import { isJsonObject, type Json, type JsonObject, sameJson } from '../domain/json.ts';
import type { Profile, Usage } from '../domain/profile.ts';
import type { MirrorContent } from './content.ts';
import { entryOf, modelProfile } from './entry.ts';
import type { MirrorFile } from './format.ts';
import { modelLastGood, modelOrder } from './order.ts';
import { modelUsage, usageEntry } from './usage.ts';

/**
 * The file's new text: it says exactly what `ours` says, and keeps of `file` the order of keys and
 * profiles, everything unmodelled, and every raw value that means what ours means. Two-space JSON
 * and a newline, as the gateway writes it. `extra` of ours is added where the file lacks it.
 */
export function renderMirror(file: MirrorFile, ours: MirrorContent): string {
  const { extra } = ours;
  const profiles = new Map(ours.profiles.map((profile) => [profile.id, profile]));
  const parts = new Map<string, Json>([
    ['version', 1],
    [
      'profiles',
      inPlace(mapPart(file.profiles, profiles, profileKind, extra.profiles), file.profiles, [
        ...profiles.keys(),
      ]),
    ],
    ['order', mapPart(file.order, ours.order, orderKind, extra.order)],
    ['lastGood', mapPart(file.lastGood, ours.lastGood, lastGoodKind, extra.lastGood)],
    ['usageStats', mapPart(file.usage, ours.usage, usageKind, extra.usage)],
  ]);
  const top = new Map<string, Json>();
  for (const [key, raw] of file.top) {
    const value = topValue(key, raw, parts.get(key));
    if (value !== undefined) top.set(key, value);
  }
  for (const [key, part] of parts) {
    if (!top.has(key) && (key === 'profiles' || !isEmptyObject(part))) top.set(key, part);
  }
  for (const [key, raw] of extra.top) if (!top.has(key)) top.set(key, raw);
  return `${JSON.stringify(Object.fromEntries(top), null, 2)}\n`;
}

/** How one kind of entry is understood and written. */
interface Kind<T> {
  readonly model: (raw: Json) => T | undefined;
  readonly write: (value: T) => Json;
  /** what stands there already, brought to say what is wanted */
  readonly mend?: (raw: Json, value: T) => Json;
}

const orderKind: Kind<readonly string[]> = { model: modelOrder, write: (ids) => ids };
const lastGoodKind: Kind<string> = { model: modelLastGood, write: (id) => id };
const usageKind: Kind<Usage> = {
  model: modelUsage,
  write: usageEntry,
  mend: (raw, usage) => {
    const there = modelUsage(raw);
    return mendObject(raw, there && usageEntry(there), usageEntry(usage));
  },
};

/** What the file has not yet stands before what follows it in ours, where that is in the file. */
function inPlace(
  part: JsonObject,
  there: ReadonlyMap<string, Json>,
  ids: readonly string[],
): JsonObject {
  const added = ids.filter((id) => !there.has(id));
  if (added.length === 0) return part;
  const before = Map.groupBy(added, (id) =>
    ids.slice(ids.indexOf(id) + 1).find((each) => there.has(each)),
  );
  const known = Object.keys(part).filter((id) => there.has(id));
  const placed = known.flatMap((id) => [...(before.get(id) ?? []), id]);
  const rest = Object.keys(part).filter((id) => !placed.includes(id));
  return Object.fromEntries(
    [...placed, ...rest].flatMap((id): [string, Json][] => {
      const value = part[id];
      return value === undefined ? [] : [[id, value]];
    }),
  );
}

const profileKind: Kind<Profile> = {
  model: (raw) => modelled(raw),
  write: entryOf,
  mend: (raw, profile) => {
    const there = modelled(raw);
    const sameType = there?.credential.type === profile.credential.type;
    return mendObject(raw, sameType ? entryOf(there) : undefined, entryOf(profile));
  },
};

function modelled(raw: Json): Profile | undefined {
  const found = modelProfile('', raw);
  return 'profile' in found ? found.profile : undefined;
}

function mapPart<T>(
  entries: ReadonlyMap<string, Json>,
  ours: ReadonlyMap<string, T>,
  kind: Kind<T>,
  extra: ReadonlyMap<string, Json>,
): JsonObject {
  const part = new Map<string, Json>();
  for (const [key, raw] of entries) {
    const value = ours.get(key);
    if (value !== undefined) part.set(key, mendValue(raw, value, kind));
    else if (kind.model(raw) === undefined) part.set(key, raw);
  }
  for (const [key, value] of ours) if (!part.has(key)) part.set(key, kind.write(value));
  for (const [key, raw] of extra) if (!part.has(key)) part.set(key, raw);
  return Object.fromEntries(part);
}

function mendValue<T>(raw: Json, value: T, kind: Kind<T>): Json {
  const wanted = kind.write(value);
  // most entries are as we would write them: those are not modelled to find it out
  if (sameJson(raw, wanted)) return raw;
  if (kind.mend !== undefined) return kind.mend(raw, value);
  const there = kind.model(raw);
  return there !== undefined && sameJson(kind.write(there), wanted) ? raw : wanted;
}

/**
 * `raw` with the values that differ replaced, in its own order of keys. `there` is what it means
 * now, in the terms of `wanted`; undefined: nothing comparable, so it is written anew.
 */
function mendObject(raw: Json, there: JsonObject | undefined, wanted: JsonObject): Json {
  if (there === undefined || !isJsonObject(raw)) return wanted;
  if (sameJson(there, wanted)) return raw;
  const mended = new Map<string, Json>();
  for (const key of new Set([...Object.keys(raw), ...Object.keys(wanted)])) {
    const value = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
    if (value === undefined) continue;
    const unchanged = Object.hasOwn(there, key) && sameJson(there[key], value);
    // a field that means the same although it is absent stays absent
    const kept = unchanged ? (Object.hasOwn(raw, key) ? raw[key] : undefined) : value;
    if (kept !== undefined) mended.set(key, kept);
  }
  return Object.fromEntries(mended);
}

/** undefined: the key is left out, as the gateway does once the last entry of a map has gone. */
function topValue(key: string, raw: Json, part: Json | undefined): Json | undefined {
  if (part === undefined) return raw;
  if (key === 'profiles' || !isEmptyObject(part)) return part;
  return isJsonObject(raw) && !isEmptyObject(raw) ? undefined : raw;
}

function isEmptyObject(value: Json): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}
