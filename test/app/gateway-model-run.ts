/** One history: a made-up host, what happens on it, and what must hold after each run of ours. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import fc from '../property.ts';
import { type ModelAgent, World } from './gateway-model.ts';
import type { Between } from './gateway-model-files.ts';
import { secretIn } from './gateway-model-issuer.ts';
import {
  assertEqual,
  assertPassage,
  filesOf,
  readable,
  secretsIn,
} from './gateway-model-oracle.ts';
import { perform, type Step, steps } from './gateway-model-steps.ts';
import type { Picture, Subject } from './gateway-model-subject.ts';

/** A run of ours; `at`: before which of our looks and writes another writer comes. */
const run = fc.record({
  do: fc.constant('sync'),
  between: fc.array(fc.record({ at: fc.nat({ max: 24 }), step: steps }), { maxLength: 3 }),
  waits: fc.boolean(),
});

const quietRun = fc.record({
  do: fc.constant('sync'),
  between: fc.constant<Run['between']>([]),
  waits: fc.constant(false),
});

export type Run = typeof run extends fc.Arbitrary<infer R> ? R : never;

/** Steps of the others, and runs of ours which they do not disturb, or do. */
export function histories(disturbed: boolean) {
  const one = fc.oneof(
    { weight: 3, arbitrary: steps },
    { weight: 1, arbitrary: disturbed ? run : quietRun },
  );
  return fc.record({
    others: fc.nat({ max: 3 }),
    steps: fc.array(one, { minLength: 6, maxLength: 20, size: 'max' }),
  });
}

export interface History {
  readonly others: number;
  readonly steps: readonly (Step | Run)[];
}

export async function live(
  folder: string,
  history: History,
  make: (world: World) => Subject,
): Promise<void> {
  const home = fs.mkdtempSync(join(folder, 'host-'));
  const world = new World(home, history.others);
  const subject = make(world);
  try {
    for (const step of history.steps) {
      if ('between' in step) await syncAmid(world, subject, step);
      else perform(world, step);
    }
    await rest(world, subject);
  } finally {
    subject.close();
    fs.rmSync(home, { recursive: true, force: true });
  }
}

/** Two quiet runs bring files and store together, and a third has nothing left to do. */
async function rest(world: World, subject: Subject): Promise<void> {
  for (const agent of world.agents) world.finish(agent);
  world.now += 1000;
  await sync(world, subject, () => undefined, true);
  world.now += 1000;
  const second = await sync(world, subject, () => undefined, true);
  assertEqual(world, second);
  const files = filesOf(world);
  world.now += 1000;
  const third = await sync(world, subject, () => undefined, true);
  assertEqual(world, third);
  assert.equal(filesOf(world), files, 'a run without need wrote a file');
  assert.equal(third.changes, second.changes, 'a run without need wrote history');
}

async function syncAmid(world: World, subject: Subject, { between, waits }: Run): Promise<void> {
  const due = [...between].sort((a, b) => a.at - b.at);
  const late: Step[] = [];
  let calls = 0;
  const others: Between = (locking) => {
    if (locking !== undefined && waits) holdLock(world, locking, due.shift()?.step);
    for (; due[0] !== undefined && due[0].at <= calls; due.shift()) {
      if (!perform(world, due[0].step)) late.push(due[0].step);
    }
    calls += 1;
  };
  await sync(world, subject, others, between.length === 0);
  for (const agent of world.agents) world.finish(agent);
  for (const step of late) perform(world, step);
}

/** The gateway is quicker to the lock: it writes, and gives it back while we wait. */
function holdLock(world: World, agent: ModelAgent, step: Step | undefined): void {
  if (world.isLocked(agent)) return;
  fs.mkdirSync(`${agent.path}.lock`);
  setTimeout(() => {
    fs.rmdirSync(`${agent.path}.lock`);
    if (step !== undefined) perform(world, step);
  }, 1);
}

async function sync(
  world: World,
  subject: Subject,
  between: Between,
  quiet: boolean,
): Promise<Picture> {
  // nobody but us changes what we hold
  const before = world.held ?? subject.look();
  const read = quiet ? readable(world) : [];
  const earlier = new Map(world.agents.map((agent) => [agent, agent.versions.length]));
  await subject.sync(between);
  const after = subject.look();
  world.held = after;
  const over = world.agents.flatMap(({ overwritten }) => overwritten.flatMap(secretsIn));
  assertPassage({ world, before, after, seen: [...read, ...over] });
  for (const agent of world.agents) {
    agent.overwritten = [];
    // what came in between may be read by the next run only
    agent.versions = agent.versions.slice(earlier.get(agent));
  }
  acknowledge(world, after);
  return after;
}

function acknowledge(world: World, { agents, at }: Picture): void {
  for (const [agent, { profiles }] of agents) {
    for (const [id, { entry }] of profiles) {
      const secret = secretIn(entry);
      const name = `${agent.id} ${id} ${secret}`;
      world.acknowledged.add(secret);
      if (!world.seenSince.has(name)) world.seenSince.set(name, at);
    }
  }
}
