import {
  bearer,
  bringsSecret,
  type Credential,
  expiryOf,
  isBlank,
  isRefreshable,
} from './credential.ts';
import { compareIdentity, type Identity, identityOf, isCliProfile } from './identity.ts';

/** The gateway rewrites what it read up to this long ago: a value superseded since is no change. */
export const STALE_REWRITE_MS = 10 * 60_000;

/** An access token with this much left or less is one that a client refreshes. */
const REFRESH_DUE_MS = 10 * 60_000;

/** No provider issues longer ones: a later expiry is a unit mistake or garbage. */
const LONGEST_VALIDITY_MS = 400 * 24 * 3_600_000;

export function isExpired(credential: Credential, now: number): boolean {
  const expiresAt = expiryOf(credential);
  return expiresAt !== undefined && expiresAt > 0 && expiresAt <= now;
}

/** May a pair that we have never seen take the place of ours? */
export function mayReplace(theirs: Credential, ours: Credential, now: number): boolean {
  return whyNotReplace(theirs, ours, now) === undefined;
}

/**
 * Why a pair that we have never seen does not take the place of ours: some of its secrets were
 * blanked, or it has expired while ours has not. Undefined: it does.
 */
export function whyNotReplace(
  theirs: Credential,
  ours: Credential,
  now: number,
): 'blanked' | 'expired_there' | undefined {
  const onlyLess = bringsSecret(ours, theirs) && !bringsSecret(theirs, ours);
  if (onlyLess || (bearer(theirs).blank && !bearer(ours).blank)) return 'blanked';
  const expired = isExpired(theirs, now) && !isExpired(ours, now) && !isBlank(ours);
  return expired ? 'expired_there' : undefined;
}

/** Which of two pairs without a common history is the newer? The later believable expiry; a tie: undefined. */
export function laterExpiry(
  a: Credential,
  b: Credential,
  now: number,
): 'first' | 'second' | undefined {
  const left = believable(a, now);
  const right = believable(b, now);
  if (left === right) return undefined;
  return left > right ? 'first' : 'second';
}

function believable(credential: Credential, now: number): number {
  const expiresAt = expiryOf(credential);
  if (expiresAt === undefined || isBlank(credential)) return 0;
  return expiresAt > 0 && expiresAt <= now + LONGEST_VALIDITY_MS ? expiresAt : 0;
}

export interface Login {
  readonly credential: Credential;
  readonly identity: Identity;
}

export function loginOf(profile: Parameters<typeof identityOf>[0]): Login {
  return { credential: profile.credential, identity: identityOf(profile) };
}

/**
 * The same of a pair that stands where ours stood, in a file of this time. Unless it says that it is
 * somebody else's it is no successor where it looks like an earlier pair of our login: where it was
 * due for a refresh already and ours is not, since no provider hands out such a pair; or without a
 * refresh token, where ours has one and does not expire earlier.
 */
export function whyNotSucceed(
  theirs: Login,
  ours: Login,
  { fileModifiedAt, now }: { readonly fileModifiedAt: number; readonly now: number },
): 'blanked' | 'expired_there' | undefined {
  const why = whyNotReplace(theirs.credential, ours.credential, now);
  if (why !== undefined || theirs.credential.type !== 'oauth') return why;
  if (!isRefreshable(ours.credential)) return undefined;
  if (compareIdentity(theirs.identity, ours.identity) === 'different') return undefined;
  if (isRefreshable(theirs.credential)) {
    const isDue = (login: Login) => isRefreshDue(login.credential, fileModifiedAt);
    return isDue(theirs) && !isDue(ours) ? 'expired_there' : undefined;
  }
  return laterExpiry(theirs.credential, ours.credential, now) === 'first' ? undefined : 'blanked';
}

/** So near its end, or past it, that a client would have refreshed it. */
function isRefreshDue(credential: Credential, at: number): boolean {
  const expiresAt = expiryOf(credential) ?? 0;
  return expiresAt > 0 && expiresAt - at <= REFRESH_DUE_MS;
}

/**
 * An unknown OAuth pair stands where ours stood: has the login been refreshed there, or has
 * somebody logged in as another? Where the pairs do not say whose they are, a refresh is believed
 * under an id that belongs to one tool's login, or when ours was due for one at the file's time.
 * What cannot be refreshed any more is no next pair of a login that can.
 */
export function isRotation(
  profileId: string,
  theirs: Login,
  ours: Login,
  fileModifiedAt: number,
): boolean {
  if (theirs.credential.type !== 'oauth' || ours.credential.type !== 'oauth') return false;
  if (isRefreshable(ours.credential) && !isRefreshable(theirs.credential)) return false;
  const identity = compareIdentity(theirs.identity, ours.identity);
  if (identity !== 'unknown') return identity === 'same';
  if (isCliProfile(profileId)) return true;
  return isRefreshDue(ours.credential, fileModifiedAt);
}
