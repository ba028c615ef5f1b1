/** Publishing an agent's file of 1,000 profiles after a change of ours, against rewriting it. */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { median } from '../../build/bench/figures.ts';
import { json, makeHost, profileId } from '../../build/host.ts';
import { mainAgent } from '../../src/app/agents.ts';
import type { AppEffects } from '../../src/app/effects.ts';
import { type Host, openHost } from '../../src/app/host.ts';
import { ourContent } from '../../src/app/ledger.ts';
import { bringOut, takeInMirror } from '../../src/app/mirror.ts';
import { isDamaged, renderMirror } from '../../src/mirror/format.ts';
import { publish } from '../../src/mirror/publish.ts';
import { readMirror } from '../../src/mirror/read.ts';
import { loadSqliteAddon } from '../../src/platform/addon.ts';
import { realFiles } from '../../src/platform/files.ts';
import { isAlive, ownMark } from '../../src/platform/processes.ts';
import { ownerFor } from '../../src/platform/state-owner.ts';
import * as mirrors from '../../src/store/mirrors.ts';
import * as usage from '../../src/store/usage.ts';

const rounds = 15;

/** Long enough that the file's stamp is trusted again, as it is between two commands. */
const pause = 30;

/** All in ms. */
interface Sample {
  /** the file read, what it should say rendered onto it, and published */
  readonly ours: number;
  /** from a committed change to the file that holds it: lock, store and merge base as well */
  readonly whole: number;
  readonly durable: number;
  readonly plain: number;
}

export interface Publishing extends Sample {
  /** medians of the pairs' ratios; all else are medians of ms */
  readonly toDurable: number;
  readonly toPlain: number;
}

export async function measurePublishing(profiles: number): Promise<Publishing> {
  const { home, mirror, remove } = makeHost({ profiles, agents: 1 });
  const host = await openHost(effectsIn(home), { sync: true, cwdEnv: false, command: 'bench' });
  try {
    const samples: Sample[] = [];
    for (let round = -3; round < rounds; round += 1) {
      const whole = await bringOutChange(host, round);
      const ours = publishChange(host, round);
      const durable = time(() => rewriteDurably(join(home, 'durable.json'), mirror, round));
      const plain = time(() => fs.writeFileSync(join(home, 'plain.json'), changed(mirror, round)));
      // the first ones warm up: this is a process that runs on
      if (round >= 0) samples.push({ ours, whole, durable, plain });
    }
    return summary(samples);
  } finally {
    host.store.close();
    remove();
  }
}

function effectsIn(home: string): AppEffects {
  return {
    env: {},
    cwd: home,
    home,
    filesFor: (stateDir) => realFiles(ownerFor(stateDir)),
    sqliteAddon: loadSqliteAddon,
    now: Date.now,
    hostname: () => 'bench',
    build: 'bench',
    loginShellEnv: () => Promise.resolve({ failure: 'not in a bench' }),
    processes: { self: ownMark, isAlive },
  };
}

function summary(samples: readonly Sample[]): Publishing {
  const middle = (of: (sample: Sample) => number) => median(samples.map(of));
  return {
    toDurable: middle(({ ours, durable }) => ours / durable),
    toPlain: middle(({ ours, plain }) => ours / plain),
    ours: middle(({ ours }) => ours),
    whole: middle(({ whole }) => whole),
    durable: middle(({ durable }) => durable),
    plain: middle(({ plain }) => plain),
  };
}

async function bringOutChange(host: Host, round: number): Promise<number> {
  const agent = mainAgent(host.paths, host.files);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  await takeInMirror(host, agent);
  host.store.transaction(() => {
    usage.set(host.store.db, agent.key, profileId(1), { lastUsed: Date.now() + round });
    mirrors.bump(host.store.db, [agent.key]);
  });
  const from = process.hrtime.bigint();
  const { mirror } = await bringOut(host, agent, 1000);
  const ms = since(from);
  if (mirror.state !== 'written') throw new Error(`the file is ${mirror.state}, not written`);
  return ms;
}

function publishChange(host: Host, round: number): number {
  const agent = mainAgent(host.paths, host.files);
  const { path } = agent;
  const stored = ourContent(host, agent, mirrors.get(host.store.db, agent.key));
  const used = new Map(stored.usage).set(profileId(2), { lastUsed: round });
  return time(() => {
    const read = readMirror(host.files, path);
    if (read === undefined || isDamaged(read.mirror)) throw new Error(`${path} is no mirror`);
    const text = renderMirror(read.mirror, { ...stored, usage: used });
    const { outcome } = publish({ files: host.files, path, text, expected: read.stamp });
    if (outcome !== 'written') throw new Error(`the file has ${outcome}`);
  });
}

/** The same care without a store: read, change, write beside, sync, rename, sync. */
function rewriteDurably(target: string, source: string, round: number): void {
  const text = changed(source, round);
  const temp = `${target}.tmp`;
  const descriptor = fs.openSync(temp, 'w', 0o600);
  fs.writeSync(descriptor, text);
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
  fs.renameSync(temp, target);
  const folder = fs.openSync(dirname(target), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}

function changed(source: string, round: number): string {
  const file = JSON.parse(fs.readFileSync(source, 'utf8'));
  file.usageStats[profileId(1)].lastUsed = round;
  return json(file);
}

function time(work: () => void): number {
  const from = process.hrtime.bigint();
  work();
  return since(from);
}

function since(from: bigint): number {
  return Number(process.hrtime.bigint() - from) / 1e6;
}
