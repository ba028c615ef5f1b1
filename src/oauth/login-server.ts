import { normalizeProvider } from '../domain/provider.ts';
import { EpiloopError } from '../errors.ts';
import { findEndpoint, type TokenEndpoint, variableOf } from './endpoint.ts';
import { knownLogins, type LoginRules } from './login-rules.ts';
import { addressOf, isOwn, type OverrideQuestion, settingOf } from './override.ts';

/** Where a person logs in to one provider, and what that needs. */
export interface LoginServer extends LoginRules {
  /** normalised */
  readonly provider: string;
  /** who answers: `iss` of callbacks (RFC 9207) and of identity tokens */
  readonly issuer: string;
  /** RFC 6749 §3.1; undefined: only a device code is possible */
  readonly authorize: URL | undefined;
  /** RFC 8628 §3.1 */
  readonly device: URL | undefined;
  /** `encoding` is that of the code's redemption, which may differ from a refresh */
  readonly token: TokenEndpoint;
  /** hosts that an operator put in the place of the provider's own */
  readonly foreign: readonly string[];
}

/** What a server of an operator's choice gets: the rules of RFC 8252 for native apps. */
const standard: Omit<LoginRules, 'hosts'> = {
  scopes: 'openid email offline_access',
  callback: { host: '127.0.0.1', port: 0, path: '/callback' },
  page: undefined,
  parameters: {},
  nonce: true,
  repeatsState: false,
  account: 'subject',
};

/**
 * The provider's login, fixed in `login-rules.ts`, or what the process environment puts in its place:
 * `EPILOOP_AUTHORIZE_ENDPOINT_<PROVIDER>`, `EPILOOP_DEVICE_ENDPOINT_…`, `EPILOOP_TOKEN_ENDPOINT_…`,
 * `EPILOOP_CLIENT_ID_…`, `EPILOOP_SCOPES_…` and, where it is not the authorization endpoint's
 * origin, `EPILOOP_ISSUER_…`.
 * @throws EpiloopError `refused` for a provider that nothing is known of and for another host that
 * is not allowed, `usage` for what is no address
 */
export function findLogin(question: Omit<OverrideQuestion, 'own'>): LoginServer {
  const provider = normalizeProvider(question.provider);
  const known = knownLogins.get(provider);
  const own = known?.hosts ?? [];
  const authorize = addressOf('AUTHORIZE_ENDPOINT', { ...question, own });
  const device = addressOf('DEVICE_ENDPOINT', { ...question, own });
  const token = findEndpoint(question);
  const place = authorize ?? (known && new URL(known.authorize));
  const first = place ?? device;
  if (first === undefined || token === undefined) throw nothingKnown(provider);
  const isKnown = known !== undefined && isOwn(first, own);
  const rules = isKnown ? known : { ...standard, hosts: own };
  const given = [authorize, device, token.overridden ? token.url : undefined];
  const foreign = given.filter((url) => url !== undefined && !isOwn(url, own));
  return {
    ...rules,
    provider,
    issuer: settingOf('ISSUER', question) ?? (isKnown ? known.issuer : first.origin),
    scopes: settingOf('SCOPES', question) ?? rules.scopes,
    authorize: place,
    device,
    token: { ...token, encoding: isKnown ? known.encoding : 'form' },
    foreign: [...new Set(foreign.map((url) => url?.host ?? ''))],
  };
}

function nothingKnown(provider: string): EpiloopError {
  const names = ['AUTHORIZE_ENDPOINT', 'TOKEN_ENDPOINT', 'CLIENT_ID'].map((what) =>
    variableOf(what, provider),
  );
  return new EpiloopError('refused', `it is not known how to log in to ${provider}`, {
    hint: `epiloop logs in to ${[...knownLogins.keys()].join(' and ')}; for others set ${names.join(', ')}`,
  });
}
