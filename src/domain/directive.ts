/** What a line of a chat asks of the model selection. */
export type Directive =
  /** `/model` */
  | { readonly kind: 'show' }
  /** `/model status` */
  | { readonly kind: 'status' }
  /** `/models`, `/model list`, `/models anthropic 2`: the words behind the name */
  | { readonly kind: 'browse'; readonly words: readonly string[] }
  /** `/model opus@anthropic:work`, as typed: what of it is the profile, the models decide */
  | { readonly kind: 'choose'; readonly raw: string };

export interface ParsedLine {
  /** undefined: the line is no business of ours */
  readonly directive: Directive | undefined;
  /** what else stands in the line */
  readonly rest: string;
}

/**
 * Finds the first `/model` or `/models` of a line (gateway 2026.1.24, auto-reply/model.ts): at its
 * start or behind white space, in any case, with an optional colon. Without one, an alias may stand
 * in its place: `/opus`. Profile ids take every character but white space, where the gateway stops
 * at a `+`. Never throws.
 * @param aliases in any case
 */
export function parseLine(line: string, aliases: Iterable<string> = []): ParsedLine {
  const named = /(?:^|\s)\/(models?)(?=$|[\s:])\s*:?\s*/i.exec(line);
  if (named === null) return parseAlias(line, aliases);
  const before = line.slice(0, named.index);
  const after = line.slice(named.index + named[0].length);
  const plural = named[1]?.toLowerCase() === 'models';
  const found = plural ? parsePlural(after) : parseSingular(after);
  return { directive: found.directive, rest: joined(before, after.slice(found.length)) };
}

interface Found {
  readonly directive: Directive;
  /** how much of the text it takes */
  readonly length: number;
}

function parseSingular(text: string): Found {
  const raw = selection(text);
  const word = raw.toLowerCase();
  const { length } = raw;
  if (word === '') return { directive: { kind: 'show' }, length };
  if (word === 'status') return { directive: { kind: 'status' }, length };
  if (word === 'list') return { directive: { kind: 'browse', words: [] }, length };
  return { directive: { kind: 'choose', raw }, length };
}

const listWords = /^(?:list|providers)$/i;
const pageWords = /^(?:(?:--)?all|\d{1,6}|(?:page|size|limit)=\d{1,6})$/i;

/** `/models [list] [provider [page|all|size=N]…]`; a model or a profile behind it is a choice. */
function parsePlural(text: string): Found {
  const raw = selection(text);
  if (/[/@]/.test(raw) || raw.toLowerCase() === 'status') return parseSingular(text);
  const words: string[] = [];
  let length = 0;
  for (const match of text.matchAll(/(\s*)(\S+)/g)) {
    const word = match[2] ?? '';
    if (!fits(word, words)) break;
    words.push(word);
    length += match[0].length;
  }
  return { directive: { kind: 'browse', words: behindList(words) }, length };
}

function fits(word: string, before: readonly string[]): boolean {
  const named = behindList(before);
  return named.length === 0 ? /^[\w.:+-]+$/.test(word) : pageWords.test(word);
}

function behindList(words: readonly string[]): readonly string[] {
  return listWords.test(words[0] ?? '') ? words.slice(1) : words;
}

/**
 * The selection that a text begins with: a model of letters, digits and `_.:+-` in parts between
 * slashes, and behind an `@` everything up to white space but the marks that end a sentence.
 */
function selection(text: string): string {
  const word = /^\S*/.exec(text)?.[0] ?? '';
  const model = /^(?:[\w.:+-]+(?:\/[\w.:+-]+)*)?/.exec(word)?.[0] ?? '';
  if (word.charAt(model.length) !== '@') return model;
  return word.replace(/[,;!?)\]}"'.]+$/, '');
}

function parseAlias(line: string, aliases: Iterable<string>): ParsedLine {
  const known = new Set([...aliases].map((alias) => alias.toLowerCase()));
  for (const match of line.matchAll(/(^|\s)\/(\S+)/g)) {
    const raw = selection(match[2] ?? '').replace(/:$/, '');
    if (!known.has((raw.split('@')[0] ?? '').toLowerCase())) continue;
    const start = match.index + (match[1] ?? '').length;
    const rest = joined(line.slice(0, start), line.slice(start + 1 + raw.length).replace(/^:/, ''));
    return { directive: { kind: 'choose', raw }, rest };
  }
  return { directive: undefined, rest: line.trim() };
}

function joined(before: string, after: string): string {
  return [before.trim(), after.trim()].filter((part) => part !== '').join(' ');
}
