import { compareIdentity, identityOf } from '../domain/identity.ts';
import type { Profile } from '../domain/profile.ts';
import { sameProvider } from '../domain/provider.ts';
import type { StoredProfile } from '../domain/reconcile.ts';
import * as credentials from '../store/credentials.ts';
import * as leases from '../store/leases.ts';
import type { Host } from './host.ts';

/** Is this pair of the very person whose login stands there already, as far as both say? */
export function isSameLogin(host: Host, entered: Profile, ours: StoredProfile): boolean {
  const isLogin = entered.credential.type === 'oauth' && ours.credential.type === 'oauth';
  if (!isLogin || !sameProvider(entered.provider, ours.provider)) return false;
  const stored = credentials.get(host.store.db, ours.credentialId)?.identity;
  const known = { ...stored, ...identityOf(ours) };
  return compareIdentity(identityOf(entered), known) === 'same';
}

/**
 * What was known of the refresh token before says nothing of the new one. That another client has
 * yet to be told of a redemption stays known, and whoever redeems just now goes on.
 */
export function forgetRefusal(host: Host, credentialId: number): void {
  const { db } = host.store;
  const lease = leases.get(db, credentialId);
  if (lease?.state === 'refused' || lease?.state === 'in_doubt') leases.remove(db, credentialId);
}
