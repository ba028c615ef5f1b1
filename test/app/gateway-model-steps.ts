/** What everybody but us does on the host: the gateway's processes, Claude Code, people, time. */

import type { JsonObject } from '../../src/domain/json.ts';
import fc from '../property.ts';
import { MINUTE, type ModelAgent, type World } from './gateway-model.ts';
import { CLI, entryFor, type Issued, profileIds, secretIn } from './gateway-model-issuer.ts';
import {
  type GatewayStore,
  loadStore,
  mergeStores,
  nothing,
  parseObject,
  storeText,
} from './gateway-model-store.ts';

const agent = fc.nat({ max: 3 });
const id = fc.constantFrom(...profileIds);
const process = fc.nat({ max: 1 });
const person = fc.constantFrom('ann', 'bob', 'stranger', 'key');
const on = { agent, id };

const anything = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('enter'), ...on, person }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('refresh'), ...on }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh stale'), ...on, process }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('use'), ...on, own: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove'), ...on }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('blank', 'lose refresh token'), ...on }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('load'), agent, process }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('save stale'), ...on, process }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tear'), ...on, process }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('spoil'),
      agent,
      how: fc.constantFrom('cut', 'words', 'list', 'mark', 'empty', 'no profiles', 'gone'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('inherit'), agent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('copy'), ...on, to: agent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('order', 'good'), ...on }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('annotate'), ...on }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('claude'),
      what: fc.constantFrom('login', 'refresh', 'refresh', 'blank', 'stale', 'broken', 'gone'),
    }),
  },
);

export const steps = fc.oneof(
  { weight: 12, arbitrary: anything },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      ms: fc.constantFrom(1, 30, MINUTE, 9 * MINUTE, 11 * MINUTE, 475 * MINUTE, 900 * MINUTE),
    }),
  },
);

export type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never;

/** One of them, now. What needs a lock that we hold is not done: false. */
export function perform(world: World, step: Step): boolean {
  world.now += 1;
  if ('ms' in step) world.now += step.ms;
  else if ('what' in step) claude(world, step.what);
  else return inFile(world, step);
  return true;
}

type FileStep = Extract<Step, { agent: number }>;

function inFile(world: World, step: FileStep): boolean {
  const its = world.agent(step.agent);
  world.finish(its);
  if ('how' in step) spoil(world, its, step.how);
  else if ('process' in step) withMemory(world, its, step);
  else if ('person' in step) {
    const issued = world.issuer.enter(step.id, step.person, world.now);
    change(world, its, ({ profiles }) => ({ profiles: set(profiles, step.id, entryFor(issued)) }));
  } else return locked(world, its, step);
  return true;
}

/** The gateway reads, changes and writes under its lock, unless somebody else has it. */
function locked(
  world: World,
  its: ModelAgent,
  step: Exclude<FileStep, { how: string } | { process: number } | { person: string }>,
): boolean {
  if (world.isLocked(its)) return false;
  if ('own' in step) {
    const store = step.own ? own(world, its) : view(world, its);
    world.save(its, { ...store, usage: used(store, step.id, world.now) });
  } else if ('to' in step) copy(world, its, world.agent(step.to), step.id);
  else if (step.do === 'annotate') annotate(world, its, step.id);
  else if ('id' in step) alter(world, its, step.do, step.id);
  else if (its !== world.main) world.write(its, world.text(world.main.path) ?? storeText(nothing));
  return true;
}

function alter(world: World, its: ModelAgent, what: string, id: string): void {
  const store = own(world, its);
  const entry = store.profiles.get(id);
  const provider = id.slice(0, id.indexOf(':'));
  if (what === 'order') {
    const ids = [...store.profiles.keys()].filter((each) => each.startsWith(provider));
    change(world, its, ({ order }) => ({ order: set(order, provider, ids.reverse()) }));
  } else if (what === 'good') {
    change(world, its, ({ lastGood }) => ({ lastGood: set(lastGood, provider, id) }));
  } else if (what === 'refresh') {
    const merged = view(world, its);
    const next = refreshed(world, merged.profiles.get(id), id);
    if (next !== undefined) world.save(its, { ...merged, profiles: next(merged.profiles) });
  } else if (entry !== undefined) {
    const profiles = new Map(store.profiles);
    if (what === 'remove') profiles.delete(id);
    else profiles.set(id, what === 'blank' ? blanked(entry) : without(entry, 'refresh'));
    change(world, its, () => ({ profiles }));
  }
}

/** A process that does not look again before it writes. */
function withMemory(
  world: World,
  its: ModelAgent,
  step: Extract<FileStep, { process: number }>,
): void {
  if (step.do === 'load') {
    its.snapshots[step.process] = view(world, its);
    return;
  }
  const store = its.snapshots[step.process];
  if (store === undefined || !('id' in step)) return;
  const next =
    step.do === 'refresh stale'
      ? refreshed(world, store.profiles.get(step.id), step.id)
      : (profiles: GatewayStore['profiles']) => profiles;
  if (next === undefined) return;
  const after = {
    ...store,
    profiles: next(store.profiles),
    usage: used(store, step.id, world.now),
  };
  its.snapshots[step.process] = after;
  if (step.do === 'tear') world.tear(its, storeText(after));
  else world.save(its, after);
}

type Edit = (profiles: GatewayStore['profiles']) => ReadonlyMap<string, JsonObject>;

/** Asks the provider; undefined: not due, or refused. Claude Code's own login is given back to it. */
function refreshed(world: World, entry: JsonObject | undefined, id: string): Edit | undefined {
  const expires = entry?.['expires'];
  if (entry === undefined || entry['type'] !== 'oauth' || entry['refresh'] === undefined) return;
  if (typeof expires !== 'number' || expires - world.now > 10 * MINUTE) return undefined;
  const next = world.issuer.refresh(secretIn(entry), world.now);
  if (next === undefined) return undefined;
  const secrets = { access: next.secret, refresh: next.refresh ?? '', expires: next.expires ?? 0 };
  if (id === CLI && claudeSecret(world) === secretIn(entry)) world.writeClaude(claudeLogin(next));
  return (profiles) => set(profiles, id, { ...entry, ...secrets });
}

/** Its own file; absent or unreadable: main's is copied down. */
function own(world: World, its: ModelAgent): GatewayStore {
  const text = world.text(its.path);
  const store = text === undefined ? undefined : loadStore(text);
  if (store !== undefined) return store;
  const main = its === world.main ? undefined : loadStore(world.text(world.main.path) ?? '');
  if (main === undefined || main.profiles.size === 0) return nothing;
  world.save(its, main);
  return main;
}

function view(world: World, its: ModelAgent): GatewayStore {
  return its === world.main
    ? own(world, its)
    : mergeStores(own(world, world.main), own(world, its));
}

function change(
  world: World,
  its: ModelAgent,
  edit: (store: GatewayStore) => Partial<GatewayStore>,
): void {
  const store = own(world, its);
  world.save(its, { ...store, ...edit(store) });
}

function copy(world: World, from: ModelAgent, to: ModelAgent, id: string): void {
  const entry = own(world, from).profiles.get(id);
  if (entry === undefined || world.isLocked(to)) return;
  world.finish(to);
  change(world, to, ({ profiles }) => ({ profiles: set(profiles, id, entry) }));
}

/** What the gateway knows nothing of: somebody's editor, or a later version. */
function annotate(world: World, its: ModelAgent, id: string): void {
  const raw = parseObject(world.text(its.path) ?? '');
  const store = loadStore(JSON.stringify(raw ?? {}));
  if (raw === undefined || store === undefined) return;
  const note = `n${world.now}`;
  const entry = store.profiles.get(id);
  const noted = entry === undefined ? [] : [[id, { note, ...entry }] as const];
  const others = [...store.profiles].reverse().filter(([key]) => key !== id);
  const odd = { type: 'carrier-pigeon', provider: 'coop', ring: note };
  const profiles = Object.fromEntries([['coop:pigeon', odd], ...noted, ...others]);
  world.write(its, JSON.stringify({ generator: { note }, ...raw, profiles, tail: [note] }));
}

function spoil(world: World, its: ModelAgent, how: string): void {
  const text = world.text(its.path);
  if (text === undefined) return;
  const texts: Record<string, string> = {
    cut: text.slice(0, text.length / 3),
    words: 'no profiles today\n',
    list: '[]',
    mark: `\u{feff}${text}`,
    empty: storeText(nothing),
    'no profiles': '{"version":1}',
  };
  if (how === 'gone') world.remove(its.path);
  else world.write(its, texts[how] ?? '');
}

function claude(world: World, what: string): void {
  const secret = claudeSecret(world);
  if (what === 'gone') world.remove(world.claudePath);
  else if (what === 'broken') world.writeClaude('{"claudeAiOauth":');
  else if (what === 'blank') world.writeClaude({ accessToken: '', refreshToken: '', expiresAt: 0 });
  else if (what === 'login') {
    world.writeClaude(claudeLogin(world.issuer.enter(CLI, 'stranger', world.now)));
  } else if (secret !== undefined && what === 'refresh') {
    const next = world.issuer.refresh(secret, world.now);
    world.writeClaude(next ? claudeLogin(next) : { accessToken: '', expiresAt: 0 });
  } else if (what === 'stale') {
    const older = [...(own(world, world.main).profiles.get(CLI) ? [CLI] : [])];
    const entry = own(world, world.main).profiles.get(older[0] ?? '');
    const issued = entry === undefined ? undefined : world.issuer.issued(secretIn(entry));
    if (issued !== undefined) world.writeClaude(claudeLogin(issued));
  }
}

/** What Claude Code's file holds now. */
export function claudeSecret(world: World): string | undefined {
  const login = parseObject(world.text(world.claudePath) ?? '')?.['claudeAiOauth'];
  const found = parseObject(JSON.stringify(login ?? null))?.['accessToken'];
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function claudeLogin({ secret, refresh, expires }: Issued): JsonObject {
  return { accessToken: secret, refreshToken: refresh ?? '', expiresAt: expires ?? 0 };
}

function used({ usage }: GatewayStore, id: string, now: number) {
  return set(usage, id, { ...usage.get(id), lastUsed: now });
}

function blanked(entry: JsonObject): JsonObject {
  const secrets = Object.keys(entry).filter((key) => /^(key|token|access|refresh)$/.test(key));
  return { ...entry, ...Object.fromEntries(secrets.map((key) => [key, ''])) };
}

function without(entry: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => key !== field));
}

function set<T>(map: ReadonlyMap<string, T>, key: string, value: T): ReadonlyMap<string, T> {
  return new Map([...map, [key, value]]);
}
