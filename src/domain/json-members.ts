import type { Json } from './json.ts';

/** One `"key": value` of an object in a text of valid JSON; ends are exclusive. */
export interface Member {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/**
 * The members of the object that begins at `at`, in the text's order.
 * @param text what JSON.parse accepts: nothing is checked here
 */
export function membersAt(text: string, at: number): Member[] {
  const members: Member[] = [];
  let next = skipSpace(text, at + 1);
  while (text[next] === '"') {
    const keyEnd = stringEnd(text, next);
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = valueEnd(text, valueStart);
    const key: unknown = JSON.parse(text.slice(next, keyEnd));
    members.push({ key: String(key), start: next, valueStart, end });
    const comma = skipSpace(text, end);
    next = text[comma] === ',' ? skipSpace(text, comma + 1) : comma;
  }
  return members;
}

/** Where the value of the last member of that name begins: it is the one that JSON.parse takes. */
export function memberValue(text: string, at: number, key: string): number | undefined {
  return membersAt(text, at).findLast((member) => member.key === key)?.valueStart;
}

/**
 * The text with these members of the object at `at` set, or with undefined taken away; every other
 * character stays. New ones stand behind the others, indented as the last one is.
 */
export function editMembers(
  text: string,
  at: number,
  changes: Readonly<Record<string, Json | undefined>>,
): string {
  let edited = text;
  for (const [key, value] of Object.entries(changes)) edited = editMember(edited, at, key, value);
  return edited;
}

function editMember(text: string, at: number, key: string, value: Json | undefined): string {
  const members = membersAt(text, at);
  const named = members.filter((member) => member.key === key);
  const last = named.at(-1);
  if (value === undefined) return named.reduceRight((rest, each) => without(rest, at, each), text);
  if (last === undefined) return withMember(text, at, members.at(-1), { key, value });
  return text.slice(0, last.valueStart) + JSON.stringify(value) + text.slice(last.end);
}

/** With the comma behind it, or where it is the last one, with the comma before it. */
function without(text: string, at: number, { start, end }: Member): string {
  const comma = skipSpace(text, end);
  if (text[comma] === ',') return text.slice(0, start) + text.slice(skipSpace(text, comma + 1));
  const before = membersAt(text, at).findLast((member) => member.end <= start);
  return text.slice(0, before?.end ?? at + 1) + text.slice(before === undefined ? comma : end);
}

function withMember(
  text: string,
  at: number,
  last: Member | undefined,
  { key, value }: { readonly key: string; readonly value: Json },
): string {
  const member = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  if (last === undefined)
    return `${text.slice(0, at + 1)}${member}${text.slice(skipSpace(text, at + 1))}`;
  const indent = /\s*$/.exec(text.slice(0, last.start))?.[0] ?? '';
  return `${text.slice(0, last.end)},${indent}${member}${text.slice(last.end)}`;
}

function valueEnd(text: string, at: number): number {
  const first = text[at];
  if (first === '"') return stringEnd(text, at);
  if (first === '{' || first === '[') return nestedEnd(text, at);
  let end = at;
  while (end < text.length && !',}] \t\r\n'.includes(text.charAt(end))) end += 1;
  return end;
}

function nestedEnd(text: string, at: number): number {
  let depth = 0;
  let next = at;
  do {
    const character = text[next];
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth -= 1;
    next = character === '"' ? stringEnd(text, next) : next + 1;
  } while (depth > 0 && next < text.length);
  return next;
}

function stringEnd(text: string, at: number): number {
  let next = at + 1;
  while (next < text.length && text[next] !== '"') next += text[next] === '\\' ? 2 : 1;
  return next + 1;
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && ' \t\r\n'.includes(text.charAt(next))) next += 1;
  return next;
}
