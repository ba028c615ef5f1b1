import { type DocumentNode, parse as parseDocument, type ValueNode } from '@humanwhocodes/momoa';
import type { ConfigMode } from '../domain/host-config.ts';
import { EpiloopError } from '../errors.ts';
import { parse } from './parse.ts';

/** The keys under which a config without includes holds a profile's mode. */
function modeKeys(profileId: string): readonly string[] {
  return ['auth', 'profiles', profileId, 'mode'];
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
  const node = find(document(text).body, keys);
  if (node?.type !== 'String' || node.range === undefined) throw notHere(keys);
  const [start, end] = node.range;
  const quote = text.charAt(start);
  const edited = `${text.slice(0, start)}${quote}${mode}${quote}${text.slice(end)}`;
  if (readMode(edited, keys) !== mode) throw notHere(keys);
  return edited;
}

/**
 * What stands at the keys for a reader of this text, or undefined where that is no string.
 * @throws EpiloopError `config_invalid` naming `path` if the text is not JSON5
 */
export function readMode(
  text: string,
  keys: readonly string[],
  path = 'the config',
): string | undefined {
  let here: unknown = parse(text, path);
  for (const key of keys) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.getOwnPropertyDescriptor(here, key)?.value;
  }
  return typeof here === 'string' ? here : undefined;
}

/** momoa 3.3.13 refuses a little that JSON5 allows: `+.5`, and `true` or `Infinity` as a bare key. */
function document(text: string): DocumentNode {
  try {
    return parseDocument(text, { mode: 'json5', ranges: true });
  } catch {
    // not passed on as a cause: its message quotes the text
    throw new EpiloopError('config_invalid', 'the config cannot be edited in place', {
      hint: 'change the mode by hand',
    });
  }
}

function find(node: ValueNode, keys: readonly string[]): ValueNode | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return node;
  if (node.type !== 'Object') return undefined;
  const member = node.members.findLast(({ name }) => nameOf(name) === key);
  return member === undefined ? undefined : find(member.value, rest);
}

function nameOf(name: { type: 'String'; value: string } | { type: 'Identifier'; name: string }) {
  return name.type === 'String' ? name.value : name.name;
}

function notHere(keys: readonly string[]): EpiloopError {
  return new EpiloopError('config_invalid', `the config does not set ${keys.join('.')} here`, {
    hint: 'change the mode by hand where it is set',
  });
}
