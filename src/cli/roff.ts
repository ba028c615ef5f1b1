/** Lines of help as roff (man macros): what is typed is bold, indentation is kept. */

/** A heading of this macro. */
export function title(macro: 'SH' | 'SS', text: string): string[] {
  return [`.${macro} ${quoted(text)}`];
}

/** What is explained, and the explanation beneath it. */
export function term(name: string, texts: readonly string[]): string[] {
  return [
    '.TP',
    `.B ${quoted(name)}`,
    ...texts.flatMap((text) => [safe(text), '.br']).slice(0, -1),
  ];
}

/** Lines that must stand as they are. */
export function literal(lines: readonly string[]): string[] {
  return ['.PP', '.RS 4', '.nf', ...lines.map(safe), '.fi', '.RE'];
}

/**
 * A page of help: rows of two columns become terms, dashes become bullets, what else is indented
 * stays as it is, and the rest is filled.
 */
export function paragraphs(lines: readonly string[]): string[] {
  return blocksOf(lines).flatMap(roffOf);
}

function roffOf({ kind, lines }: Block): string[] {
  switch (kind) {
    case 'rows':
      return joined(lines, row).flatMap(([name = '', ...texts]) => term(name, texts));
    case 'bullets':
      return joined(lines, bullet).flatMap((texts) => ['.IP \\(bu 2', ...texts.map(safe)]);
    case 'literal':
      return literal(lines.map((line) => line.slice(2)));
    case 'text':
      return ['.PP', ...lines.map(safe)];
  }
}

/** What the pattern captures of each line that it fits, with the lines that belong to it. */
function joined(lines: readonly string[], pattern: RegExp): string[][] {
  const all: string[][] = [];
  for (const line of lines) {
    const found = pattern.exec(line);
    if (found !== null) all.push(found.slice(1));
    else all.at(-1)?.push(line.trim());
  }
  return all;
}

/** Text that stands in a line: no escape, hyphens that can be copied, ASCII only. */
export function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/[^\0-\x7f]/gu, (character) => {
      return `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
    });
}

interface Block {
  readonly kind: 'text' | 'rows' | 'bullets' | 'literal';
  readonly lines: string[];
}

/** A name and what it means; what a comment stands behind is a command. */
const row = /^ {2,3}(\S.*?) {2,}([^\s#].*)$/;
const bullet = /^- (.*)$/;
const continuation = /^ {4,}(\S.*)$/;

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const line of lines) {
    const kind = line === '' ? undefined : kindOf(line, open);
    if (kind === undefined) open = undefined;
    else if (open?.kind === kind) open.lines.push(line);
    else {
      open = { kind, lines: [line] };
      blocks.push(open);
    }
  }
  return blocks;
}

function kindOf(line: string, open: Block | undefined): Block['kind'] {
  if (bullet.test(line)) return 'bullets';
  if (!line.startsWith('  ')) return 'text';
  if (open?.kind === 'bullets') return 'bullets';
  const goesOn = open?.kind === 'rows' && continuation.test(line);
  return row.test(line) || goesOn ? 'rows' : 'literal';
}

/** A line that begins with a dot or a quote would be a request. */
function safe(text: string): string {
  const line = escaped(text);
  return /^[.\\]/.test(line) ? `\\&${line}` : line;
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}
