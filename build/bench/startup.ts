/** Whole processes: how quickly an answer comes, and in how much memory. */
import { spawnSync } from 'node:child_process';
import { constants, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Host, makeHost, type Size } from '../host.ts';
import { executable } from '../inputs.ts';
import { hostTarget, nodeBinary } from '../targets.ts';
import { median } from './figures.ts';
import { type Comparison, compare, type Program } from './pairs.ts';
import { type Row, ratioRow, skippedRow } from './rows.ts';

const peerName = 'Node, empty script';
const check = ['models', 'status', '--check'];

interface Measure {
  readonly what: string;
  readonly budget: number;
  readonly args: readonly string[];
  readonly size: Size;
  /** makes something change between two runs; returns a line of bash that does it */
  readonly change?: (host: Host, runs: number) => string;
}

const measures: readonly Measure[] = [
  {
    what: '`models status --check`, 50 profiles, nothing changed',
    budget: 1.6,
    args: check,
    size: { profiles: 50, agents: 1 },
  },
  { what: '`--version`', budget: 1.2, args: ['--version'], size: { profiles: 50, agents: 1 } },
  { what: '`--help`', budget: 1.2, args: ['--help'], size: { profiles: 50, agents: 1 } },
  {
    what: '`--check`, 50 profiles, `usageStats` of one changed since',
    budget: 2,
    args: check,
    size: { profiles: 50, agents: 1 },
    change: changeUsage,
  },
  {
    what: '`--check`, 1,000 profiles',
    budget: 2.3,
    args: check,
    size: { profiles: 1000, agents: 1 },
  },
  {
    what: '`--check`, 100 profiles in each of 1,000 agents',
    budget: 1.8,
    args: check,
    size: { profiles: 100, agents: 1000 },
  },
];

export function startupRows(pairs: number): Row[] {
  return [...measures.map((measure) => startupRow(measure, pairs)), memoryRow()];
}

function startupRow({ what, budget, args, size, change }: Measure, pairs: number): Row {
  return onHost(size, (host) => {
    const before = change?.(host, pairs + 3);
    const ours = { command: [copyIn(host), ...args], env: { HOME: host.home } };
    const result = compare({ ...ours, ...(before && { before }) }, emptyNode(host), pairs);
    return ratioRow({ what, budget, peer: peerName }, result.wall, detail(result));
  });
}

function detail({ cpu, ours, peer }: Comparison): string {
  return `cpu ${cpu.toFixed(2)}; ${ours.toFixed(0)} to ${peer.toFixed(0)} ms`;
}

function onHost<T>(size: Size, work: (host: Host) => T): T {
  const host = makeHost(size);
  try {
    settle(host, size.agents > 1);
    return work(host);
  } finally {
    host.remove();
  }
}

/** Everything is taken in, and every stamp is old enough to be trusted. */
function settle({ home }: Host, all: boolean): void {
  const args = all ? ['models', 'sync'] : check;
  for (const words of [args, args, check]) {
    const { status, stderr } = spawnSync(executable, words, { env: { HOME: home } });
    if (status !== 0) throw new Error(`${words.join(' ')} cannot be measured: ${stderr}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}

/**
 * A copy, as a user has: the file that a build has just written lies in the page cache in larger
 * pieces, which count as 15 MiB of memory that no other copy takes.
 */
function copyIn({ home }: Host): string {
  const file = join(home, 'epiloop');
  copyFileSync(executable, file, constants.COPYFILE_EXCL);
  return file;
}

function emptyNode({ home }: Host): Program {
  const script = join(home, 'empty.cjs');
  writeFileSync(script, '');
  return { command: [nodeBinary(hostTarget()), script], env: { HOME: home } };
}

/** The gateway has used another profile a moment ago, and rewritten the file in place. */
function changeUsage({ home, mirror, usedAgain }: Host, runs: number): string {
  const folder = join(home, 'versions');
  mkdirSync(folder);
  for (let run = 1; run <= runs; run += 1) {
    writeFileSync(join(folder, String(run)), usedAgain());
  }
  return `cat '${folder}'/$((version += 1)) >'${mirror}'; sleep 0.03`;
}

const sizeOfCheck = { profiles: 50, agents: 1 };

/** The kernel's own figure for the finished process (wait4), which GNU time prints. */
function memoryRow(): Row {
  const what = 'peak memory of `--check`, 50 profiles';
  const { error } = spawnSync('/usr/bin/time', ['true']);
  if (error !== undefined) return skippedRow(what, 'needs GNU time');
  return onHost(sizeOfCheck, (host) => {
    const env = { HOME: host.home };
    const ours = copyIn(host);
    const pairs = Array.from({ length: 9 }, () => [
      peakOf({ command: [ours, ...check], env }),
      peakOf(emptyNode(host)),
    ]);
    const ratio = median(pairs.map(([ours = 0, peer = 0]) => ours / peer));
    const peaks = [0, 1].map((at) =>
      (median(pairs.map((pair) => pair[at] ?? 0)) / 1024).toFixed(0),
    );
    return ratioRow({ what, budget: 1.4, peer: peerName }, ratio, `${peaks.join(' to ')} MiB`);
  });
}

/** KiB */
function peakOf({ command, env }: Program): number {
  const args = ['-f', '%M', ...command];
  const { stderr } = spawnSync('/usr/bin/time', args, { env, encoding: 'utf8' });
  return Number(stderr.trim());
}
