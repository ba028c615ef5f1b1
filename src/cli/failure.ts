import { EpiloopError, systemCode } from '../errors.ts';
import { splitAtDashes } from './argument.ts';
import { draw, drawJson, type Line } from './screen.ts';

/** What a failed run says and exits with. */
export interface Failure {
  readonly exit: number;
  readonly lines: readonly Line[];
  /** `{schemaVersion, error}`, the one shape of every failure; what is unknown is null */
  readonly value: unknown;
}

/**
 * Any thrown thing as a failure. Of an error that is not ours only its class and system code are
 * told: its message may quote what was being read (JSON.parse does), and a secret with it.
 */
export function describeFailure(error: unknown): Failure {
  const { code, exitCode, message, hint, path } =
    error instanceof EpiloopError ? error : unexpected(error);
  const named = path === undefined || message.includes(path) ? message : `${message} (${path})`;
  return {
    exit: exitCode,
    lines: [`epiloop: ${named}`, ...(hint === undefined ? [] : [`hint: ${hint}`])],
    value: {
      schemaVersion: 1,
      error: { code, message, hint: hint ?? null, path: path ?? null },
    },
  };
}

export function failureText(failure: Failure, json: boolean): string {
  return json ? drawJson(failure.value) : draw(failure.lines, false);
}

/** Read from the raw words, because the command line itself may be what is wrong. */
export function asksForJson(argv: readonly string[]): boolean {
  const { before } = splitAtDashes(argv);
  return before.some((text, at) => {
    return (
      text === '--json' ||
      text === '--format=json' ||
      (text === '--format' && before[at + 1] === 'json')
    );
  });
}

function unexpected(error: unknown): EpiloopError {
  const name = error instanceof Error ? error.constructor.name : typeof error;
  const code = systemCode(error);
  return new EpiloopError(
    'internal',
    `internal error: ${code === undefined ? name : `${name} ${code}`}`,
    { hint: 'this is a defect, please report it with what epiloop --version --json prints' },
  );
}
