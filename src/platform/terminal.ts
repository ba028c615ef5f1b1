import { fstatSync, statSync } from 'node:fs';
import type { Environment } from '../ports.ts';

const streams = { stdin: 0, stdout: 1, stderr: 2 } as const;

export type Stream = keyof typeof streams;

/**
 * Is the stream a terminal? A terminal is a character device, and not /dev/null, where cron jobs
 * like to write; only then is `node:tty` asked, because loading it costs more than the rest of a
 * `models status` screen.
 */
export function isTerminal(stream: Stream): boolean {
  const fd = streams[stream];
  return mayBeTerminal(fd) && process.getBuiltinModule('node:tty').isatty(fd);
}

/** The width: COLUMNS where it is a positive whole number, else the terminal's; undefined: none known. */
export function terminalColumns(env: Environment): number | undefined {
  const named = /^[1-9]\d{0,3}$/.exec(env.COLUMNS ?? '');
  if (named !== null) return Number(named[0]);
  const columns = isTerminal('stdout') ? process.stdout.columns : 0;
  return columns > 0 ? columns : undefined;
}

function mayBeTerminal(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    const nowhere = statSync('/dev/null', { throwIfNoEntry: false });
    return stat.isCharacterDevice() && stat.rdev !== nowhere?.rdev;
  } catch {
    // a closed descriptor is no terminal, nor is one that may not be looked at
    return false;
  }
}
