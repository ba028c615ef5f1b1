/**
 * One assignment of a `.env` file as dotenv (18.0.10) reads it. Offsets are into the text with its
 * line ends made `\n`, which dotenv does first.
 */
interface Assignment {
  readonly name: string;
  readonly value: string;
  /** the value with its quotes, without the white space around it; empty: start = end */
  readonly start: number;
  readonly end: number;
}

/**
 * dotenv's grammar: `export` and white space before the name do not matter, `=` or `: ` behind it;
 * then a quoted text (which may have several lines), or anything up to a `#` or the line's end.
 */
const assignment = new RegExp(
  [
    /^\s*(?:export\s+)?(?<name>[\w.-]+)(?:\s*=\s*?|:\s+?)/,
    /(?<value>\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?/,
    /\s*(?:#.*)?$/,
  ]
    .map(({ source }) => source)
    .join(''),
  'dgm',
);

/**
 * Sets one variable in the text of a `.env` file. What dotenv reads there of other variables stays,
 * and so does every byte but those of the value: comments, order, `export`, line ends. Of several
 * assignments the last is the one that counts; a new one comes last. Undefined where no spelling
 * makes dotenv read exactly this value there.
 */
export function upsert(text: string, name: string, value: string): string | undefined {
  const before = readAll(text);
  const wanted = new Map([...before.values, [name, value]]);
  if (before.values.get(name) === value) return text;
  const spelled = spellings(value);
  const places = [
    ...(before.values.has(name) ? [replaced(text, before.list, name)] : []),
    appended(text, name),
    prepended(text, name),
  ];
  for (const place of places) {
    const found = spelled.map(place).find((each) => sameValues(readAll(each).values, wanted));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a variable is set to in such a text; undefined: it is not. */
export function valueIn(text: string, name: string): string | undefined {
  return readAll(text).values.get(name);
}

function readAll(text: string) {
  const list: Assignment[] = [];
  for (const match of unified(text).matchAll(assignment)) {
    const { name = '', value: given = '' } = match.groups ?? {};
    const [from, to] = match.indices?.groups?.value ?? [undefined, undefined];
    const start = (from ?? endOfSign(match)) + leading(given);
    list.push({
      name,
      value: unquoted(given),
      start,
      end: from === undefined ? start : ended(given, to),
    });
  }
  return { list, values: new Map(list.map(({ name, value }) => [name, value])) };
}

/** An empty assignment's value would stand right behind the sign. */
function endOfSign({ index, indices, 0: whole }: RegExpExecArray): number {
  const after = indices?.groups?.name?.[1] ?? index;
  const sign = /\s*=|:\s/.exec(whole.slice(after - index));
  return after + (sign === null ? 0 : sign.index + sign[0].length);
}

/** White space alone is no value: one would stand in front of it. */
function leading(given: string): number {
  return given.trim() === '' ? 0 : given.length - given.trimStart().length;
}

function ended(given: string, to: number): number {
  if (given.trim() === '') return to - given.length;
  return to - (given.length - given.trimEnd().length);
}

/** Quotes go, and only double ones know `\n` and `\r`. */
function unquoted(given: string): string {
  const text = given.trim();
  const bare = text.replace(/^(['"`])([\s\S]*)\1$/gm, '$2');
  return text.startsWith('"') ? bare.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : bare;
}

/** Plain where a shell would take it so too, then quoted; not each is right for each value. */
function spellings(value: string): readonly string[] {
  const escaped = value.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  const plain = /^[\w@%+:,./=-]+$/.test(value) ? [value] : [];
  return [...plain, `'${value}'`, `"${escaped}"`, `\`${value}\``, value];
}

type Place = (spelled: string) => string;

function replaced(text: string, list: readonly Assignment[], name: string): Place {
  const last = list.findLast((each) => each.name === name);
  const [start, end] = [last?.start ?? 0, last?.end ?? 0].map((at) => original(text, at));
  return (spelled) => `${text.slice(0, start)}${spelled}${text.slice(end)}`;
}

function appended(text: string, name: string): Place {
  const eol = lineEnd(text);
  const gap = text === '' || text === '\ufeff' || /[\r\n]$/.test(text) ? '' : eol;
  return (spelled) => `${text}${gap}${name}=${spelled}${eol}`;
}

/** Something at the end would swallow it. A byte order mark stays first. */
function prepended(text: string, name: string): Place {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  return (spelled) => `${mark}${name}=${spelled}${lineEnd(text)}${text.slice(mark.length)}`;
}

function lineEnd(text: string): string {
  return /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
}

function unified(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/** The offset in the text as it is for one in the unified text: only `\r\n` became shorter. */
function original(text: string, at: number): number {
  let shift = 0;
  for (let pair = text.indexOf('\r\n'); pair >= 0 && pair - shift < at; shift += 1) {
    pair = text.indexOf('\r\n', pair + 2);
  }
  return at + shift;
}

function sameValues(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}
