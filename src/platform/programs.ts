import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { EpiloopError, systemCode } from '../errors.ts';
import type { Environment, ProgramEnd, Programs, RunOptions } from '../ports.ts';
import { handedEnv } from './handed-env.ts';
import { writeAll } from './output.ts';
import { dieBy } from './signal.ts';
import { isTerminal } from './terminal.ts';
import { refuseUntrusted } from './trusted-program.ts';

/** Programs of this host, found by `env.PATH`. */
export function realPrograms(env: Environment): Programs {
  return {
    find: (name) => find(name, env),
    run: (path, args, options) => run(path, args, env, options),
  };
}

/** A script (`.cmd`) of Windows needs a shell, and none is run: there it has to be an `.exe`. */
function find(name: string, env: Environment): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, file)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    // absent, or not for us: a shell goes on to the next folder too
    return false;
  }
}

/** Those of the keyboard reach the program by themselves: it is in our process group. */
const fromKeyboard = ['SIGINT', 'SIGQUIT'] as const;
const fromElsewhere = ['SIGTERM', 'SIGHUP'] as const;

async function run(
  path: string,
  args: readonly string[],
  env: Environment,
  { without }: RunOptions = {},
): Promise<ProgramEnd> {
  // asked only now: root may have become the state's owner, and a person may have taken his time
  refuseUntrusted({ euid: process.geteuid?.() ?? -1 }, path);
  const { spawn } = await import('node:child_process');
  // standard output may be JSON for somebody else: then the program is shown on standard error
  const screen = isTerminal('stdout') ? 1 : 2;
  const start = () => spawn(path, args, { stdio: [0, screen, 2], env: handedEnv(env, without) });
  const { end, passedOn } = await untilEnd(path, start);
  if ('signal' in end) tidy(screen, env);
  if (passedOn !== undefined) dieBy(passedOn);
  if ('signal' in end && isFromKeyboard(end.signal)) dieBy(end.signal);
  return end;
}

interface Ended {
  readonly end: ProgramEnd;
  /** what was sent to us from elsewhere meanwhile, and handed on */
  readonly passedOn: NodeJS.Signals | undefined;
}

function untilEnd(path: string, start: () => ChildProcess): Promise<Ended> {
  return new Promise((done, fail) => {
    let passedOn: NodeJS.Signals | undefined;
    const ignore = () => undefined;
    const passOn = (signal: NodeJS.Signals) => {
      passedOn = signal;
      child.kill(signal);
    };
    const settle = () => {
      for (const signal of fromKeyboard) process.off(signal, ignore);
      for (const signal of fromElsewhere) process.off(signal, passOn);
    };
    for (const signal of fromKeyboard) process.on(signal, ignore);
    for (const signal of fromElsewhere) process.on(signal, passOn);
    // only now: a signal between its start and our handlers would end us and leave it running
    const child = started(start, settle);
    child.once('error', (cause) => {
      settle();
      fail(notStarted(path, cause));
    });
    child.once('exit', (code, signal) => {
      settle();
      done({ end: code === null ? { signal: signal ?? 'SIGKILL' } : { code }, passedOn });
    });
  });
}

function started(start: () => ChildProcess, settle: () => void): ChildProcess {
  try {
    return start();
  } catch (error) {
    settle();
    throw error;
  }
}

function isFromKeyboard(signal: string): signal is (typeof fromKeyboard)[number] {
  return fromKeyboard.some((each) => each === signal);
}

/** A killed program could not show the cursor again, nor end bracketed paste (xterm). */
function tidy(screen: 1 | 2, { TERM }: Environment): void {
  const isThere = isTerminal(screen === 1 ? 'stdout' : 'stderr');
  if (isThere && TERM !== undefined && TERM !== 'dumb') writeAll(screen, '\x1b[?25h\x1b[?2004l');
}

function notStarted(path: string, cause: Error): EpiloopError {
  const code = systemCode(cause);
  const isRefused = code === 'EACCES' || code === 'EPERM';
  const message = `cannot run ${path}: ${code ?? 'unknown error'}`;
  return new EpiloopError(isRefused ? 'refused' : 'io', message, { path, cause });
}
