import type { styleText } from 'node:util';
import { visible } from '../domain/visible.ts';
import type { Effects } from './effects.ts';

export type Style = 'heading' | 'name' | 'good' | 'warn' | 'bad' | 'dim';

/** Text with a meaning; how it looks is decided here. */
export interface Span {
  readonly style: Style;
  readonly text: string;
}

/** One line as raw values: nothing in it is trusted, and it holds no line break of its own. */
export type Line = string | readonly (string | Span)[];

const looks: Readonly<Record<Style, Parameters<typeof styleText>[0]>> = {
  heading: 'bold',
  name: 'cyan',
  good: 'green',
  warn: 'yellow',
  bad: 'red',
  dim: 'dim',
};

export function styled(style: Style, text: string): Span {
  return { style, text };
}

/**
 * The lines as they are written. The one way to a terminal: every piece goes through `visible`,
 * so that no file, server or argument can move the cursor, recolour or reorder the text.
 */
export function draw(lines: readonly Line[], color: boolean): string {
  return lines.map((line) => `${drawLine(line, color)}\n`).join('');
}

/** Colour is for a terminal, unless NO_COLOR (no-color.org: any value but empty) or TERM=dumb. */
export function wantsColor(env: Effects['env'], isTTY: () => boolean): boolean {
  return !env.NO_COLOR && env.TERM !== 'dumb' && isTTY();
}

/**
 * JSON with two-space indentation. Characters that a terminal would act on or hide are written
 * as `\uXXXX`; JSON.stringify does so only for those below U+0020 and lone surrogates.
 */
export function drawJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, escapeUnits)}\n`;
}

function drawLine(line: Line, color: boolean): string {
  if (typeof line === 'string') return visible(line);
  return line.map((piece) => drawPiece(piece, color)).join('');
}

function drawPiece(piece: string | Span, color: boolean): string {
  if (typeof piece === 'string') return visible(piece);
  const text = visible(piece.text);
  if (!color) return text;
  // loaded for colour only; and validateStream would load process.stdout to look at it
  const util = process.getBuiltinModule('node:util');
  return util.styleText(looks[piece.style], text, { validateStream: false });
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}
