import * as v from 'valibot';
import type { Credential, CredentialType } from '../domain/credential.ts';
import { bearer, expiryOf, isBlank } from '../domain/credential.ts';
import { Secret } from '../domain/secret.ts';
import { integer, nullable, text, textOrNull, wholeOrNull } from './row.ts';
import type { Hash } from './store.ts';

/** What a credential is made of, to be selected from `credentials AS c`. */
export const credentialColumns = 'c.type, c.secret, c.refresh, c.expires_at AS expiresAt';

export const credentialEntries = {
  type: v.picklist(['api_key', 'token', 'oauth']),
  secret: v.string(),
  refresh: nullable(v.string()),
  expiresAt: nullable(integer),
};

interface Columns {
  readonly type: CredentialType;
  readonly secret: string;
  readonly refresh: string | undefined;
  readonly expiresAt: number | undefined;
}

export function toCredential(columns: Columns): Credential {
  const secret = new Secret(columns.secret);
  const expiry = columns.expiresAt === undefined ? {} : { expiresAt: columns.expiresAt };
  switch (columns.type) {
    case 'api_key':
      return { type: 'api_key', key: secret };
    case 'token':
      return { type: 'token', token: secret, ...expiry };
    case 'oauth':
      return columns.refresh === undefined
        ? { type: 'oauth', access: secret, ...expiry }
        : { type: 'oauth', access: secret, refresh: new Secret(columns.refresh), ...expiry };
  }
}

/**
 * The keyed hashes that stand for a pair. A blank refresh token identifies nobody, so it has none:
 * a pair with a blank one and a pair without one are the same generation.
 */
export function pairHashes(
  credential: Credential,
  hash: Hash,
): { readonly secret: string; readonly refresh?: string | undefined } {
  const secret = hash(bearer(credential).reveal());
  const refresh = credential.type === 'oauth' ? credential.refresh : undefined;
  return refresh === undefined || refresh.blank
    ? { secret }
    : { secret, refresh: hash(refresh.reveal()) };
}

/** A refresh token that is there but blank: the column must not be NULL, and equals no hash. */
export const blankRefreshHash = '';

/** Named parameters for an INSERT or UPDATE of `credentials`. */
export function credentialParameters(credential: Credential, hash: Hash) {
  const hashes = pairHashes(credential, hash);
  const refresh = credential.type === 'oauth' ? credential.refresh?.reveal() : undefined;
  return {
    type: credential.type,
    secret: text('credentials.secret', bearer(credential).reveal()),
    refresh: textOrNull('credentials.refresh', refresh),
    expiresAt: wholeOrNull('credentials.expires_at', expiryOf(credential)),
    blank: isBlank(credential) ? 1 : 0,
    secretHash: hashes.secret,
    refreshHash: refresh === undefined ? null : (hashes.refresh ?? blankRefreshHash),
  };
}
