import * as oauth from 'oauth4webapi';
import { EpiloopError } from '../errors.ts';
import type { LoginServer } from './login-server.ts';

/** One login under way: what only we know of it, and where the person has to go. */
export interface Attempt {
  readonly server: LoginServer;
  readonly redirectUri: string;
  /** what to open in a browser; the challenge in it gives nothing away */
  readonly url: URL;
  readonly state: string;
  /** PKCE (RFC 7636): whoever has the code alone cannot redeem it */
  readonly verifier: string;
  readonly nonce: string | undefined;
}

/**
 * Begins a login with a verifier, a state and a nonce of its own (RFC 6749 §4.1.1, RFC 7636 S256).
 * Throws EpiloopError `refused` where the provider has no address for it.
 */
export async function begin(
  server: LoginServer,
  redirectUri: string,
  state = generateState(),
): Promise<Attempt> {
  if (server.authorize === undefined) {
    throw new EpiloopError('refused', `${server.provider} has no address to log in at`, {
      hint: 'add --device',
    });
  }
  const verifier = oauth.generateRandomCodeVerifier();
  const isIdentity = server.nonce && server.scopes.split(/\s+/).includes('openid');
  const nonce = isIdentity ? oauth.generateRandomNonce() : undefined;
  const url = new URL(server.authorize);
  const parameters = {
    ...server.parameters,
    response_type: 'code',
    client_id: server.token.clientId,
    redirect_uri: redirectUri,
    scope: server.scopes,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...(nonce !== undefined && { nonce }),
    // without it OpenID Connect promises no refresh token (Core §11)
    ...(nonce !== undefined && server.scopes.includes('offline_access') && { prompt: 'consent' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { server, redirectUri, url, state, verifier, nonce };
}

/** What ties an answer to this login (RFC 6749 §10.12). */
export function generateState(): string {
  return oauth.generateRandomState();
}

/**
 * An address of this host for a browser elsewhere, where nobody listens: it only has to show the
 * whole address for copying. The port is a new one each time, so that nobody can lie in wait at it.
 */
export function deadCallback({ callback }: LoginServer): string {
  const [random = 0] = crypto.getRandomValues(new Uint16Array(1));
  const port = callback.port === 0 ? 49_152 + (random % 16_384) : callback.port;
  return `http://${callback.host}:${port}${callback.path}`;
}

/** The standard's words for what went wrong (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6). */
const errors: ReadonlySet<string> = new Set([
  ...['access_denied', 'invalid_request', 'unauthorized_client', 'unsupported_response_type'],
  ...['invalid_scope', 'server_error', 'temporarily_unavailable', 'login_required'],
  ...['consent_required', 'interaction_required', 'account_selection_required'],
]);

/**
 * Checks an answer to this login: its state (unless it is a bare code, which carries none), its
 * issuer where it names one, and that it is a code and no error. Throws EpiloopError `refused`,
 * which repeats nothing of it but the standard's error words.
 */
export function checkAnswer(
  { server, state }: Attempt,
  parameters: URLSearchParams,
  isBare: boolean,
): URLSearchParams {
  if (parameters.getAll('iss').some((issuer) => issuer !== server.issuer)) {
    throw refused('the answer comes from another server than the one that was asked');
  }
  if (!isBare && !hasState(parameters, state)) throw refused('the answer is to another login');
  try {
    const expected = isBare ? oauth.skipStateCheck : state;
    const checked = oauth.validateAuthResponse(
      metadata(server),
      client(server),
      parameters,
      expected,
    );
    const [code = '', ...more] = checked.getAll('code');
    if (more.length > 0 || !/^[\x21-\x7e]{1,4096}$/.test(code)) throw refused('it holds no code');
    return checked;
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) throw denied(server, error.error);
    if (error instanceof oauth.OperationProcessingError) throw refused('the answer is malformed');
    // an answer of the implicit or a hybrid flow
    if (error instanceof oauth.UnsupportedOperationError) throw refused('the answer is malformed');
    throw error;
  }
}

/** Exactly one state, and this one. */
export function hasState(parameters: URLSearchParams, state: string): boolean {
  const found = parameters.getAll('state');
  return found.length === 1 && found[0] === state;
}

/** For the client library; http is only ever allowed to this host itself. */
export function metadata(server: LoginServer): oauth.AuthorizationServer {
  return {
    issuer: server.issuer,
    token_endpoint: server.token.url.href,
    ...(server.device !== undefined && { device_authorization_endpoint: server.device.href }),
    // nothing is verified by them: the token comes from the endpoint itself (OIDC Core §3.1.3.7)
    id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'],
  };
}

export function client({ token }: LoginServer): oauth.Client {
  return { client_id: token.clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE_S };
}

/** Hosts without internet for most of the time have clocks that are off. */
const CLOCK_TOLERANCE_S = 300;

function denied({ provider }: LoginServer, error: string): EpiloopError {
  const why = errors.has(error) ? error : 'it does not say why';
  return refused(`${provider} did not let you log in: ${why}`);
}

function refused(message: string): EpiloopError {
  return new EpiloopError('refused', `${message}; nothing was stored`, {
    hint: 'log in once more',
  });
}
