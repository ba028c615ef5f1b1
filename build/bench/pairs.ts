/**
 * Whole processes against whole processes: one run of ours, one of the peer's, again and again, so
 * that what else the machine does falls on both. The figure is the median of the pairs' ratios.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mean, median } from './figures.ts';

export interface Program {
  readonly command: readonly string[];
  /** beside PATH, the whole environment */
  readonly env: Readonly<Record<string, string>>;
  /** a line of bash before each run, not measured; `version` is a variable for it, 0 at first */
  readonly before?: string;
}

export interface Comparison {
  /** median of the pairs' ratios, ours to the peer's */
  readonly wall: number;
  /** ratio of the mean CPU times: single ones are only known to the millisecond */
  readonly cpu: number;
  /** medians of wall time in ms */
  readonly ours: number;
  readonly peer: number;
}

interface Sample {
  /** both in ms */
  readonly wall: number;
  readonly cpu: number;
}

/**
 * Runs both `pairs` times, after three that warm them up. Throws if a run exits with another code
 * than 0 or writes to standard error: then it is not what was to be measured.
 */
export function compare(ours: Program, peer: Program, pairs: number): Comparison {
  const samples = measure(ours, peer, pairs);
  const mine = samples.filter((_, index) => index % 2 === 0);
  const theirs = samples.filter((_, index) => index % 2 === 1);
  return {
    wall: median(mine.map(({ wall }, index) => wall / (theirs[index]?.wall ?? Number.NaN))),
    cpu: mean(mine.map(({ cpu }) => cpu)) / mean(theirs.map(({ cpu }) => cpu)),
    ours: median(mine.map(({ wall }) => wall)),
    peer: median(theirs.map(({ wall }) => wall)),
  };
}

function measure(ours: Program, peer: Program, pairs: number): Sample[] {
  const folder = mkdtempSync(join(tmpdir(), 'epiloop-pairs-'));
  try {
    const command = [...realTime(), 'bash', '--norc', '-c', script(ours, peer, pairs), folder];
    const { status, stdout, stderr } = spawnSync(command[0] ?? '', command.slice(1), {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '' },
    });
    if (status !== 0) throw new Error(`a measured run failed: ${stderr}`);
    const lines = stdout.trim().split('\n');
    if (lines.length !== 2 * pairs) throw new Error(`${lines.length} runs instead of ${2 * pairs}`);
    return lines.map(readSample);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With real-time priority nothing else runs on our processor meanwhile; where it is allowed. */
function realTime(): string[] {
  const { status } = spawnSync('chrt', ['-r', '1', 'true'], { stdio: 'ignore' });
  return status === 0 ? ['chrt', '-r', '1'] : [];
}

/**
 * bash measures, because it starts a process quicker than Node can, has a clock of microseconds,
 * and is told the CPU time of what it waits for (`times`, in ms).
 */
function script(ours: Program, peer: Program, pairs: number): string {
  return `set -u; version=0 LC_ALL=C; TIMEFORMAT='%3U %3S'
${shellFunctions('ours', ours)}
${shellFunctions('peer', peer)}
one() {
  "before_$1"
  local from=\${EPOCHREALTIME/./} code=0
  { time "$1" 2>"$0/errors" || code=$?; } 2>"$0/cpu"
  local to=\${EPOCHREALTIME/./}
  if [ "$code" != 0 ] || [ -s "$0/errors" ]; then
    echo "$1: exit code $code" >&2; cat "$0/errors" >&2; exit 1
  fi
  echo "$((to - from)) $(<"$0/cpu")"
}
for i in 1 2 3; do one ours; one peer; done >/dev/null
for ((i = 0; i < ${pairs}; i += 1)); do one ours; one peer; done
`;
}

function shellFunctions(name: string, { command, env, before = ':' }: Program): string {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${quoted(value)}`);
  const words = [...variables, ...command.map(quoted)].join(' ');
  return `${name}() { ${words} </dev/null >/dev/null; }
before_${name}() { ${before}; }`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function readSample(line: string): Sample {
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = line.split(' ').map(Number);
  return { wall: wall / 1000, cpu: (user + system) * 1000 };
}
