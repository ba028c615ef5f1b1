import { type Credential, type CredentialType, expiryOf, sameGeneration } from './credential.ts';
import { type JsonObject, sameJson } from './json.ts';

/** One entry of an agent's `auth-profiles.json`: an id that points to a credential. */
export interface Profile {
  readonly id: string;
  /** as typed in the file; compare with `normalizeProvider` */
  readonly provider: string;
  readonly credential: Credential;
  readonly email?: string | undefined;
  /** every field of the entry that we do not model, verbatim and in the file's order */
  readonly extra: JsonObject;
}

/** Do both say the same, whatever their ids? */
export function sameProfile(a: Profile, b: Profile): boolean {
  return (
    sameGeneration(a.credential, b.credential) &&
    expiryOf(a.credential) === expiryOf(b.credential) &&
    a.provider === b.provider &&
    a.email === b.email &&
    sameJson(a.extra, b.extra)
  );
}

/**
 * What may be known of a profile without holding its secret. Everything that only judges
 * (resolver, health, findings, screens) works on this.
 */
export interface ProfileFacts {
  readonly id: string;
  /** as typed in the file */
  readonly provider: string;
  readonly type: CredentialType;
  /** ms since the epoch; undefined where the file gives no finite number */
  readonly expiresAt?: number | undefined;
  /** no usable secret in it (see `isBlank`) */
  readonly blank: boolean;
  /** an OAuth login that holds a refresh token which was not refused */
  readonly refreshable: boolean;
  /** what became of its last refresh, where that speaks against the next */
  readonly refresh?: 'in_doubt' | 'refused' | undefined;
  /** short keyed hash of the secret, stable within one store */
  readonly fingerprint: string;
  readonly email?: string | undefined;
  /** it stands in main's file, and this agent only inherits it */
  readonly inherited: boolean;
}

/** `usageStats.<profile id>` of the file (gateway 2026.1.24). Times are ms since the epoch. */
export interface Usage {
  readonly lastUsed?: number | undefined;
  readonly cooldownUntil?: number | undefined;
  readonly disabledUntil?: number | undefined;
  readonly disabledReason?: string | undefined;
  readonly errorCount?: number | undefined;
  readonly failureCounts?: Readonly<Record<string, number>> | undefined;
  readonly lastFailureAt?: number | undefined;
  /** fields that we do not model, verbatim */
  readonly extra?: JsonObject | undefined;
}
