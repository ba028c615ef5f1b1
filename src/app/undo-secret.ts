import { isRefreshable } from '../domain/credential.ts';
import { sameProvider } from '../domain/provider.ts';
import type { Change } from '../domain/undoing.ts';
import * as credentials from '../store/credentials.ts';
import type { FormerProfile } from '../store/former-profiles.ts';
import * as generations from '../store/generations.ts';
import * as profiles from '../store/profiles.ts';
import type { Host } from './host.ts';
import { type Incoming, insert, supersede } from './pairs.ts';
import { nothingKept, usedUp } from './undo-refusal.ts';

/** What a history row says of a credential. */
export interface Marked {
  readonly credential: number | undefined;
  readonly generation: number | undefined;
  /** the first digits of the secret's keyed hash */
  readonly fingerprint: string | undefined;
  readonly expiresAt: number | undefined;
}

export interface Restoring {
  readonly former: FormerProfile;
  readonly mark: Marked;
  /** what stands under the id now, if anything does */
  readonly current?: profiles.StoredProfile | undefined;
}

/**
 * The credential that the former profile had, in its current generation, or its secret of then in
 * the row that it is to stand in. Throws `not_found` where neither is kept, and `refused` for a
 * login whose refresh token was used since.
 */
export function restoreSecret(host: Host, change: Change, restoring: Restoring): number {
  const { former, mark } = restoring;
  const { db } = host.store;
  const row = credentials.get(db, former.credentialId);
  if (row === undefined) throw nothingKept(change);
  if (isRefreshable(row.credential) || row.secretHash.startsWith(mark.fingerprint ?? '-')) {
    const spent = row.refreshHash !== undefined && generations.isSpent(db, row.refreshHash);
    if (spent) throw usedUp(change);
    return row.id;
  }
  const kept = generations
    .listKept(db, row.id)
    .find(({ generation, reason }) => reason === 'replaced' && generation === mark.generation);
  if (kept === undefined) throw nothingKept(change);
  if (isRefreshable(kept.credential)) throw usedUp(change);
  return place(host, restoring, { ...former, credential: kept.credential });
}

/** In the row that the profile has now, as when a key is replaced; never in a login's. */
function place(
  host: Host,
  { current }: Restoring,
  profile: Incoming['profile'] & FormerProfile,
): number {
  const { position } = profile;
  const at = host.effects.now();
  const incoming = { profile, source: 'operator', at, position, confirmed: false };
  const reuse =
    current !== undefined &&
    !isRefreshable(current.credential) &&
    sameProvider(current.provider, profile.provider) &&
    profiles.holders(host.store.db, current.credentialId).length === 1;
  if (!reuse) return insert(host, incoming);
  supersede(host, current.credentialId, incoming, 'replaced');
  return current.credentialId;
}
