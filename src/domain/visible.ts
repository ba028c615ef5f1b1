/** Printable ASCII. The rule below costs a millisecond to make, and most texts need none. */
const plain = /^[ -~]*$/;

/**
 * What could move the cursor, hide text or turn it around: C0 and C1 controls (line ends too),
 * format characters (bidi, zero-width, soft hyphen, tags), line and paragraph separators, lone
 * surrogates, and what Unicode calls ignorable (fillers, variation selectors, joiners).
 */
const unseen = () => /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * One field of foreign text as it may reach a terminal: every character that would not be seen
 * stands as `\u{1b}`. Line ends are escaped as well, so one field stays one line; apply it to
 * fields, not to a finished screen.
 */
export function visible(text: string): string {
  return plain.test(text) ? text : text.replace(unseen(), escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** A path with the home directory as `~`: only for home itself and what lies in it. */
export function shortenHome(path: string, home: string | undefined): string {
  if (home === undefined || home === '' || home === '/') return path;
  if (path === home) return '~';
  const next = path.charAt(home.length);
  return path.startsWith(home) && (next === '/' || next === '\\')
    ? `~${path.slice(home.length)}`
    : path;
}
