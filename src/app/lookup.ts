import { bearer, type Credential } from '../domain/credential.ts';
import type { Profile } from '../domain/profile.ts';
import { normalizeProvider } from '../domain/provider.ts';
import type { KnownPair, StoredProfile } from '../domain/reconcile.ts';
import * as credentials from '../store/credentials.ts';
import * as generations from '../store/generations.ts';
import * as tombstones from '../store/tombstones.ts';
import type { Agent } from './agents.ts';
import type { Host } from './host.ts';

/** Looks a pair up among the current and earlier ones; keys and tokens only under their own profile. */
export function lookUp(
  host: Host,
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
    const current = credentials.get(db, credentialId)?.secretHash === secretHash;
    if (current) return { credentialId, standing: 'current' };
    if (earlier === undefined) return { credentialId, standing: 'refreshed' };
  }
  if (earlier === undefined && match === undefined) return undefined;
  return { credentialId, standing: 'earlier', supersededAt: earlier?.supersededAt };
}

function refreshHashOf(credential: Credential, hash: (text: string) => string): string | undefined {
  if (credential.type !== 'oauth' || credential.refresh === undefined) return undefined;
  return credential.refresh.blank ? undefined : hash(credential.refresh.reveal());
}

/** Was this very login removed from this agent before? */
export function isBuried(host: Host, agent: Agent, profile: Profile): boolean {
  const stone = tombstones.list(host.store.db, agent.key).get(profile.id);
  if (stone === undefined) return false;
  const { hash } = host.store;
  const refreshHash = refreshHashOf(profile.credential, hash);
  if (refreshHash !== undefined) return stone.refreshHash === refreshHash;
  return stone.secretHash === hash(bearer(profile.credential).reveal());
}
