import type { Environment, MirrorFiles } from '../ports.ts';

export type { Choice, Dialogue, ProgramEnd, Programs } from '../ports.ts';

/** What the use cases need of the process; `main.ts` makes the real one. */
export interface AppEffects {
  readonly env: Environment;
  readonly cwd: string;
  /** absolute; undefined: there is none */
  readonly home: string | undefined;
  /** the file system for one state directory: its owner's files are ours too when we are root */
  readonly filesFor: (stateDir: string) => MirrorFiles;
  /** the SQLite addon, loaded at the first call */
  readonly sqliteAddon: () => object;
  /** ms since the epoch */
  readonly now: () => number;
  /** the name of this machine, for history rows */
  readonly hostname: () => string;
  /** what built us, for the record of migrations */
  readonly build: string;
  /** what the user's login shell exports; killed after so many ms */
  readonly loginShellEnv: (timeoutMs: number) => Promise<ShellAnswer>;
  /** is the process that took a lock gone? (pid, start time, boot id) */
  readonly processes: Processes;
}

/** Telling a live process from a dead one whose number was given again. */
export interface Processes {
  self(): ProcessMark;
  isAlive(mark: ProcessMark): boolean;
}

export interface ProcessMark {
  readonly pid: number;
  /** the kernel's start time; empty where it cannot be told */
  readonly startedAt: string;
  readonly bootId: string;
}

/** The global options that concern the use cases. */
export interface AppOptions {
  readonly agent?: string | undefined;
  readonly stateDir?: string | undefined;
  readonly profile?: string | undefined;
  /** false: reconcile in memory and write nothing */
  readonly sync: boolean;
  readonly cwdEnv: boolean;
  /** no socket to anywhere, whatever happens */
  readonly offline?: boolean | undefined;
  /** the command's name without its arguments, for history rows */
  readonly command: string;
}

export type ShellAnswer =
  | { readonly values: Environment }
  /** for a person; holds nothing of what the shell printed */
  | { readonly failure: string };
