/** A store of credentials in memory, with generations, forks and tombstones as the real one has them. */
import {
  bearer,
  type Credential,
  isRefreshable,
  sameGeneration,
  secretsOf,
} from '../../src/domain/credential.ts';
import type { KnownPair } from '../../src/domain/joining.ts';
import type { Profile } from '../../src/domain/profile.ts';
import type { StoredProfile } from '../../src/domain/reconcile.ts';
import { now } from './reconcile-fixtures.ts';

interface Row {
  current: Credential;
  /** earlier pairs, and forks */
  readonly earlier: { readonly credential: Credential; readonly supersededAt: number }[];
}

export interface World {
  now: number;
  file: ReadonlyMap<string, Profile>;
  modifiedAt: number;
  /** what a gateway has in memory, and may write any time later */
  snapshot: ReadonlyMap<string, Profile>;
  usageWentBack: boolean;
  writtenByUs: boolean;
  base: ReadonlyMap<string, string>;
  readonly rows: Row[];
  readonly profiles: Map<string, Profile & { credentialId: number; confirmed: boolean }>;
  readonly buried: Map<string, ReadonlySet<string>>;
  /** every secret that we have read or made, and so answer for */
  readonly acknowledged: Set<string>;
}

export function emptyWorld(): World {
  return {
    now,
    file: new Map(),
    modifiedAt: now,
    snapshot: new Map(),
    usageWentBack: false,
    writtenByUs: false,
    base: new Map(),
    rows: [],
    profiles: new Map(),
    buried: new Map(),
    acknowledged: new Set(),
  };
}

export function ourProfiles(world: World): Map<string, StoredProfile> {
  const entries = [...world.profiles].map(([id, each]) => {
    const { current } = rowOf(world, each.credentialId);
    return [id, { ...each, credential: current }] as const;
  });
  return new Map(entries);
}

export function removeProfile(world: World, id: string): void {
  const own = world.profiles.get(id);
  if (own === undefined) return;
  const { current, earlier } = rowOf(world, own.credentialId);
  const pairs = [current, ...earlier.map(({ credential }) => credential)];
  world.buried.set(id, new Set(pairs.map(durable)));
  world.profiles.delete(id);
}

export function point(world: World, profile: Profile, credentialId: number): void {
  const confirmed = world.profiles.get(profile.id)?.confirmed ?? false;
  world.profiles.set(profile.id, { ...profile, credentialId, confirmed });
}

/** A refresh token has one row, whoever holds it. */
export function insert(world: World, credential: Credential): number {
  acknowledge(world, credential);
  const holder = holderOf(world, credential);
  return holder ?? world.rows.push({ current: credential, earlier: [] }) - 1;
}

export function holderOf(world: World, credential: Credential): number | undefined {
  const known = lookUp(world, credential, undefined);
  return known === undefined || known.standing === 'earlier' ? undefined : known.credentialId;
}

export function supersede(world: World, credentialId: number, credential: Credential): void {
  acknowledge(world, credential);
  const row = rowOf(world, credentialId);
  if (sameGeneration(row.current, credential)) return;
  row.earlier.push({ credential: row.current, supersededAt: world.now });
  row.current = credential;
}

export function fork(world: World, credentialId: number, { credential }: Profile): void {
  rowOf(world, credentialId).earlier.push({ credential, supersededAt: world.now });
}

export function rowOf(world: World, credentialId: number): Row {
  const row = world.rows[credentialId];
  if (row === undefined) throw new TypeError(`no credential ${credentialId}`);
  return row;
}

export function acknowledge(world: World, credential: Credential): void {
  if (durable(credential) !== '') world.acknowledged.add(durable(credential));
}

/** What cannot be had again: the refresh token, else the key, token or access token; or ''. */
export function durable(credential: Credential): string {
  if (credential.type !== 'oauth' || !isRefreshable(credential)) {
    return bearer(credential).reveal().trim();
  }
  return credential.refresh?.reveal() ?? '';
}

/** Acknowledged secrets that stand nowhere any more: there must be none. */
export function lost(world: World): string[] {
  const all = world.rows.flatMap(({ current, earlier }) => [
    current,
    ...earlier.map(({ credential }) => credential),
  ]);
  const held = new Set(all.flatMap(secretsOf).map((secret) => secret.reveal()));
  return [...world.acknowledged].filter((secret) => !held.has(secret));
}

export function lookUp(
  world: World,
  pair: Credential,
  own: number | undefined,
): KnownPair | undefined {
  const current = isRefreshable(pair)
    ? world.rows.findIndex((row) => refreshes(row.current, pair))
    : -1;
  if (current >= 0) {
    const held = rowOf(world, current);
    if (sameGeneration(held.current, pair)) return { credentialId: current, standing: 'current' };
    const before = held.earlier.find(({ credential }) => sameGeneration(credential, pair));
    return before === undefined
      ? { credentialId: current, standing: 'refreshed', current: held.current }
      : { credentialId: current, standing: 'earlier', supersededAt: before.supersededAt };
  }
  for (const [credentialId, { earlier }] of world.rows.entries()) {
    const match = earlier.findLast(({ credential }) =>
      isRefreshable(pair)
        ? refreshes(credential, pair)
        : credentialId === own && sameGeneration(credential, pair),
    );
    if (match === undefined) continue;
    return { credentialId, standing: 'earlier', supersededAt: match.supersededAt };
  }
  return undefined;
}

function refreshes(a: Credential, b: Credential): boolean {
  if (a.type !== 'oauth' || b.type !== 'oauth') return false;
  return a.refresh?.equals(b.refresh) ?? false;
}
