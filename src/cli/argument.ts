import { holdsSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';

/**
 * One argument taken apart. Option names are long and whole (`--at`) or one letter (`-h`); a word
 * that begins with `-` is always an option and never a value, so values that do are written
 * `--flag=-value`. A lone `-` is a word.
 */
export type Argument =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'option'; readonly name: string; readonly value: string | undefined };

export function takeApart(text: string): Argument {
  if (!text.startsWith('-') || text === '-') return { kind: 'word', text };
  const at = text.indexOf('=');
  if (at < 0) return { kind: 'option', name: text, value: undefined };
  return { kind: 'option', name: text.slice(0, at), value: text.slice(at + 1) };
}

/** What is given before and after `--`. */
export function splitAtDashes(argv: readonly string[]): {
  readonly before: readonly string[];
  readonly after: readonly string[];
} {
  const at = argv.indexOf('--');
  if (at < 0) return { before: argv, after: [] };
  return { before: argv.slice(0, at), after: argv.slice(at + 1) };
}

/** A word as a message may repeat it: one that looks like a secret is not. */
export function shown(word: string): string {
  return holdsSecret(word.replace(/^-+/, '')) ? '[secret]' : word;
}

export function usage(message: string, hint?: string): EpiloopError {
  return new EpiloopError('usage', message, { hint });
}
