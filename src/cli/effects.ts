import type { App } from '../app/app.ts';
import type { Dialogue, Programs } from '../app/effects.ts';

/** What a command line needs of the process; `main.ts` makes the real one, tests their own. */
export interface Effects {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes to standard output. False: nobody reads it any more. Throws for a full disk and the like. */
  out(text: string): boolean;
  /** The same for standard error. */
  err(text: string): boolean;
  /** A function, because the answer costs milliseconds and is seldom needed. */
  isTTY(stream: 'stdin' | 'stdout' | 'stderr'): boolean;
  /** ms since the epoch */
  now(): number;
  /** Asks for a secret, or reads it; see the platform's for what it throws. */
  readSecret(from: SecretFrom, globals: Globals): Promise<EnteredText>;
  /** Standard input to its end, as lines; throws EpiloopError, `usage` with the hint at a terminal. */
  readLines(otherwise: string): Promise<readonly string[]>;
  /** Questions to a person; `otherwise` is the hint where nobody can answer. */
  dialogue(otherwise: string): Promise<Dialogue>;
  /** Other programs, run on the person's terminal. */
  programs(): Promise<Programs>;
  /** Standard input to its end. Throws EpiloopError for a terminal, and for more than so many bytes. */
  readStdin(maxBytes: number): Promise<string>;
  /** Runs a program with our streams, without a shell; signals to us are passed on to it. */
  runProgram(words: readonly string[], env: Effects['env']): Promise<ProgramEnd>;
  /** Opens an address in a browser; false: there is no display. */
  browse(url: string): Promise<boolean>;
  /** Called only by commands that need the host's state. */
  openApp(globals: Globals, command: string): App | Promise<App>;
}

/** How a program ended; one that a signal ended ends us the same way. */
export type ProgramEnd =
  | { readonly code: number }
  /** it was never started: there is none, or it may not be run */
  | { readonly failure: 'not_found' | 'not_runnable' };

/** Where a person says that a secret is; standard input is asked for it if it is a terminal. */
export type SecretFrom =
  | {
      readonly kind: 'stdin';
      readonly prompt: string;
      /** a question on a terminal ends with it, answered by nothing */
      readonly until?: AbortSignal | undefined;
      /** a pipe that says nothing for so long is empty, and told; undefined: it is waited for */
      readonly idleMs?: number;
    }
  /** as typed: `~` not expanded */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string };

/** As it was given, white space and all: a secret until something is known about it. */
export interface EnteredText {
  readonly text: string;
  /** one line each, for standard error */
  readonly notes: readonly string[];
}

/** The options that every command has, validated. */
export interface Globals {
  readonly json: boolean;
  /** as typed; normalised by the use cases */
  readonly agent?: string | undefined;
  /** as typed: `~` not expanded */
  readonly stateDir?: string | undefined;
  /** `--dev` is the profile `dev` */
  readonly profile?: string | undefined;
  readonly offline: boolean;
  readonly color: boolean;
  /** false: reconcile in memory and write nothing */
  readonly sync: boolean;
  /** honour `./.env` of the working directory */
  readonly cwdEnv: boolean;
}
