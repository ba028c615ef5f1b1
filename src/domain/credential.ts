import type { Secret } from './secret.ts';

/**
 * What a profile gives access with. The three types of `auth-profiles.json` version 1
 * (gateway 2026.1.24, auth-profiles/types.ts). Times are milliseconds since the epoch.
 */
export type Credential = ApiKey | Token | OAuth;

export type CredentialType = Credential['type'];

export interface ApiKey {
  readonly type: 'api_key';
  readonly key: Secret;
}

/** A bearer token that nobody can refresh, for example from `claude setup-token`. */
export interface Token {
  readonly type: 'token';
  readonly token: Secret;
  /** undefined: it does not expire, as far as the file says */
  readonly expiresAt?: number | undefined;
}

/** An OAuth login: a short-lived access token and, usually, a single-use refresh token. */
export interface OAuth {
  readonly type: 'oauth';
  readonly access: Secret;
  readonly refresh?: Secret | undefined;
  readonly expiresAt?: number | undefined;
}

/** The secret that is sent to the provider. */
export function bearer(credential: Credential): Secret {
  switch (credential.type) {
    case 'api_key':
      return credential.key;
    case 'token':
      return credential.token;
    case 'oauth':
      return credential.access;
  }
}

/** Every secret in it that is not blank. */
export function secretsOf(credential: Credential): readonly Secret[] {
  const secrets = [bearer(credential)];
  if (credential.type === 'oauth' && credential.refresh !== undefined) {
    secrets.push(credential.refresh);
  }
  return secrets.filter((secret) => !secret.blank);
}

/** Has `a` a secret that `b` has not? */
export function bringsSecret(a: Credential, b: Credential): boolean {
  return secretsOf(a).some((secret) => !secretsOf(b).some((other) => secret.equals(other)));
}

/** An OAuth login that can be refreshed: only such a one is shared by several profiles. */
export function isRefreshable(credential: Credential): boolean {
  return credential.type === 'oauth' && !(credential.refresh?.blank ?? true);
}

/** Nothing usable in it: an OAuth login counts as blank only with neither access nor refresh token. */
export function isBlank(credential: Credential): boolean {
  if (credential.type !== 'oauth') return bearer(credential).blank;
  return credential.access.blank && (credential.refresh?.blank ?? true);
}

/** Stored expiry, or undefined for keys and for credentials whose file gives none. */
export function expiryOf(credential: Credential): number | undefined {
  return credential.type === 'api_key' ? undefined : credential.expiresAt;
}

/** The same secrets, whatever the expiry: what reconciling calls one generation. */
export function sameGeneration(a: Credential, b: Credential): boolean {
  if (a.type !== b.type || !bearer(a).equals(bearer(b))) return false;
  if (a.type !== 'oauth' || b.type !== 'oauth') return true;
  const refreshA = a.refresh?.reveal() ?? '';
  return refreshA === (b.refresh?.reveal() ?? '');
}
