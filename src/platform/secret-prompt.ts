import { openSync } from 'node:fs';
import { EpiloopError } from '../errors.ts';
import type { Environment } from '../ports.ts';
import { edit, emptyLine, type HiddenLine } from './hidden-line.ts';
import { writeAll } from './output.ts';
import { dieBy } from './signal.ts';
import { isTerminal } from './terminal.ts';

/** A paste arrives in pieces that follow each other at once; nobody types on that fast. */
const PASTE_PAUSE_MS = 50;

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Asks on the terminal that is standard input, without showing what is typed. Ctrl-C ends the
 * process by SIGINT (130 to a shell); Ctrl-D on an empty line, a closed terminal and `until` answer
 * `''`.
 * The terminal is put back before anything else happens, signals included. Throws `io`.
 */
export async function promptHidden(
  prompt: string,
  env: Environment,
  until?: AbortSignal,
): Promise<string> {
  const terminal = openTerminal(prompt, env);
  const line = await terminal.read(until);
  terminal.close();
  if (line.ended === 'interrupt') dieBy('SIGINT');
  return line.ended === 'enter' ? line.text : '';
}

interface Terminal {
  read(until: AbortSignal | undefined): Promise<HiddenLine>;
  close(): void;
}

function openTerminal(prompt: string, env: Environment): Terminal {
  const { stdin } = process;
  const screen = screenDescriptor();
  // bracketed paste, for terminals that understand sequences at all
  const [on, off] =
    env.TERM === undefined || env.TERM === 'dumb' ? ['', ''] : ['\x1b[?2004h', '\x1b[?2004l'];
  const show = () => {
    setRaw(true);
    tell(screen, `${on}${prompt}`);
  };
  const close = () => {
    for (const signal of deadly) process.off(signal, die);
    process.off('SIGCONT', again);
    setRaw(false);
    stdin.pause();
    tell(screen, `${off}\n`);
  };
  const die = (signal: NodeJS.Signals) => {
    close();
    dieBy(signal);
  };
  // a shell that resumes us has put the terminal back
  const again = () => {
    setRaw(false);
    show();
  };
  for (const signal of deadly) process.on(signal, die);
  process.on('SIGCONT', again);
  show();
  return { read: (until) => readLine(close, until), close };
}

function readLine(giveUp: () => void, until: AbortSignal | undefined): Promise<HiddenLine> {
  const { stdin } = process;
  return new Promise((answer, fail) => {
    let line = emptyLine;
    let pause: NodeJS.Timeout | undefined;
    const done = () => {
      clearTimeout(pause);
      stdin.off('data', take).off('end', done).off('error', broken);
      until?.removeEventListener('abort', stop);
      answer(line);
    };
    const take = (input: string | Buffer) => {
      clearTimeout(pause);
      line = edit(line, String(input));
      if (line.ended === 'enter') pause = setTimeout(done, PASTE_PAUSE_MS);
      else if (line.ended !== undefined) done();
    };
    const stop = () => {
      line = { ...emptyLine, ended: 'end' };
      done();
    };
    const broken = (cause: Error) => {
      giveUp();
      fail(new EpiloopError('io', 'cannot read from the terminal', { cause }));
    };
    stdin.setEncoding('utf8');
    stdin.on('data', take).on('end', done).on('error', broken);
    // a question that was asked before left it paused
    stdin.resume();
    until?.addEventListener('abort', stop);
    if (until?.aborted === true) stop();
  });
}

function tell(screen: number, text: string): boolean {
  try {
    return writeAll(screen, text);
  } catch {
    // the terminal went away; reading from it tells
    return false;
  }
}

/** Standard error may be a log file; a question belongs where the answer is typed. */
function screenDescriptor(): number {
  if (isTerminal('stderr')) return 2;
  try {
    return openSync('/dev/tty', 'w');
  } catch {
    // no controlling terminal, or Windows: better told in the log than not at all
    return 2;
  }
}

function setRaw(raw: boolean): void {
  try {
    process.stdin.setRawMode(raw);
  } catch (cause) {
    // giving it back fails only where the terminal is gone
    if (raw) throw new EpiloopError('io', 'cannot hide what is typed on this terminal', { cause });
  }
}
