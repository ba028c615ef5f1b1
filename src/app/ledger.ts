import { canonicalJson, isJsonObject, type Json } from '../domain/json.ts';
import type { Profile } from '../domain/profile.ts';
import type { StoredProfile } from '../domain/reconcile.ts';
import { type Extra, entryOf, extraParts, type MirrorContent } from '../mirror/format.ts';
import * as lastGood from '../store/last-good.ts';
import type { MirrorEntries } from '../store/mirror-entries.ts';
import type { MirrorRow } from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import * as usage from '../store/usage.ts';
import type { Agent } from './agents.ts';
import type { Host } from './host.ts';
import { currentOrders } from './view.ts';

/** What our store wants one agent's file to say. */
export function ourContent(host: Host, agent: Agent, row: MirrorRow | undefined): MirrorContent {
  const { db } = host.store;
  return {
    profiles: profiles.list(db, agent.key),
    order: currentOrders(host, agent.key),
    lastGood: lastGood.list(db, agent.key),
    usage: usage.list(db, agent.key),
    extra: {
      profiles: part(row, 'profiles'),
      order: part(row, 'order'),
      lastGood: part(row, 'lastGood'),
      usage: part(row, 'usage'),
      top: part(row, 'top'),
    },
  };
}

function part(row: MirrorRow | undefined, name: keyof Extra): ReadonlyMap<string, Json> {
  const found = row?.extra[name];
  return new Map(isJsonObject(found) ? Object.entries(found) : []);
}

/** The unmodelled parts of a file as the store keeps them, so that a lost file can be made anew. */
export function extraOf({ extra }: MirrorContent): Record<string, Json> {
  return Object.fromEntries(extraParts.map((name) => [name, Object.fromEntries(extra[name])]));
}

export function profilesById(host: Host, agent: Agent): Map<string, StoredProfile> {
  return new Map(profiles.list(host.store.db, agent.key).map((each) => [each.id, each]));
}

/** The mark of a profile in the merge base: a keyed hash of its whole entry. */
export function markOf(host: Host, profile: Profile): string {
  return host.store.hash(canonicalJson(entryOf(profile)));
}

/** The merge base that a file with this content leaves; `known` marks need no hashing. */
export function entriesOf(
  host: Host,
  content: MirrorContent,
  known: (profile: Profile) => string | undefined,
): MirrorEntries {
  return new Map([
    [
      'profile',
      new Map(content.profiles.map((each) => [each.id, known(each) ?? markOf(host, each)])),
    ],
    ['order', marked(content.order)],
    ['usage', marked(content.usage)],
    ['last_good', marked(content.lastGood)],
  ] as const);
}

function marked(entries: ReadonlyMap<string, unknown>): Map<string, string> {
  return new Map([...entries].map(([key, value]) => [key, canonicalJson(value)]));
}
