/** The commands in a hint, taken apart as a shell would that is given them as they stand. */

/** A command's words, and what stood there in place of a plain or quoted word, if anything did. */
export interface PastedCommand {
  readonly text: string;
  readonly words: readonly string[];
}

/** Plain to every shell, wherever it stands in a word. */
const plain = /[\w.:@+,/=%-]/;

/** `epiloop models auth list names the profiles` */
const prose: ReadonlySet<string> = new Set(['names', 'numbers']);

/** Each `epiloop …` up to the end of its clause. Throws for what a shell would not take as a word. */
export function commandsIn(hint: string): PastedCommand[] {
  const starts = [...outsideQuotes(hint).matchAll(/(?<=^| )epiloop /g)].map(({ index }) => index);
  return starts.map((start) => readCommand(hint.slice(start)));
}

/** The same text, with every quoted character in place of which stands `_`. */
function outsideQuotes(text: string): string {
  return text.replace(/'[^']*'/gs, (quoted) => '_'.repeat(quoted.length));
}

function readCommand(text: string): PastedCommand {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { word, end } = readWord(text, at);
    // prose goes on behind it: `run epiloop a, then epiloop b`
    const isLast = /[,;]$/.test(text.slice(at, end));
    words.push(isLast ? word.slice(0, -1) : word);
    if (prose.has(word)) return { text: text.slice(0, at), words: words.slice(0, -1) };
    if (isLast) return { text: text.slice(0, end - 1), words };
    at = end + 1;
  }
  return { text, words };
}

function readWord(text: string, start: number): { word: string; end: number } {
  let word = '';
  let at = start;
  while (at < text.length && text[at] !== ' ') {
    const rest = text.slice(at);
    const quoted = /^'([^']*)'/s.exec(rest);
    const escaped = /^\\'/.exec(rest);
    if (quoted !== null) word += quoted[1];
    else if (escaped !== null) word += "'";
    else if (plain.test(rest.charAt(0)) || /^;(?: |$)/.test(rest)) word += rest.charAt(0);
    else throw new Error(`${JSON.stringify(rest.charAt(0))} is not quoted in ${text}`);
    at += quoted?.[0].length ?? escaped?.[0].length ?? 1;
  }
  return { word, end: at };
}

/** Every `hint` in an answer or an error of `--json`. */
export function hintsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'hint' && typeof inner === 'string' ? [inner] : hintsIn(inner),
  );
}
