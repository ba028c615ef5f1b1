import type { ConfigMode } from '../domain/host-config.ts';
import { EpiloopError } from '../errors.ts';
import { applyEdit } from './edit-apply.ts';
import type { Edit, ProfileEntry } from './edit-change.ts';
import { EditDocument, spanOf, splice } from './edit-document.ts';
import { Draft } from './edit-draft.ts';
import { parse } from './parse.ts';
import { fill, variablesOf } from './template.ts';

export type { Edit, ProfileEntry } from './edit-change.ts';

const TEXT = 'the config';

/** The keys under which a config without includes holds a profile's mode. */
function modeKeys(profileId: string): readonly string[] {
  return ['auth', 'profiles', profileId, 'mode'];
}

/**
 * The text of a config in one file with `auth.profiles[id]` saying so. What is missing is added in
 * the style of the file, next to what is there; of an existing entry only values that differ change.
 * Nothing of an `$include` is known here: see `editConfig`.
 * @throws EpiloopError `config_invalid` if the text cannot be edited, or the value is a variable's
 */
export function setProfile(text: string, id: string, profile: ProfileEntry): string {
  return edited(text, { kind: 'set_profile', id, profile });
}

/** The text without `auth.profiles[id]` and without the id in any list of `auth.order`. */
export function removeProfile(text: string, id: string): string {
  return edited(text, { kind: 'remove_profile', id });
}

/** The text with the id first in `auth.order` of the provider, if there is such a list. */
export function moveToFront(text: string, provider: string, id: string): string {
  return edited(text, { kind: 'move_to_front', provider, id });
}

/** A text that names variables reads as nothing that we know. */
function edited(text: string, edit: Edit): string {
  const draft = new Draft(TEXT, new Map([[TEXT, text]]), false);
  applyEdit(draft, edit, (raw) => (variablesOf(raw).length > 0 ? raw : fill(raw, () => '')));
  return draft.changes().get(TEXT) ?? text;
}

/**
 * The text with one profile's mode changed and every other byte as it was. `keys` lead to the mode
 * within this text, where it is an included file. Of duplicate keys the last is the effective one.
 * @throws EpiloopError `config_invalid` if the text holds no such mode, or not as a plain string
 */
export function setMode(
  text: string,
  profileId: string,
  mode: ConfigMode,
  keys: readonly string[] = modeKeys(profileId),
): string {
  const node = new EditDocument(text, TEXT).find(keys);
  if (node?.type !== 'String') throw notHere(keys);
  const { start, end } = spanOf(node);
  const quote = text.charAt(start);
  const changed = splice(text, [{ start, end, text: `${quote}${mode}${quote}` }]);
  if (readMode(changed, keys) !== mode) throw notHere(keys);
  return changed;
}

/**
 * What stands at the keys for a reader of this text, or undefined where that is no string.
 * @throws EpiloopError `config_invalid` naming `path` if the text is not JSON5
 */
export function readMode(text: string, keys: readonly string[], path = TEXT): string | undefined {
  let here: unknown = parse(text, path);
  for (const key of keys) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.getOwnPropertyDescriptor(here, key)?.value;
  }
  return typeof here === 'string' ? here : undefined;
}

function notHere(keys: readonly string[]): EpiloopError {
  return new EpiloopError('config_invalid', `the config does not set ${keys.join('.')} here`, {
    hint: 'change the mode by hand where it is set',
  });
}
