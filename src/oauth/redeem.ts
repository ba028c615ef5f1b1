import * as oauth from 'oauth4webapi';
import type { Secret } from '../domain/secret.ts';
import type { TokenEndpoint } from './endpoint.ts';
import { readTokens, type Tokens } from './token-reply.ts';
import { type Network, post, type Sent } from './transport.ts';

/** What became of one refresh token that was to be redeemed. */
export type Redemption =
  | { readonly kind: 'renewed'; readonly tokens: Tokens }
  /** the server says that this token is no good (any more): `invalid_grant` and the like */
  | { readonly kind: 'refused'; readonly error: string }
  /** it was not redeemed: nothing was sent, or the server could not serve; trying again is safe */
  | { readonly kind: 'unavailable'; readonly why: string }
  /** it was sent, and no answer that can be believed came back: it may be spent */
  | { readonly kind: 'in_doubt'; readonly why: string };

/**
 * Redeems a refresh token (RFC 6749 §6) with exactly one request. Nothing of what was sent or
 * answered is in the result's texts but the standard's error codes.
 */
export async function redeem(
  endpoint: TokenEndpoint,
  refreshToken: Secret,
  network: Network = {},
): Promise<Redemption> {
  const server: oauth.AuthorizationServer = {
    issuer: endpoint.url.origin,
    token_endpoint: endpoint.url.href,
  };
  const client: oauth.Client = { client_id: endpoint.clientId };
  let outcome: Sent | undefined;
  const customFetch = async (_url: string, init: oauth.CustomFetchOptions<string, unknown>) => {
    outcome = await post(requestOf(endpoint, init), network);
    if (outcome.kind === 'failed' || (outcome.status < 400 && !isJson(outcome)))
      throw new NoReply();
    return responseOf(outcome);
  };
  try {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.None(),
      refreshToken.reveal(),
      // http is only ever allowed to this host itself; see findEndpoint
      { [oauth.customFetch]: customFetch, [oauth.allowInsecureRequests]: true },
    );
    const tokens = readTokens(await oauth.processRefreshTokenResponse(server, client, response));
    return tokens === undefined ? unbelievable : { kind: 'renewed', tokens };
  } catch (error) {
    return explain(error, outcome);
  }
}

/** There is nothing that the client library should read. */
class NoReply extends Error {}

/** RFC 6749 §5.1: the media type is JSON's; the span is a number, which some servers quote. */
export function isJson({ type, body }: Extract<Sent, { kind: 'reply' }>): boolean {
  if (!/^application\/json\s*(;|$)/i.test(type)) return false;
  const value = parse(body);
  if (!isObject(value)) return false;
  const { expires_in: span } = value;
  return typeof span !== 'object' && (typeof span !== 'string' || /^\d{1,9}$/.test(span));
}

const unbelievable: Redemption = {
  kind: 'in_doubt',
  why: 'it answered with what is no token reply',
};

/** RFC 6749 §5.2; the other codes say that the request was wrong, and nothing of the token. */
const codes = ['invalid_grant'];
const requestCodes: ReadonlySet<string> = new Set([
  ...['invalid_request', 'invalid_client', 'unauthorized_client'],
  ...['unsupported_grant_type', 'invalid_scope'],
]);
/** OpenAI's own words for a token that is spent, expired or revoked (Codex 0.169.0). */
const ownCodes = ['refresh_token_reused', 'refresh_token_expired', 'refresh_token_invalidated'];
const refusals: ReadonlySet<string> = new Set([...codes, ...ownCodes]);

function explain(error: unknown, outcome: Sent | undefined): Redemption {
  if (outcome === undefined) throw error;
  if (outcome.kind === 'failed') {
    return { kind: outcome.sent ? 'in_doubt' : 'unavailable', why: outcome.why };
  }
  const code = errorCode(outcome.body);
  if (outcome.status >= 400 && code !== undefined && refusals.has(code)) {
    return { kind: 'refused', error: code };
  }
  if (outcome.status >= 400) {
    const word = code !== undefined && requestCodes.has(code) ? ` ${code}` : '';
    const why = `HTTP ${outcome.status}${word}`;
    return { kind: mayBeSpent(outcome.status) ? 'in_doubt' : 'unavailable', why };
  }
  return unbelievable;
}

/** What stands before a server answers 502 or 504 for it, too late; 503 and 529 turn away at the door. */
function mayBeSpent(status: number): boolean {
  return status >= 500 && status !== 503 && status !== 529;
}

/** `error` of RFC 6749 §5.2 is a text; some servers put an object with a `code` there. */
export function errorCode(body: string): string | undefined {
  const value = parse(body);
  const error = isObject(value) ? value.error : undefined;
  const code = isObject(error) ? error.code : error;
  return typeof code === 'string' ? code : undefined;
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function requestOf(
  { url, encoding, overridden }: TokenEndpoint,
  { body }: oauth.CustomFetchOptions<string, unknown>,
) {
  const fields = new URLSearchParams(String(body));
  const isJson = encoding === 'json';
  return {
    url,
    overridden,
    headers: {
      accept: 'application/json',
      'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
      'user-agent': 'epiloop',
    },
    body: isJson ? JSON.stringify(Object.fromEntries(fields)) : fields.toString(),
  };
}

/** An identity token is nothing that we use; unchecked it must not fail the rest. */
function responseOf({ status, type, body }: Extract<Sent, { kind: 'reply' }>): Response {
  const value = parse(body);
  const text = isObject(value) ? JSON.stringify({ ...value, id_token: undefined }) : body;
  const bodiless = status === 204 || status < 200;
  return new Response(bodiless ? null : text, { status, headers: { 'content-type': type } });
}
