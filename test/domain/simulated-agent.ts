/** One agent in memory: its file, which a gateway writes at will, and what we make of it. */
import type { Decision } from '../../src/domain/decision.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { type ProfilesOutcome, reconcileProfiles } from '../../src/domain/reconcile.ts';
import { reveal } from './reconcile-fixtures.ts';
import {
  acknowledge,
  durable,
  fork,
  holderOf,
  insert,
  lookUp,
  ourProfiles,
  point,
  removeProfile,
  rowOf,
  supersede,
  type World,
} from './simulated-store.ts';

/** Reads the file, carries out what is decided, and writes the file unless it is locked. */
export function reconcileWorld(world: World, isLocked: boolean): ProfilesOutcome {
  for (const each of world.file.values()) acknowledge(world, each.credential);
  const outcome = reconcileProfiles({
    theirs: world.file,
    unmodelled: new Set(),
    fileModifiedAt: world.modifiedAt,
    ours: ourProfiles(world),
    base: world.base,
    mark: reveal,
    known: (profile, ours) => lookUp(world, profile.credential, ours?.credentialId),
    buried: ({ id, credential }) => world.buried.get(id)?.has(durable(credential)) ?? false,
    sibling: () => undefined,
    usageWentBack: world.usageWentBack,
    now: world.now,
  });
  for (const [id, decision] of outcome.decisions) apply(world, id, decision);
  for (const id of world.file.keys()) {
    const own = world.profiles.get(id);
    if (own !== undefined && !world.writtenByUs) own.confirmed = true;
  }
  world.usageWentBack = false;
  world.base = marks(world.file);
  if (!isLocked) publish(world);
  return outcome;
}

function publish(world: World): void {
  const ours = ourProfiles(world);
  world.base = marks(ours);
  if (JSON.stringify([...world.base]) === JSON.stringify([...marks(world.file)])) return;
  world.file = ours;
  world.modifiedAt = world.now;
  world.writtenByUs = true;
}

function marks(profiles: ReadonlyMap<string, Profile>): Map<string, string> {
  const sorted = [...profiles].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([id, each]) => [id, reveal(each)]));
}

function apply(world: World, id: string, decision: Decision): void {
  const theirs = world.file.get(id);
  const ours = world.profiles.get(id);
  if (decision.kind === 'remove') removeProfile(world, id);
  else if (decision.kind === 'keep') {
    const isFork = decision.fork === true && ours !== undefined && theirs !== undefined;
    if (isFork) fork(world, ours.credentialId, theirs);
  } else if (decision.kind !== 'same' && theirs !== undefined) {
    point(world, theirs, take(world, theirs, decision, ours?.credentialId));
  }
}

/** Stores what the file brings; the credential that it is from now on. */
function take(
  world: World,
  { credential }: Profile,
  decision: Exclude<Decision, { kind: 'remove' | 'keep' | 'same' }>,
  own: number | undefined,
): number {
  if (decision.kind === 'add' || decision.kind === 'replace') {
    const joined = decision.join ?? insert(world, credential);
    if (decision.rotate === true) supersede(world, joined, credential);
    return joined;
  }
  if (own === undefined) throw new TypeError(`${decision.kind} is for stored profiles`);
  if (decision.kind === 'describe') {
    rowOf(world, own).current = credential;
    return own;
  }
  // two profiles of one file may have been given the same pair
  const rotated = holderOf(world, credential) ?? own;
  supersede(world, rotated, credential);
  return rotated;
}
