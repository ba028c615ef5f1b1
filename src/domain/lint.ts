/** Remarks on files that people write by hand: what they are, and where they stand. */
export type Severity = 'error' | 'warning';

/** Stable names of what can be wrong. */
export const lintCodes = [
  'syntax',
  'wrong-type',
  'missing-key',
  'unknown-key',
  'wrong-place',
  'duplicate-key',
  'duplicate-item',
  'unknown-mode',
  'unknown-type',
  'provider-mismatch',
  'provider-spelling',
  'profile-id',
  'unknown-profile',
  'unset-variable',
  'unreplaced-variable',
  'include',
  'agent-id',
  'agent-directory',
  'secret-key',
  'secret-missing',
  'secret-form',
  'placeholder',
  'foreign-secret',
  'expiry',
  'time-unit',
  'version',
  'env-line',
  'env-name',
  'env-duplicate',
  'env-blank',
  'env-quotes',
  'not-checked',
] as const;

export type LintCode = (typeof lintCodes)[number];

/** What is wrong; quotes no value that may be a secret. */
export interface Fault {
  readonly severity: Severity;
  readonly code: LintCode;
  /** one line: lower case, no full stop */
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A fault at a place of one text; `at` counts UTF-16 code units from 0. */
export interface Note extends Fault {
  readonly at: number;
}

/** A fault as it is told; line and column count from 1, the column in UTF-16 code units. */
export interface Remark extends Fault {
  /** absolute */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export function error(code: LintCode, message: string, hint?: string): Fault {
  return { severity: 'error', code, message, hint };
}

export function warning(code: LintCode, message: string, hint?: string): Fault {
  return { severity: 'warning', code, message, hint };
}

export function noted(at: number, fault: Fault | undefined): Note[] {
  return fault === undefined ? [] : [{ ...fault, at }];
}

/** The notes on one text as remarks, in its order; the same is told once for a place. */
export function remarksOn(path: string, text: string, notes: readonly Note[]): Remark[] {
  const starts = lineStarts(text);
  const sorted = notes.toSorted((a, b) => a.at - b.at || compare(a.message, b.message));
  const isNew = ({ at, message }: Note, index: number) =>
    at !== sorted[index - 1]?.at || message !== sorted[index - 1]?.message;
  return sorted.filter(isNew).map(({ at, ...fault }) => {
    const line = lastNotAfter(starts, at);
    return { path, line: line + 1, column: at - (starts[line] ?? 0) + 1, ...fault };
  });
}

/** Lines end with a line feed, as `grep` and `sed` count them; a carriage return ends none. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lastNotAfter(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** By code units: the same order on every host. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
