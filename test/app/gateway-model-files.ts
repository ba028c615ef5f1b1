/** Real files by the model's clock, with other writers coming between any two calls of ours. */
import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject, sameJson } from '../../src/domain/json.ts';
import { realFiles } from '../../src/platform/files.ts';
import { ownerFor } from '../../src/platform/state-owner.ts';
import type { BytesOptions, FileStamp, HeldFile, MirrorFiles } from '../../src/ports.ts';
import type { ModelAgent, World } from './gateway-model.ts';
import { secretIn } from './gateway-model-issuer.ts';
import { isModelled, objects, pairs, parseObject } from './gateway-model-store.ts';

/** Called before each look or write of ours at a file; `locking`: we are about to take its lock. */
export type Between = (locking: ModelAgent | undefined) => void;

export function modelFiles(world: World, between: Between): MirrorFiles {
  const real = realFiles(ownerFor(world.state));
  const whole = (path: string, bytes: Uint8Array, complete: BytesOptions['complete']) => {
    const agent = world.agentAt(path);
    const isTorn = complete !== undefined && !complete(bytes);
    return !isTorn || agent === undefined || !world.finish(agent);
  };
  return {
    ...real,
    stamp(path) {
      between(undefined);
      return modelled(real.stamp(path));
    },
    readBytes(path, { complete, ...options }) {
      between(undefined);
      const found = real.readBytes(path, options);
      if (found === undefined) return undefined;
      const last = whole(path, found.bytes, complete) ? found : real.readBytes(path, options);
      return last && { ...last, stamp: modelled(last.stamp) };
    },
    hold(path, { complete, ...options }) {
      between(undefined);
      const held = real.hold(path, options);
      const agent = world.agentAt(path);
      if (agent !== undefined) lastRead.delete(agent);
      if (held === undefined) return undefined;
      if (whole(path, held.bytes, complete)) return model(held, path);
      held.close();
      const again = real.hold(path, options);
      return again && model(again, path);
    },
    makeFolder(path) {
      real.makeFolder(path);
      between(world.agents.find(({ key }) => key === path));
    },
    make(path, text) {
      between(undefined);
      if (real.make(path, text) === undefined) return undefined;
      world.date(path);
      const stamp = modelled(real.stamp(path));
      between(undefined);
      return stamp;
    },
    replace(path, text) {
      const agent = world.agentAt(path);
      const heldText = agent && lastRead.get(agent);
      between(undefined);
      const there = agent?.torn?.text ?? world.text(path);
      if (agent !== undefined && there !== undefined) agent.overwritten.push(there);
      if (heldText !== undefined && typeof text === 'string') assertKept(heldText, text);
      real.replace(path, text);
      world.date(path);
      const stamp = modelled(real.stamp(path));
      between(undefined);
      assert.ok(stamp);
      return stamp;
    },
  };

  function model(held: HeldFile, path: string): HeldFile {
    const agent = world.agentAt(path);
    if (agent !== undefined) lastRead.set(agent, Buffer.from(held.bytes).toString());
    return {
      ...held,
      stamp: modelled(held.stamp),
      again(complete) {
        between(undefined);
        const now = held.again();
        const last = whole(path, now.bytes, complete) ? now : held.again();
        return { ...last, stamp: modelled(last.stamp) };
      },
    };
  }
}

const lastRead = new WeakMap<ModelAgent, string>();

/** Nobody can set a file's change time: the model's own has to do for it. */
function modelled<S extends FileStamp | undefined>(stamp: S): S {
  return stamp && { ...stamp, changedAt: stamp.modifiedAt };
}

/** What we write keeps everything that we do not model, where it stood. */
function assertKept(before: string, after: string): void {
  const there = parseObject(before);
  const here = parseObject(after);
  if (there === undefined || !isJsonObject(there['profiles'])) return;
  assert.ok(here, 'we wrote no JSON object');
  const known = new Set(['version', 'profiles', 'order', 'lastGood', 'usageStats']);
  for (const [key, value] of Object.entries(there)) {
    if (!known.has(key)) assert.ok(sameJson(value, here[key]), `top-level ${key} was changed`);
  }
  const [was, is] = [new Map(pairs(there['profiles'])), new Map(objects(here['profiles']))];
  const left = [...was.keys()].filter((id) => is.has(id));
  assert.deepEqual(
    [...is.keys()].filter((id) => was.has(id)),
    left,
    'profiles were reordered',
  );
  const isOlder = isOlderCopy(there, here);
  for (const [id, entry] of objects(there['profiles'])) {
    if (!isModelled(entry)) assert.ok(sameJson(entry, is.get(id)), `unmodelled ${id} was changed`);
    else assertFields(id, entry, is.get(id), isOlder);
  }
}

/** With another secret it may be an older copy, whose notes are older too. */
function assertFields(id: string, was: JsonObject, is: JsonObject | undefined, isOlder: boolean) {
  if (is === undefined || secretIn(was) !== secretIn(is)) return;
  if (isOlder && notedAt(is) > notedAt(was)) return;
  assert.deepEqual(is['note'], was['note'], `${id} lost an unknown field`);
}

/** Some entry has another secret than we write, or was used less: what was noted since is missing. */
function isOlderCopy(there: JsonObject, here: JsonObject): boolean {
  const entries = new Map(objects(here['profiles']));
  const used = new Map(objects(here['usageStats']));
  const isOther = ([id, entry]: readonly [string, JsonObject]) =>
    entries.has(id) && secretIn(entry) !== secretIn(entries.get(id) ?? {});
  const isLess = ([id, { lastUsed }]: readonly [string, JsonObject]) =>
    Number(lastUsed ?? 0) < Number(used.get(id)?.['lastUsed'] ?? 0);
  return objects(there['profiles']).some(isOther) || objects(there['usageStats']).some(isLess);
}

/** When a step of the model made the note; ms, without one 0. */
function notedAt({ note }: JsonObject): number {
  return typeof note === 'string' ? Number(note.slice(1)) : 0;
}
