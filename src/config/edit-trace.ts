import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { looksSecret } from '../domain/secret-marks.ts';
import { type Splice, splice } from './edit-document.ts';

/** One value of a file that an edit changed: raw, variables not filled in. */
export interface ValueChange {
  /** the keys that lead to it within the file */
  readonly keys: readonly string[];
  /** absent: there was none */
  readonly before?: Json | undefined;
  /** absent: there is none any more */
  readonly after?: Json | undefined;
  /** of a key that went: the one before it; null: it was the first; absent: not known */
  readonly follows?: string | null | undefined;
}

/**
 * `[at, length, text]`: what an edit put at `at` is `length` units long, and took the place of
 * `text`. One list per step; the places of a step are those of the text after it.
 */
export type Patch = readonly (readonly (readonly [number, number, string])[])[];

/** What an edit did to one file, enough to take it back. Holds no secret. */
export interface Trace {
  readonly changes: readonly ValueChange[];
  /** the objects that had to be made, or that went, with what they held */
  readonly made: readonly (readonly string[])[];
  /** undefined: only the values can be put back, not the very text */
  readonly patch?: Patch | undefined;
}

/** The step that takes these splices back. */
export function inverseOf(text: string, splices: readonly Splice[]): Patch[number] {
  let shift = 0;
  return splices
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, text: put }) => {
      const at = start + shift;
      shift += put.length - (end - start);
      return [at, put.length, text.slice(start, end)];
    });
}

/** The text before, and the patch that leads back to this one. */
export function unpatch(text: string, patch: Patch): { readonly text: string; inverse: Patch } {
  let now = text;
  const inverse = patch.toReversed().map((step) => {
    const splices = step.map(([at, length, old]) => ({ start: at, end: at + length, text: old }));
    const back = inverseOf(now, splices);
    now = splice(now, splices);
    return back;
  });
  return { text: now, inverse };
}

/**
 * What makes the one parsed text the other, told value by value. Undefined: there are secrets in
 * it, or what JSON cannot hold, so that it must not be remembered.
 */
export function traceOf(before: unknown, after: unknown, patch: Patch): Trace | undefined {
  const found = { changes: [] as ValueChange[], made: [] as (readonly string[])[] };
  compare(before, after, { keys: [] }, found);
  const isKnown = found.changes.every(({ keys, before, after }) => {
    return !keys.some(isPlaceForOne) && [keys, before, after].every(isTellable);
  });
  if (!isKnown) return undefined;
  const isPlain = patch.flat().every(([, , text]) => isTellable(text));
  return { ...found, ...(isPlain && { patch }) };
}

interface Found {
  readonly changes: ValueChange[];
  readonly made: (readonly string[])[];
}

/** Deep enough that `auth.profiles.<id>` and `auth.order.<provider>` are each told by themselves. */
const DEPTH = 3;

interface Place {
  readonly keys: readonly string[];
  readonly follows?: string | null | undefined;
}

function compare(before: unknown, after: unknown, { keys, follows }: Place, found: Found): void {
  if (isDeepStrictEqual(before, after)) return;
  const isSplit = keys.length < DEPTH && isGroup(before) && isGroup(after);
  const all = isSplit ? [...keysOf(before), ...keysOf(after)] : [];
  if (all.length === 0 && !(isJsonObject(before) && isJsonObject(after))) {
    found.changes.push({
      keys,
      ...(before !== undefined && { before: before as Json }), // checked by isTellable
      ...(after !== undefined && { after: after as Json }),
      ...(after === undefined && follows !== undefined && { follows }),
    });
    return;
  }
  if (before === undefined || after === undefined) found.made.push(keys);
  const old = keysOf(before);
  for (const key of new Set([...old, ...keysOf(after)])) {
    const near = old[old.indexOf(key) - 1] ?? null;
    const follows = isTellable(near) ? near : undefined;
    compare(own(before, key), own(after, key), { keys: [...keys, key], follows }, found);
  }
}

function isGroup(value: unknown): boolean {
  return value === undefined || isJsonObject(value);
}

function keysOf(value: unknown): string[] {
  return isJsonObject(value) ? Object.keys(value) : [];
}

function own(value: unknown, key: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Neither a secret nor the name of a place for one, and the same after JSON. */
function isTellable(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value === 'string') return !value.split(/[\s"'`,;=(){}[\]]+/).some(looksSecret);
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isTellable);
  if (!isJsonObject(value)) return value === null || typeof value === 'boolean';
  return Object.entries(value).every(([key, part]) => !isPlaceForOne(key) && isTellable(part));
}

function isPlaceForOne(key: string): boolean {
  return /^(?:env|vars|headers|\w*(?:key|token|secret|password))$/i.test(key);
}

/** A parsed text with these values put back: what a revert is checked against. */
export function withValues(value: Json, trace: Trace): Json {
  const changed = trace.changes.reduce(
    (all, { keys, before }) => withValue(all, keys, before),
    value,
  );
  const deepestFirst = trace.made.toSorted((a, b) => b.length - a.length);
  return deepestFirst.reduce((all, keys) => {
    const group = valueAt(all, keys);
    const isEmpty = isJsonObject(group) && Object.keys(group).length === 0;
    return isEmpty && keys.length > 0 ? withValue(all, keys, undefined) : all;
  }, changed);
}

export function valueAt(value: Json | undefined, keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>(
    (here, key) => (isJsonObject(here) && Object.hasOwn(here, key) ? here[key] : undefined),
    value,
  );
}

function withValue(value: Json, [key, ...rest]: readonly string[], to: Json | undefined): Json {
  if (key === undefined) return to ?? value;
  const object: JsonObject = isJsonObject(value) ? value : {};
  if (rest.length === 0 && to === undefined) {
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  }
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  const changed = rest.length === 0 ? to : withValue(inner ?? {}, rest, to);
  return { ...object, ...(changed !== undefined && { [key]: changed }) };
}
