import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { editMembers, memberValue } from '../domain/json-members.ts';
import type { PinFields } from '../domain/session-pin.ts';
import { EpiloopError } from '../errors.ts';
import type { FileStamp, MirrorFiles } from '../ports.ts';

/** The gateway's `sessions.json` (2026.1.24): session key → what is known of the session. */
export interface SessionsFile {
  readonly text: string;
  readonly stamp: FileStamp;
  readonly entries: JsonObject;
}

/** Larger ones are no file of sessions: a thousand of them are a few MB. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The file as it stands; undefined where there is none. The gateway renames a new one over it, so
 * that no reading is half written. Throws what `Files` says, `bad_data` for what is no JSON object.
 */
export function readSessions(files: MirrorFiles, path: string): SessionsFile | undefined {
  const found = files.read(path, { maxBytes: MAX_BYTES, followLink: false });
  if (found === undefined) return undefined;
  const entries = parse(found.text);
  if (isJsonObject(entries)) return { ...found, entries };
  throw new EpiloopError('bad_data', `${path} is not a JSON object: it was left alone`, {
    path,
    hint: 'mend it or move it away; the gateway begins a new one',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The session under the first of these keys that the file has. */
export function findSession(
  { entries }: SessionsFile,
  keys: readonly string[],
): { readonly key: string; readonly entry: JsonObject } | undefined {
  for (const key of keys) {
    const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (isJsonObject(entry)) return { key, entry };
  }
  return undefined;
}

/** The text with these fields of one session; every other character stays. */
export function withFields({ text }: SessionsFile, key: string, fields: PinFields): string {
  const start = memberValue(text, text.indexOf('{'), key);
  return start === undefined ? text : editMembers(text, start, fields);
}
