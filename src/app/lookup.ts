import { bearer, type Credential } from '../domain/credential.ts';
import { isRotation, loginOf, STALE_REWRITE_MS } from '../domain/generation.ts';
import { isCliProfile } from '../domain/identity.ts';
import type { KnownPair } from '../domain/joining.ts';
import type { Profile } from '../domain/profile.ts';
import { normalizeProvider, sameProvider } from '../domain/provider.ts';
import type { StoredProfile } from '../domain/reconcile.ts';
import * as credentials from '../store/credentials.ts';
import * as generations from '../store/generations.ts';
import * as logins from '../store/logins.ts';
import * as profiles from '../store/profiles.ts';
import * as tombstones from '../store/tombstones.ts';
import { type Agent, mainAgent } from './agents.ts';
import type { Host } from './host.ts';
import type { FindPerson } from './people.ts';

/** Looks a pair up among the current and earlier ones; keys and tokens only under their own profile. */
export function lookUp(
  host: Pick<Host, 'store'>,
  profile: Profile,
  ours: StoredProfile | undefined,
): KnownPair | undefined {
  const { db, hash } = host.store;
  const secretHash = hash(bearer(profile.credential).reveal());
  const refreshHash = refreshHashOf(profile.credential, hash);
  const match =
    refreshHash === undefined
      ? undefined
      : generations.findByRefresh(db, normalizeProvider(profile.provider), refreshHash);
  const credentialId = match?.credential ?? ours?.credentialId;
  if (credentialId === undefined) return undefined;
  const earlier = generations.findGeneration(db, credentialId, secretHash, refreshHash);
  if (match?.current === true) {
    const row = credentials.get(db, credentialId);
    if (row?.secretHash === secretHash) return { credentialId, standing: 'current' };
    const current = row?.credential;
    if (earlier === undefined) return { credentialId, standing: 'refreshed', current };
  }
  if (earlier === undefined && match === undefined) return undefined;
  return { credentialId, standing: 'earlier', supersededAt: earlier?.supersededAt };
}

/**
 * The same for a profile of this agent's file. A login that another one has just replaced under
 * this id is a stale rewrite there, although it may be current elsewhere.
 */
export function lookUpUnder(
  host: Host,
  agent: Agent,
  profile: Profile,
  ours: StoredProfile | undefined,
): KnownPair | undefined {
  const known = lookUp(host, profile, ours);
  const isOther = known !== undefined && known.credentialId !== ours?.credentialId;
  if (ours === undefined || !isOther) return known;
  const stone = tombstones.list(host.store.db, agent.key).get(profile.id);
  if (stone === undefined || stone.credential !== known.credentialId) return known;
  const { removedAt } = stone;
  const isFresh = host.effects.now() - removedAt < STALE_REWRITE_MS;
  const { credentialId } = ours;
  return isFresh ? { credentialId, standing: 'earlier', supersededAt: removedAt } : known;
}

function refreshHashOf(credential: Credential, hash: (text: string) => string): string | undefined {
  if (credential.type !== 'oauth' || credential.refresh === undefined) return undefined;
  return credential.refresh.blank ? undefined : hash(credential.refresh.reveal());
}

/**
 * Is this a stale rewrite of what was removed from this agent: the very secret, or another pair of
 * its login, in a file not much younger than the removal? What comes back later is an addition.
 */
export function isBuried(
  host: Pick<Host, 'store' | 'findings'>,
  agent: Agent,
  profile: Profile,
  fileModifiedAt: number,
): boolean {
  const stone = tombstones.list(host.store.db, agent.key).get(profile.id);
  if (stone === undefined || !isOfStone(host, profile, stone)) return false;
  if (fileModifiedAt - stone.removedAt >= STALE_REWRITE_MS) return false;
  host.findings.push({
    reason: 'ignored_entry',
    message: `profile ${profile.id} was removed here minutes ago and is not taken back`,
    profileId: profile.id,
    agentId: agent.id,
    path: agent.path,
    exit: 0,
  });
  return true;
}

function isOfStone(
  host: Pick<Host, 'store'>,
  profile: Profile,
  stone: tombstones.Tombstone,
): boolean {
  const { hash } = host.store;
  const refreshHash = refreshHashOf(profile.credential, hash);
  if (refreshHash !== undefined && stone.refreshHash === refreshHash) return true;
  const login = lookUp(host, profile, undefined)?.credentialId;
  if (login !== undefined && login === stone.credential) return true;
  return stone.secretHash === hash(bearer(profile.credential).reveal());
}

/**
 * A login that this one is too, although its pair was never seen: the same tool's (one per host),
 * the same person's with the same provider, or the one that the agent inherited under this id
 * until it was refreshed there.
 */
export function findSibling(
  host: Host,
  agent: Agent,
  profile: Profile,
  {
    fileModifiedAt,
    findPerson,
  }: { readonly fileModifiedAt: number; readonly findPerson: FindPerson },
): { readonly credentialId: number; readonly profile: Profile } | undefined {
  const { db } = host.store;
  const credentialId = isCliProfile(profile.id)
    ? logins.elsewhere(db, agent.key, profile.id)
    : (findPerson(profile) ?? inherited(host, agent, profile, fileModifiedAt));
  const row = credentialId === undefined ? undefined : credentials.get(db, credentialId);
  return row && { credentialId: row.id, profile: { ...profile, credential: row.credential } };
}

function inherited(
  host: Host,
  agent: Agent,
  profile: Profile,
  fileModifiedAt: number,
): number | undefined {
  const main = mainAgent(host.paths, host.files);
  // one that has its own under this id inherits none
  const own = profiles.get(host.store.db, agent.key, profile.id);
  if (agent.key === main.key || own !== undefined) return undefined;
  const ours = profiles.get(host.store.db, main.key, profile.id);
  if (ours === undefined || !sameProvider(ours.provider, profile.provider)) return undefined;
  const isNext = isRotation(profile.id, loginOf(profile), loginOf(ours), fileModifiedAt);
  return isNext ? ours.credentialId : undefined;
}
