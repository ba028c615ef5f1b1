import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { systemCode } from '../errors.ts';
import type { Environment } from '../ports.ts';
import { isTerminal } from './terminal.ts';

export type ProgramEnd =
  | { readonly code: number }
  | { readonly failure: 'not_found' | 'not_runnable' };

/** What is sent to us is meant for the program. SIGUSR1 never reaches us: the build turned it off. */
const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const;
/** A terminal sends these to both of us. */
const ofTerminals = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Runs a program with our streams and this environment, without a shell, found by its `PATH`. Where
 * a signal ends it, the same one ends us, so that whoever waits sees what happened.
 */
export function runProgram(words: readonly string[], env: Environment): Promise<ProgramEnd> {
  const [file = '', ...args] = words;
  return new Promise((done, fail) => {
    const failed = (error: unknown) => {
      stop();
      const code = systemCode(error) ?? '';
      if (notFound.has(code)) done({ failure: 'not_found' });
      else if (notRunnable.has(code)) done({ failure: 'not_runnable' });
      else fail(error);
    };
    // before it is there: a signal between its start and our handlers would end us and leave it
    const stop = passSignals((signal) => child?.kill(signal));
    const child = started(() => spawn(file, args, { stdio: 'inherit', env: { ...env } }), failed);
    child?.on('error', failed);
    child?.on('exit', (code, signal) => {
      stop();
      done({ code: code ?? endBy(signal) });
    });
  });
}

/** Some errors are thrown, others are told later. */
function started(
  start: () => ChildProcess,
  failed: (error: unknown) => void,
): ChildProcess | undefined {
  try {
    return start();
  } catch (error) {
    failed(error);
    return undefined;
  }
}

const notFound: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);
const notRunnable: ReadonlySet<string> = new Set([
  'EACCES',
  'ENOEXEC',
  'EPERM',
  'EISDIR',
  'E2BIG',
  'ELOOP',
]);

function passSignals(pass: (signal: NodeJS.Signals) => void): () => void {
  const isShared = isTerminal('stdin') || isTerminal('stdout') || isTerminal('stderr');
  const wait = () => undefined;
  for (const signal of passedOn) process.on(signal, pass);
  for (const signal of ofTerminals) process.on(signal, isShared ? wait : pass);
  return () => {
    for (const signal of passedOn) process.off(signal, pass);
    for (const signal of ofTerminals) process.off(signal, isShared ? wait : pass);
  };
}

/** The code for a shell where the signal does not end us, as SIGTSTP and the like do not. */
function endBy(signal: NodeJS.Signals | null): number {
  if (signal === null) return 1;
  process.kill(process.pid, signal);
  return 128 + constants.signals[signal];
}
