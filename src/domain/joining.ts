import { type Credential, isRefreshable } from './credential.ts';
import { laterExpiry, loginOf, whyNotReplace } from './generation.ts';
import { compareIdentity } from './identity.ts';
import type { Profile } from './profile.ts';

/** A pair whose refresh token, or whose key, our store has seen before. */
export interface KnownPair {
  readonly credentialId: number;
  /** `refreshed`: the current refresh token with an access token that we have never seen */
  readonly standing: 'current' | 'earlier' | 'refreshed';
  /** ms since the epoch, of an earlier pair */
  readonly supersededAt?: number | undefined;
  /** of a `refreshed` pair: the one that the credential has now; without it theirs is the newer */
  readonly current?: Credential | undefined;
}

/** A stored login that a profile is too, though its pair was never seen. */
export interface Sibling {
  readonly credentialId: number;
  readonly profile: Profile;
}

/** To which credential a pair belongs, and whether it is the newer one of that. */
export function joining(
  { credential }: Profile,
  { credentialId: join, standing, current }: KnownPair,
  now: number,
): { readonly join: number; readonly rotate?: true } {
  if (standing !== 'refreshed') return { join };
  const newer =
    current === undefined ||
    (whyNotReplace(credential, current, now) === undefined &&
      laterExpiry(credential, current, now) !== 'second');
  return newer ? { join, rotate: true } : { join };
}

/**
 * The same of a pair that nobody knows and of the login that it is too, where there is one: the
 * later expiry wins, and the other pair is kept. Only what can be refreshed is shared.
 */
export function joiningSibling(
  theirs: Profile,
  find: (profile: Profile) => Sibling | undefined,
  now: number,
): { readonly join: number; readonly rotate?: true; readonly fork: true } | undefined {
  const sibling = isRefreshable(theirs.credential) ? find(theirs) : undefined;
  if (sibling === undefined || !isRefreshable(sibling.profile.credential)) return undefined;
  const { credentialId: join, profile } = sibling;
  const [own, other] = [loginOf(theirs), loginOf(profile)];
  if (compareIdentity(own.identity, other.identity) === 'different') return undefined;
  const newer = laterExpiry(own.credential, other.credential, now) === 'first';
  return { join, ...(newer && { rotate: true as const }), fork: true };
}
