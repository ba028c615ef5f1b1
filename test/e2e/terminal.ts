/** The executable on a pseudo-terminal of `script` (util-linux): what it shows, what is typed. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executable, type GatewayHost } from './host.ts';

const isUtilLinux = /util-linux/.test(
  String(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout),
);
export const noTerminal = isUtilLinux ? false : 'there is no script of util-linux here';

/** Waits until this is shown, behind what was waited for before; then these keys are pressed. */
export type Step = readonly [shown: string, keys: string];

export interface Transcript {
  /** everything that the terminal showed */
  readonly shown: string;
  readonly code: number;
  /** is the terminal as it was before? */
  readonly restored: boolean;
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** behind the executable's words, e.g. `> file` */
  readonly redirect?: string;
  /** of the terminal: what `stty` is to set */
  readonly size?: string;
  /** words before the executable, e.g. `setpriv …` */
  readonly wrapper?: readonly string[];
}

/** Runs one command line on a terminal, of 80 columns by default; a hang is a failure. */
export async function onTerminal(
  host: GatewayHost,
  args: readonly string[],
  steps: readonly Step[],
  { env = {}, redirect = '', wrapper = [], size = 'cols 80 rows 24' }: TerminalOptions = {},
): Promise<Transcript> {
  const folder = mkdtempSync(join(tmpdir(), 'epiloop-terminal-'));
  const file = (name: string) => join(folder, name);
  const words = [...wrapper, executable, ...args].map((word) => `'${word}'`).join(' ');
  const script = file('run.sh');
  const lines = [
    ...[`stty ${size}`, `stty -g > ${file('before')}`, 'trap : INT'],
    ...[`${words} ${redirect}`, `echo $? > ${file('exit')}`, `stty -g > ${file('after')}`],
  ];
  writeFileSync(script, `${lines.join('\n')}\n`);
  const child = spawn('script', ['-qec', `sh ${script}`, '/dev/null'], {
    cwd: host.home,
    env: { PATH: process.env.PATH, HOME: host.home, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    timeout: 30_000,
  });
  let shown = '';
  let seen = 0;
  const queue = [...steps];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [next] = queue;
    const at = next === undefined ? -1 : shown.indexOf(next[0], seen);
    if (next === undefined || at < 0) return;
    seen = at + next[0].length;
    queue.shift();
    // a program that has just asked may still be setting the terminal up
    setTimeout(() => child.stdin.write(next[1]), 150);
  });
  await new Promise((done) => child.on('close', done));
  const read = (name: string) => readFileSync(file(name), 'utf8');
  try {
    if (queue.length > 0) throw new Error(`never shown: ${queue[0]?.[0]}\n${shown}`);
    return { shown, code: Number(read('exit')), restored: read('after') === read('before') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
