/** Longer ones are none, and are not searched. */
const LONGEST_EXAMPLE = 200;

const wholeWords =
  /^(?:sk-)?(?:todo|tbd|changeme|change[_-]me|replace[_-]?me|placeholder|password|example|secret|none|null|undefined)$/i;

/** An example out of some manual, or a key as a screen shows it. */
export function isPlaceholder(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST_EXAMPLE) return false;
  return isMasked(trimmed) || /^<[^>]*>$/.test(trimmed) || isExample(trimmed);
}

/** A part of it is left out. */
export function isMasked(text: string): boolean {
  return /\.{3}|\u2026|\*{3}/.test(text);
}

function isExample(text: string): boolean {
  return (
    /^(?:[a-z\d]+[-_])*x{4,}$/i.test(text) ||
    /(?<![a-z])(?:your|my|insert|paste)[_-]?(?:[a-z]+[_-])*(?:key|token|secret)(?![a-z])/i.test(
      text,
    ) ||
    wholeWords.test(text)
  );
}
