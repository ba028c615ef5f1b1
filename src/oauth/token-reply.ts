import type { TokenEndpointResponse } from 'oauth4webapi';
import { Secret } from '../domain/secret.ts';

/** What a token endpoint hands out, checked. */
export interface Tokens {
  readonly access: Secret;
  /** undefined: the one that was redeemed stays good (RFC 6749 §6) */
  readonly refresh?: Secret | undefined;
  /** ms from the reply; undefined: it does not say */
  readonly expiresInMs?: number | undefined;
  /** whose it is, where the provider says so outside the standard */
  readonly accountId?: string | undefined;
  readonly email?: string | undefined;
}

const YEAR_S = 31_536_000;

/** The characters that may stand in a header and in a file of tokens, and a length nobody needs. */
const token = /^[\x21-\x7e]{1,16384}$/;

/**
 * Undefined: a reply that no honest server gives; what it holds must not replace anything. The
 * standard's own rules (RFC 6749 §5.1) have been checked by the client library.
 */
export function readTokens(reply: TokenEndpointResponse): Tokens | undefined {
  const { access_token: access, refresh_token: refresh, expires_in: seconds, token_type } = reply;
  if (token_type !== 'bearer' || !token.test(access)) return undefined;
  if (refresh !== undefined && !token.test(refresh)) return undefined;
  if (refresh === access) return undefined;
  if (seconds !== undefined && !isSpan(seconds)) return undefined;
  return {
    access: new Secret(access),
    ...(refresh !== undefined && { refresh: new Secret(refresh) }),
    ...(seconds !== undefined && { expiresInMs: Math.floor(seconds) * 1000 }),
    ...textAt(reply, ['account', 'uuid'], 'accountId'),
    ...textAt(reply, ['account', 'email_address'], 'email'),
  };
}

function isSpan(seconds: number): boolean {
  return Number.isFinite(seconds) && seconds >= 1 && seconds <= YEAR_S;
}

/** Anthropic's replies say `account: { uuid, email_address }` (as Claude Code 2.1.330 reads them). */
function textAt<Key extends string>(
  reply: TokenEndpointResponse,
  [outer, inner]: readonly [string, string],
  key: Key,
): { readonly [key in Key]?: string } {
  const object = reply[outer];
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return {};
  const text = object[inner];
  const isPlain = typeof text === 'string' && /^[\x21-\x7e]{1,256}$/.test(text);
  // the computed key is the one of the type
  return isPlain ? ({ [key]: text } as { readonly [key in Key]?: string }) : {};
}
