import type { GenericSchema } from 'valibot';
import type { App } from '../app/app.ts';
import type { Dialogue, Programs } from '../app/effects.ts';
import type { EpiloopError } from '../errors.ts';
import type { Effects, EnteredText, Globals, ProgramEnd, SecretFrom } from './effects.ts';
import { readInput } from './input.ts';
import type { Progress } from './progress.ts';
import type { Line } from './screen.ts';

/** One option as it stands in help: `--flag`, or `--flag <value>`. */
export interface Option {
  readonly flags: string;
  readonly summary: string;
  /** may be given several times; otherwise a second value is a usage error */
  readonly repeat?: boolean;
  /** what completion offers as its value; others may be as good */
  readonly values?: readonly string[];
}

/** A word without a flag; only the last one may repeat. */
export interface Positional {
  readonly name: string;
  readonly required?: boolean;
  readonly repeat?: boolean;
  /** what completion offers for it; others may be as good */
  readonly values?: readonly string[];
}

/** What one run is given besides its input. */
export interface Context {
  readonly globals: Globals;
  readonly now: number;
  /** Asks for a secret, or reads it. Throws EpiloopError. */
  readSecret(from: SecretFrom): Promise<EnteredText>;
  readonly env: Effects['env'];
  /** How far a long piece of work is, for a person who waits. */
  readonly progress: Progress;
  /** Standard input to its end; see the platform's for what it throws. */
  readStdin(maxBytes: number): Promise<string>;
  /** Runs a program with our streams, and waits for it; see the platform's. */
  runProgram(words: readonly string[], env: Effects['env']): Promise<ProgramEnd>;
  /** Standard input to its end, as lines; throws EpiloopError, `usage` with the hint at a terminal. */
  readLines(otherwise: string): Promise<readonly string[]>;
  /** Questions to a person; `otherwise` is the hint where nobody can answer. */
  dialogue(otherwise: string): Promise<Dialogue>;
  /** Other programs, run on the person's terminal. */
  programs(): Promise<Programs>;
  isTTY(stream: 'stdin' | 'stdout' | 'stderr'): boolean;
  /** One line for standard error, now: what a person is to know before the command has ended. */
  tell(line: string): void;
  /** The same without our name before it: what is to be copied. */
  show(line: string): void;
  /** Opens an address in a browser; false: there is no display. */
  browse(url: string): Promise<boolean>;
  /**
   * Opens the host's state; the same one every time, and another one for the change after a
   * question. A question says `write: false`: then nothing is written, whatever it finds. Throws
   * EpiloopError.
   */
  open(options?: { readonly write: boolean }): Promise<App>;
  /** Closes what is open, while a person or another program takes its time. */
  close(): void;
}

/**
 * A command as data, so that parsing, help, `--json` and tests walk one list. Its name and summary
 * stand in `table.ts`, which is all that help needs of it.
 */
export interface CommandSpec<Input, Result> {
  readonly description?: string;
  readonly options: readonly Option[];
  readonly positionals?: readonly Positional[];
  /** the name of what stands behind `--`, which is somebody else's command line */
  readonly behind?: string;
  /** a strict object: camel-cased option names and positional names → what `run` is given */
  readonly input: GenericSchema<unknown, Input>;
  readonly examples: readonly string[];
  /** what to say of an option that is not here; undefined: the usual */
  stray?(name: string): EpiloopError | undefined;
  run(input: Input, context: Context): Promise<Result>;
  /** this text is the whole of standard output, as it is: for a secret alone, never for a screen */
  raw?(result: Result): string;
  /** Raw values: control characters and colour are the screen's business. */
  render(result: Result, input: Input): readonly Line[];
  json(result: Result, input: Input): unknown;
  /** what `json` answers, as a schema: a module of its own in `schemas/`, loaded when asked for */
  output?(): Promise<GenericSchema>;
  /** 0 where it is not given */
  exit?(result: Result, input: Input): number;
  /** lines for standard error */
  notices?(result: Result): readonly string[];
  /** true: as if `--json` had been given */
  wantsJson?(input: Input): boolean;
}

/** What one run came to, before anything is printed. */
export interface Outcome {
  readonly exit: number;
  readonly json: boolean;
  readonly notices: readonly string[];
  /** written as it is in place of the lines; on a terminal a line break follows */
  raw?(): string;
  lines(): readonly Line[];
  value(): unknown;
}

/** Parsed words by camel-cased name: a flag is true, a repeated one a list. */
export type RawInput = Readonly<Record<string, string | true | readonly string[]>>;

/** A command whose input and result types are its own business. */
export interface Command {
  readonly description: string | undefined;
  readonly options: readonly Option[];
  readonly positionals: readonly Positional[];
  readonly behind?: string | undefined;
  readonly examples: readonly string[];
  output?: (() => Promise<GenericSchema>) | undefined;
  stray?: ((name: string) => EpiloopError | undefined) | undefined;
  /** Throws EpiloopError `usage` for input that does not fit. */
  execute(raw: RawInput, context: Context): Promise<Outcome>;
}

export function defineCommand<Input, Result>(spec: CommandSpec<Input, Result>): Command {
  return {
    description: spec.description,
    options: spec.options,
    positionals: spec.positionals ?? [],
    behind: spec.behind,
    examples: spec.examples,
    output: spec.output,
    stray: spec.stray,
    async execute(raw, context) {
      const input = readInput(spec.input, raw, spec.options);
      const result = await spec.run(input, context);
      return {
        exit: spec.exit?.(result, input) ?? 0,
        json: context.globals.json || (spec.wantsJson?.(input) ?? false),
        notices: spec.notices?.(result) ?? [],
        ...(spec.raw !== undefined && { raw: () => spec.raw?.(result) ?? '' }),
        lines: () => spec.render(result, input),
        value: () => spec.json(result, input),
      };
    },
  };
}
