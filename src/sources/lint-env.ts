import { parse } from 'dotenv';
import { knownVariables, providerOf } from '../domain/env-keys.ts';
import { error, type Fault, type Note, noted, warning } from '../domain/lint.ts';
import { didYouMean, gatewayVariable, guessVariable } from '../domain/lint-names.ts';
import { secretFault } from '../domain/lint-secret.ts';
import { named } from '../domain/lint-tree.ts';

/** One assignment, which may stand on several lines when its value is quoted. */
interface Assignment {
  /** of its name */
  readonly at: number;
  readonly line: number;
  readonly name: string;
  readonly value: string;
  /** as written, from the first line's start to the last line's end */
  readonly raw: string;
}

/** A `.env` as dotenv 18 reads it: lines that it passes over, names and values that mislead. */
export function lintEnv(text: string): Note[] {
  const { assignments, notes } = takeApart(text);
  const last = new Map(assignments.map((each) => [each.name, each]));
  const names = new Set(last.keys());
  return [
    ...notes,
    ...assignments.flatMap((each) => {
      const final = last.get(each.name) ?? each;
      const hidden =
        final === each
          ? undefined
          : warning(
              'env-duplicate',
              `${named(each.name)} is set again on line ${final.line}, which counts`,
            );
      return [
        ...noted(each.at, hidden),
        ...noted(each.at, nameFault(each.name, names)),
        ...noted(each.at, valueFault(each)),
      ];
    }),
  ];
}

function takeApart(text: string) {
  const lines = text.split(/\r\n|\n|\r/);
  const starts = startsOf(text, lines);
  const assignments: Assignment[] = [];
  const notes: Note[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const first = lines[index] ?? '';
    if (/^\s*(?:#|$)/.test(first)) continue;
    const count = extent(lines, index);
    const raw = lines.slice(index, index + count).join('\n');
    const at = (starts[index] ?? 0) + first.search(/\S/);
    const [entry] = Object.entries(parse(raw));
    if (entry === undefined) notes.push(...noted(at, ignoredLine(first)));
    else {
      const [name, value] = entry;
      const nameAt = (starts[index] ?? 0) + Math.max(0, first.indexOf(name));
      assignments.push({ at: nameAt, line: index + 1, name, value, raw });
    }
    index += count - 1;
  }
  return { assignments, notes };
}

/** Where the lines begin; a break is one or two units long. */
function startsOf(text: string, lines: readonly string[]): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length;
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
  return starts;
}

const MAX_QUOTED_LINES = 200;

/** How many lines an assignment takes: a quote that is not closed on its line may be further down. */
function extent(lines: readonly string[], index: number): number {
  const quote = /^\s*(?:export\s+)?[\w.-]+\s*[=:]\s*(["'`])/.exec(lines[index] ?? '');
  if (quote?.[1] === undefined) return 1;
  const rest = (lines[index] ?? '').slice(quote[0].length);
  if (rest.includes(quote[1])) return 1;
  const end = Math.min(lines.length, index + MAX_QUOTED_LINES);
  for (let next = index + 1; next < end; next += 1) {
    if ((lines[next] ?? '').includes(quote[1])) return next - index + 1;
  }
  return 1;
}

function ignoredLine(line: string): Fault {
  const colon = /^\s*(?:export\s+)?[A-Za-z_]\w*:/.test(line);
  const hint = colon ? 'write NAME=value, with = in place of :' : 'write NAME=value, or # in front';
  return error('env-line', 'this line is no assignment and is passed over', hint);
}

function nameFault(name: string, names: ReadonlySet<string>): Fault | undefined {
  const reads = gatewayVariable(name);
  if (reads !== undefined) {
    if (names.has(reads)) return undefined;
    return warning('env-name', `${name} is not read by the gateway`, `it reads ${reads}`);
  }
  const guess = guessVariable(name);
  if (guess === undefined || names.has(guess)) return undefined;
  return warning('env-name', `${named(name)} is no variable that is read`, didYouMean(guess));
}

function valueFault({ name, value, raw }: Assignment): Fault | undefined {
  if (/^[^=]*?[\w.-]:\s/.test(raw)) {
    return warning('env-line', 'only some programs take : for =', 'write NAME=value');
  }
  const written = raw.slice(raw.indexOf('=') + 1).trim();
  const quote = /^["'`]/.exec(written)?.[0];
  if (quote !== undefined && value.startsWith(quote)) {
    const message = 'the quotes are not balanced: one of them becomes part of the value';
    return error('env-quotes', message, 'close the quote, or leave both out');
  }
  if (!knownVariables.includes(name)) return undefined;
  if (value.trim() === '') {
    return warning('env-blank', `${name} is blank, which is as good as not set`);
  }
  if (quote === undefined && /\S#/.test(written.split(/\s#/)[0] ?? '')) {
    const message = `a # ends the value of ${name} early`;
    return error('env-quotes', message, 'put the value in double quotes');
  }
  return secretFault(value, providerOf(name));
}
