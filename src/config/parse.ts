import JSON5 from 'json5';
import { EpiloopError } from '../errors.ts';

/**
 * Parses one file of the config. The parser's own message is dropped: it quotes the text, and the
 * text holds secrets.
 * @throws EpiloopError `config_invalid` with `path:line:column`
 */
export function parse(text: string, path: string): unknown {
  try {
    return rareBreak.test(text) ? parseQuietly(text) : JSON5.parse(text);
  } catch (error) {
    throw new EpiloopError('config_invalid', `${path}${place(error)} is not valid JSON5`, {
      path,
      hint: 'mend the file at that place and run the command again',
    });
  }
}

/** U+2028 and U+2029: JSON5 2.2.3 prints a warning to the console about each one within a text. */
const rareBreak = /[\u2028\u2029]/;

/** Nothing else can run meanwhile that would have something to say. */
function parseQuietly(text: string): unknown {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return JSON5.parse(text);
  } finally {
    console.warn = warn;
  }
}

/** JSON5 2.2.3 counts lines from 1 and columns from 0 only just after a line break. */
function place(error: unknown): string {
  if (!(error instanceof SyntaxError)) return '';
  if (!('lineNumber' in error) || !('columnNumber' in error)) return '';
  return `:${Number(error.lineNumber)}:${Math.max(1, Number(error.columnNumber))}`;
}
