import { isJsonObject, type Json } from '../domain/json.ts';
import { whyIgnored } from './entry.ts';
import { type Ignored, ignoredEntries, ignoredTop } from './ignored.ts';

export {
  contentOf,
  type Extra,
  extraParts,
  type MirrorContent,
  sameMeaning,
} from './content.ts';
export { entryOf, modelProfile } from './entry.ts';
export type { Ignored } from './ignored.ts';
export { modelLastGood, modelOrder } from './order.ts';
export { renderMirror } from './render.ts';
export { modelUsage, usageEntry } from './usage.ts';

/** An agent's `auth-profiles.json` as it stands: raw values in the file's order. */
export interface MirrorFile {
  readonly version: Json | undefined;
  /** id → raw entry, modelled or not */
  readonly profiles: ReadonlyMap<string, Json>;
  /** provider as typed → raw value */
  readonly order: ReadonlyMap<string, Json>;
  readonly lastGood: ReadonlyMap<string, Json>;
  /** profile id → raw value of `usageStats` */
  readonly usage: ReadonlyMap<string, Json>;
  /** every top-level key, unknown ones too */
  readonly top: ReadonlyMap<string, Json>;
  /** the flat map of old (`{anthropic: {type, …}}`); its entries stand in `profiles` */
  readonly legacyMap?: true;
  /** what the gateway does not model; it is kept where it stands */
  readonly ignored: readonly Ignored[];
}

export interface Damaged {
  /** for a person; quotes nothing of the file */
  readonly damaged: string;
}

const MAX_DEPTH = 64;
const MAX_IDS = 10_000;
const MAX_KEYS = 1000;

/** Only an escape can bring in a lone surrogate: UTF-8 has none. */
const surrogateEscape = /\\ud[89a-f]/i;

/** The text of an `auth-profiles.json`. Never throws; of duplicate keys the last counts. */
export function parseMirror(text: string): MirrorFile | Damaged {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    return { damaged: whyNotJson(text, error) };
  }
  if (!isJsonObject(root)) return { damaged: 'not a JSON object' };
  if (isDeeper(root, MAX_DEPTH)) return { damaged: `nested deeper than ${MAX_DEPTH} levels` };
  if (surrogateEscape.test(text) && !isWellFormed(root)) {
    return { damaged: 'text that is not well-formed Unicode' };
  }
  const top = new Map(Object.entries(root));
  if (top.size > MAX_KEYS) return { damaged: `more than ${MAX_KEYS} top-level keys` };
  const file = isJsonObject(root['profiles']) ? currentFile(top) : legacyFile(top);
  if (file === undefined) return { damaged: 'it has no object "profiles"' };
  const maps = [file.profiles, file.order, file.lastGood, file.usage];
  return maps.some((map) => map.size > MAX_IDS) ? { damaged: `more than ${MAX_IDS} ids` } : file;
}

export function isDamaged(mirror: MirrorFile | Damaged): mirror is Damaged {
  return 'damaged' in mirror;
}

/** A file that is not there yet. */
export function emptyMirror(): MirrorFile {
  const none = new Map<string, Json>();
  return {
    version: undefined,
    profiles: none,
    order: none,
    lastGood: none,
    usage: none,
    top: none,
    ignored: [],
  };
}

function currentFile(top: ReadonlyMap<string, Json>): MirrorFile {
  const parts = {
    profiles: entriesOf(top.get('profiles')),
    order: entriesOf(top.get('order')),
    lastGood: entriesOf(top.get('lastGood')),
    usage: entriesOf(top.get('usageStats')),
  };
  const ignored = [...ignoredEntries(parts), ...ignoredTop(top)];
  return { version: top.get('version'), ...parts, top, ignored };
}

/** Keys are providers; what is no credential stays an unknown top-level key. */
function legacyFile(top: ReadonlyMap<string, Json>): MirrorFile | undefined {
  if (top.has('profiles')) return undefined;
  const profiles = new Map<string, Json>();
  const rest = new Map<string, Json>();
  for (const [key, raw] of top) {
    const entry: Json = isJsonObject(raw) ? { provider: key, ...raw } : raw;
    if (whyIgnored(entry) === undefined) profiles.set(`${key}:default`, entry);
    else rest.set(key, raw);
  }
  if (profiles.size === 0) return undefined;
  const version = rest.get('version');
  const ignored = ignoredTop(rest);
  return { ...emptyMirror(), version, profiles, top: rest, legacyMap: true, ignored };
}

function entriesOf(raw: Json | undefined): ReadonlyMap<string, Json> {
  const entries = new Map<string, Json>();
  if (!isJsonObject(raw)) return entries;
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    if (value !== undefined) entries.set(key, value);
  }
  return entries;
}

/** JSON.parse quotes the text in its message, so only the place is taken from it. */
function whyNotJson(text: string, error: unknown): string {
  if (text.trim() === '') return 'it is empty';
  const place = /\((line \d+ column \d+)\)$/.exec(error instanceof Error ? error.message : '');
  return place?.[1] === undefined ? 'not JSON' : `not JSON at ${place[1]}`;
}

function isWellFormed(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(
    ([key, item]: [string, Json]) => key.isWellFormed() && isWellFormed(item),
  );
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const items: readonly Json[] = Object.values(value);
  for (const item of items) {
    if (typeof item === 'object' && isDeeper(item, levels - 1)) return true;
  }
  return false;
}
