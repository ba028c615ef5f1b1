/**
 * What is typed or pasted where nothing is shown, as a value: keys in, text out. Terminals that
 * know bracketed paste (`\e[200~ … \e[201~`, xterm) mark what was pasted, so that a line end in it
 * is no Enter; for the others, a line end with more right behind it is none either.
 */
export interface HiddenLine {
  readonly text: string;
  readonly pasting: boolean;
  /** the beginning of a key's sequence whose rest has not come yet */
  readonly pending: string;
  /** `enter` may be taken back by more input; `end` is Ctrl-D on an empty line */
  readonly ended?: 'enter' | 'interrupt' | 'end' | undefined;
}

export const emptyLine: HiddenLine = { text: '', pasting: false, pending: '' };

const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

// keys are control characters and sequences that begin with one: biome's rule does not fit here
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const sequence = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^[O\x00-\x1f])/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const unfinished = /^\x1b(?:\[[0-?]*[ -/]*|O)?$/;

/** The line after more input. */
export function edit(line: HiddenLine, input: string): HiddenLine {
  let now: HiddenLine = { ...line, pending: '' };
  let rest = line.pending + input;
  while (rest !== '' && now.ended !== 'interrupt' && now.ended !== 'end') {
    if (unfinished.test(rest)) return { ...now, pending: rest };
    const key = sequence.exec(rest)?.[0] ?? String.fromCodePoint(rest.codePointAt(0) ?? 0);
    now = press(reopened(now), key);
    rest = rest.slice(key.length);
  }
  return now;
}

/** More came behind an Enter: it was part of a paste. */
function reopened(line: HiddenLine): HiddenLine {
  return line.ended === 'enter' ? { ...line, text: `${line.text}\n`, ended: undefined } : line;
}

function press(line: HiddenLine, key: string): HiddenLine {
  if (key === PASTE_BEGINS) return { ...line, pasting: true };
  if (key === PASTE_ENDS) return { ...line, pasting: false };
  // even within a paste whose end never comes
  if (key === '\x03' || key === '\x1c') return { ...line, text: '', ended: 'interrupt' };
  if (key.startsWith('\x1b')) return line;
  if (line.pasting) return { ...line, text: line.text + key };
  return command(line, key) ?? { ...line, text: line.text + key };
}

/** Keys that do something: Enter, Ctrl-D, backspace, Ctrl-U and Ctrl-W (a secret is one word). */
function command(line: HiddenLine, key: string): HiddenLine | undefined {
  switch (key) {
    case '\r':
    case '\n':
      return { ...line, ended: 'enter' };
    case '\x04':
      return line.text === '' ? { ...line, ended: 'end' } : line;
    case '\x7f':
    case '\b':
      return { ...line, text: line.text.replace(/.$/su, '') };
    case '\x15':
    case '\x17':
      return { ...line, text: '' };
    default:
      return undefined;
  }
}
