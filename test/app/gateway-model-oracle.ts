/** What must hold after every run of ours, whatever the others did before and meanwhile. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import type { JsonObject } from '../../src/domain/json.ts';
import { MINUTE, type ModelAgent, type World } from './gateway-model.ts';
import { CLI, durableIn, type Issued, secretIn } from './gateway-model-issuer.ts';
import { type GatewayStore, loadStore } from './gateway-model-store.ts';
import { type HeldAgent, meaningOf, type Picture } from './gateway-model-subject.ts';

/** A run of ours went from `before` to `after`. */
export interface Passage {
  readonly world: World;
  readonly before: Picture;
  readonly after: Picture;
  /** secrets that are to be known: they stood in a file that we read, or wrote over */
  readonly seen: readonly string[];
}

export function assertPassage(passage: Passage): void {
  const { world, before, after, seen } = passage;
  for (const secret of seen) assert.ok(after.knows(secret), `${secret} is lost`);
  for (const secret of world.issuer.secrets()) {
    if (before.knows(secret)) assert.ok(after.knows(secret), `${secret} is known no more`);
  }
  for (const agent of world.agents) {
    const [was, is] = [before.agents.get(agent), after.agents.get(agent)];
    if (was !== undefined && is !== undefined) assertAgent(passage, agent, was, is);
    assertTidy(world, agent);
    assertUnshared(passage, agent);
  }
}

function assertAgent(passage: Passage, agent: ModelAgent, was: HeldAgent, is: HeldAgent): void {
  for (const [id, { credential, entry }] of was.profiles) {
    const now = is.profiles.get(id);
    if (now === undefined) assertRemovable(passage, agent, was, id);
    else {
      const isSame = now.credential === credential;
      assertSuccession(passage, agent, id, { from: entry, to: now.entry, isSame });
    }
  }
  const had = was.profiles.size > 0;
  if (had) assert.ok(is.profiles.size > 0, `${agent.id} lost all its profiles`);
}

/** A deletion is believed only where a version of the gateway's shows it, and is no older copy. */
function assertRemovable({ world }: Passage, agent: ModelAgent, was: HeldAgent, id: string): void {
  assert.ok(agent.written.has(id), `${agent.id}: ${id} was removed, the gateway never had it`);
  const shows = (store: GatewayStore) =>
    !store.profiles.has(id) && store.profiles.size > 0 && !isOlderCopy(world, was, store);
  assert.ok(agent.versions.some(shows), `${agent.id}: ${id} was removed without a reason`);
}

function isOlderCopy(world: World, was: HeldAgent, store: GatewayStore): boolean {
  const superseded = [...was.profiles].some(([id, { entry }]) => {
    const here = world.issuer.issued(secretIn(entry));
    const there = world.issuer.issued(secretIn(store.profiles.get(id) ?? {}));
    if (here?.type !== 'oauth' || there?.type !== 'oauth') return false;
    return here.family === there.family && there.serial < here.serial && isKnownPair(world, there);
  });
  return superseded || [...was.usage].some(([id, used]) => wentBack(store.usage.get(id), used));
}

/** With a refresh token that stays the same, an older access token proves nothing by itself. */
function isKnownPair(world: World, pair: Issued): boolean {
  return world.acknowledged.has(pair.secret);
}

function wentBack(there: JsonObject | undefined, here: JsonObject): boolean {
  return Number(there?.['lastUsed'] ?? Number.POSITIVE_INFINITY) < Number(here['lastUsed'] ?? 0);
}

interface Succession {
  readonly from: JsonObject;
  readonly to: JsonObject;
  /** under the same credential: the next pair of a login, or the next key */
  readonly isSame: boolean;
}

/** What took the place of a secret must be later, or be another's whom somebody put there. */
function assertSuccession(
  { world, before, after }: Passage,
  agent: ModelAgent,
  id: string,
  { from, to, isSame }: Succession,
): void {
  const [was, is] = [from, to].map((entry) => world.issuer.issued(secretIn(entry)));
  if (was === undefined || was === is) return;
  assert.ok(is, `${agent.id}: ${id} was blanked, it had ${was.secret}`);
  const what = `${agent.id}: ${id} went from ${was.secret} to ${is.secret}`;
  const areLogins = was.type === 'oauth' && is.type === 'oauth';
  if (areLogins && isSame) assertSameLogin(world, what, was, is, after.at);
  if (!isSameFamily(world, was, is)) assertOffered(world, agent, id, what, is);
  if (is.serial > was.serial) return;
  // an older one is believed where it cannot be a stale rewrite any more, or is another login
  const isLogin = isSameFamily(world, was, is) && is.type === 'oauth';
  if (isLogin && isMended(from, to)) {
    assertOffered(world, agent, id, what, is);
    return;
  }
  if (!before.knows(is.secret)) {
    // nothing tells for sure that it came earlier, but nothing may be lost by it
    assert.ok(!isLogin || after.keeps(was.secret), `${what}, an older pair of the same login`);
    return;
  }
  assert.ok(!isLogin, `${what}, an older pair of the same login`);
  if (mayBeCopied(world, before, agent, id, is)) return;
  const since = world.seenSince.get(`${agent.id} ${id} ${was.secret}`) ?? 0;
  assert.ok(
    after.at - Math.min(since, was.at) >= 10 * MINUTE,
    `${what}, which is older, within minutes`,
  );
}

function isSameFamily({ issuer }: World, a: Issued, b: Issued): boolean {
  return issuer.familyOf(a) === issuer.familyOf(b);
}

/** What could not be refreshed any more may give way to a whole pair, whichever is the later. */
function isMended(from: JsonObject, to: JsonObject): boolean {
  return (from['refresh'] ?? '') === '' && (to['refresh'] ?? '') !== '';
}

/**
 * What is another's comes from the file itself, under this very id, or from Claude Code. Of a login
 * that came so, another agent may have brought a later pair in the same run.
 */
function assertOffered(world: World, its: ModelAgent, id: string, what: string, is: Issued): void {
  if (its === world.main && id === CLI) return;
  const offers = its.versions
    .map(({ profiles }) => world.issuer.issued(secretIn(profiles.get(id) ?? {})))
    .filter((each) => each !== undefined);
  const isOffer = (each: Issued) =>
    each === is || (isSameFamily(world, each, is) && is.serial > each.serial);
  assert.ok(offers.some(isOffer), `${what}, which nobody put there`);
}

/** Another agent has it under the same id: somebody may have copied it from there. */
function mayBeCopied(
  world: World,
  { agents }: Picture,
  agent: ModelAgent,
  id: string,
  is: Issued,
): boolean {
  const others = world.agents.filter((each) => each !== agent);
  return others.some((other) => {
    const versions = other.versions.map(({ profiles }) => profiles.get(id));
    const entries = [agents.get(other)?.profiles.get(id)?.entry, ...versions];
    return entries.some((entry) => secretIn(entry ?? {}) === is.secret);
  });
}

/** A login's next pair is that login's, as far as anybody could tell. */
function assertSameLogin(world: World, what: string, was: Issued, is: Issued, now: number): void {
  if (world.issuer.familyOf(was) === world.issuer.familyOf(is)) return;
  assert.ok(mayBeNext(was, is, now), `${what}, another login, as if it were the next pair`);
  world.issuer.unite(was, is);
}

/** Where nothing says whose they are, a pair that was due is taken to be followed by the next. */
function mayBeNext(was: Issued, is: Issued, now: number): boolean {
  const isNamed = was.identity['email'] !== undefined && is.identity['email'] !== undefined;
  return was.type === 'oauth' && !isNamed && (was.expires ?? 0) - now <= 10 * MINUTE;
}

/** Nothing but the file of ours, whole, and copies of damaged ones. */
function assertTidy(world: World, agent: ModelAgent): void {
  const names = fs.readdirSync(dirname(agent.path));
  const own = /^auth-profiles\.json(\.damaged-\d+)?$/;
  const litter = names.filter((name) => !own.test(name));
  assert.deepEqual(litter, [], `litter beside ${agent.path}`);
  assert.ok(names.length <= 6, 'more than five copies of damaged files');
  assert.equal(agent.torn === undefined && world.isLocked(agent), false);
}

/** No agent's login gets into a file that it was never in. */
function assertUnshared({ world, before, after }: Passage, agent: ModelAgent): void {
  const store = loadStore(world.text(agent.path) ?? '');
  for (const [id, entry] of store?.profiles ?? []) {
    const is = world.issuer.issued(secretIn(entry));
    if (is === undefined || agent.heldFamilies().has(world.issuer.familyOf(is))) continue;
    if (agent === world.main && id === CLI) continue;
    const own = before.agents.get(agent)?.profiles.get(id)?.entry;
    const entries = [own, ...agent.versions.map(({ profiles }) => profiles.get(id))];
    const was = entries
      .map((each) => world.issuer.issued(secretIn(each ?? {})))
      .find((each) => each !== undefined && mayBeNext(each, is, after.at));
    assert.ok(was, `${agent.id}: ${id} got ${is.secret}, which it never shared`);
    world.issuer.unite(was, is);
  }
}

/** After two quiet runs each file means what we hold. */
export function assertEqual(world: World, { agents }: Picture): void {
  for (const [agent, held] of agents) {
    const text = world.text(agent.path);
    if (!held.hasMirror) assert.equal(held.profiles.size, 0);
    else if (text === undefined) assert.equal(held.profiles.size, 0, `${agent.path} is absent`);
    else assert.equal(meaningOf(text), held.meaning, `${agent.path} says something else`);
  }
}

/** Everything of the files that a run without need must leave alone. */
export function filesOf(world: World): string {
  const stats = world.agents.map(({ path }) => {
    const stat = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? 'absent' : `${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs}`;
  });
  return stats.join('\n');
}

/** What our next run will read, if nobody comes between. */
export function readable(world: World): string[] {
  const texts = world.agents.map(({ path }) => world.text(path) ?? '');
  return texts.flatMap(secretsIn);
}

export function secretsIn(text: string): string[] {
  const entries = loadStore(text.replace(/^\ufeff/, ''))?.profiles.values() ?? [];
  return [...entries].map(durableIn).filter((secret) => secret !== '');
}
