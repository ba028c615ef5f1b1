/**
 * One error class, a closed list of codes, one exit table.
 * A message is lower case without a full stop and never holds a secret; a hint says what to do.
 */
export const exitCodes = {
  /** the answer is no */
  no: 1,
  /** the command line is wrong */
  usage: 64,
  /** a file or an input is not what it should be */
  bad_data: 65,
  /** no such profile, agent or file */
  not_found: 66,
  network: 69,
  internal: 70,
  cannot_create: 73,
  io: 74,
  /** somebody else holds it; trying again helps */
  busy: 75,
  /** not permitted, or not ours */
  refused: 77,
  config_invalid: 78,
  store_newer: 78,
  store_altered: 78,
  no_home: 78,
  clock_behind: 78,
} as const;

export type ErrorCode = keyof typeof exitCodes;

export interface ErrorDetails {
  /** what the operator can do about it */
  readonly hint?: string | undefined;
  /** the file that is meant, absolute */
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

export class EpiloopError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly path: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'EpiloopError';
    this.code = code;
    this.hint = details.hint;
    this.path = details.path;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** The `code` of a Node system error (`ENOENT`, `EACCES`, …), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A path in a hint, which is pasted into a shell: paths may hold anything. */
export function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
