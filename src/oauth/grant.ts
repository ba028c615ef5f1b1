import * as oauth from 'oauth4webapi';
import { isJsonObject } from '../domain/json.ts';
import type { Secret } from '../domain/secret.ts';
import { EpiloopError } from '../errors.ts';
import { type Attempt, client, metadata } from './attempt.ts';
import type { LoginServer } from './login-server.ts';
import { errorCode, isJson, requestOf } from './redeem.ts';
import { readTokens, type Tokens } from './token-reply.ts';
import { type Network, post, type Sent } from './transport.ts';

/** What a new login brings. */
export interface Grant extends Tokens {
  /** ms since the epoch, where the access token names its end itself */
  readonly endsAt?: number | undefined;
}

/**
 * Redeems the code of a checked answer (RFC 6749 §4.1.3, RFC 7636 §4.5) with exactly one request,
 * under the transport's limits.
 * @throws EpiloopError `refused` for a code that is not taken and for an identity token that is not
 * of this login, `network` for no answer or none that can be believed
 */
export async function redeemCode(
  { server, redirectUri, verifier, nonce, state }: Attempt,
  answer: URLSearchParams,
  network: Network,
): Promise<Grant> {
  const { call, last } = caller(server, network);
  try {
    const response = await oauth.authorizationCodeGrantRequest(
      metadata(server),
      client(server),
      oauth.None(),
      answer,
      redirectUri,
      verifier,
      { ...call, ...(server.repeatsState && { additionalParameters: { state } }) },
    );
    const expected = nonce === undefined ? {} : { expectedNonce: nonce };
    const reply = await oauth.processAuthorizationCodeResponse(
      metadata(server),
      client(server),
      response,
      expected,
    );
    return readGrant(server, reply);
  } catch (error) {
    throw explain(server, error, last());
  }
}

/** The client library's requests, sent by the transport; `last` is what became of the latest. */
export function caller(server: LoginServer, network: Network, url = server.token.url) {
  let outcome: Sent | undefined;
  const endpoint = { ...server.token, url, overridden: server.foreign.includes(url.host) };
  const encoding = url === server.token.url ? endpoint.encoding : 'form';
  const send = async (_url: string, init: oauth.CustomFetchOptions<string, unknown>) => {
    outcome = await post(requestOf({ ...endpoint, encoding }, init), network);
    if (outcome.kind === 'failed' || (outcome.status < 400 && !isJson(outcome)))
      throw new NoReply();
    const { status, type, body } = outcome;
    return new Response(status === 204 ? null : body, {
      status,
      headers: { 'content-type': type },
    });
  };
  const call = { [oauth.customFetch]: send, [oauth.allowInsecureRequests]: true };
  return { call, last: () => outcome };
}

/** There is nothing that the client library should read. */
class NoReply extends Error {}

/** The checked reply as what we keep of it. Throws EpiloopError `network`. */
export function readGrant(server: LoginServer, reply: oauth.TokenEndpointResponse): Grant {
  const tokens = readTokens(reply);
  if (tokens === undefined) throw unbelievable(server);
  const claims = oauth.getValidatedIdTokenClaims(reply);
  const email = tokens.email ?? text(claims?.email);
  const accountId = tokens.accountId ?? accountIn(server, claims);
  const endsAt = endOf(tokens.access);
  return { ...tokens, email, accountId, endsAt };
}

/** OpenAI says which of a person's accounts it is in a claim of its own, which Codex 0.169.0 reads. */
function accountIn({ account }: LoginServer, claims: oauth.IDToken | undefined) {
  if (account === 'subject') return text(claims?.sub);
  if (account === 'reply') return undefined;
  const auth = claims?.['https://api.openai.com/auth'];
  return isJsonObject(auth) ? text(auth.chatgpt_account_id) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value) ? value : undefined;
}

/** `exp` of an access token that is a JWT (RFC 7519 §4.1.4, seconds). Nothing is verified here. */
function endOf(token: Secret): number | undefined {
  const [, payload, ...rest] = token.reveal().split('.');
  if (payload === undefined || rest.length !== 1) return undefined;
  const seconds = /"exp"\s*:\s*(\d{1,11})\b/.exec(
    Buffer.from(payload, 'base64url').toString(),
  )?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** Says what went wrong at the token endpoint, and nothing of what was sent or answered. */
export function explain(server: LoginServer, error: unknown, outcome: Sent | undefined): unknown {
  if (outcome === undefined || error instanceof EpiloopError) return error;
  const { host } = server.token.url;
  if (outcome.kind === 'failed') return failed(`no answer from ${host}: ${outcome.why}`);
  const code = outcome.status >= 400 ? errorCode(outcome.body) : undefined;
  if (code !== undefined && known.has(code)) {
    return new EpiloopError('refused', `${host} refuses the login: ${code}; nothing was stored`, {
      hint: 'a code is good once, and for minutes: log in once more',
    });
  }
  if (outcome.status >= 400) return failed(`${host} answered HTTP ${outcome.status}`);
  const isOther =
    error instanceof oauth.OperationProcessingError && ofIdentity.has(error.code ?? '');
  if (!isOther) return unbelievable(server);
  return new EpiloopError('refused', `${host} answered for another login; nothing was stored`, {
    hint: "log in once more; if it stays so, check this host's clock, and EPILOOP_ISSUER_… if it is set",
  });
}

/** RFC 6749 §5.2, and what OpenAI says for a spent code. */
const known: ReadonlySet<string> = new Set([
  ...['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_scope', 'access_denied'],
  ...['invalid_request', 'unsupported_grant_type', 'expired_token'],
]);

/** An identity token of another issuer, client or time, or with another nonce. */
const ofIdentity: ReadonlySet<string> = new Set([
  oauth.JWT_CLAIM_COMPARISON,
  oauth.JWT_TIMESTAMP_CHECK,
]);

export function unbelievable({ token }: LoginServer): EpiloopError {
  return failed(`${token.url.host} answered with what is no token reply`);
}

export function failed(message: string): EpiloopError {
  return new EpiloopError('network', `${message}; nothing was stored`, {
    hint: 'log in once more',
  });
}
