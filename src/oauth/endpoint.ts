import { normalizeProvider } from '../domain/provider.ts';
import { EpiloopError } from '../errors.ts';
import type { Environment } from '../ports.ts';
import { isLoopbackAddress } from './address.ts';

/** Where the refresh tokens of one provider are redeemed (RFC 6749 §3.2), and as which client. */
export interface TokenEndpoint {
  readonly url: URL;
  readonly clientId: string;
  /** how the parameters are sent: RFC 6749 says `form`, some providers' own clients send JSON */
  readonly encoding: 'form' | 'json';
  /** an operator put it in the place of the provider's own, or of none */
  readonly overridden: boolean;
}

interface Known {
  readonly url: string;
  readonly clientId: string;
  readonly encoding: 'form' | 'json';
}

/** Anthropic's as Claude Code 2.1.330 calls it, OpenAI's as Codex 0.169.0 does. */
const known: ReadonlyMap<string, Known> = new Map([
  [
    'anthropic',
    {
      url: 'https://platform.claude.com/v1/oauth/token',
      clientId: '9d1c250a-e61b-44d9-88ed-5944d1962f5e',
      encoding: 'json',
    },
  ],
  [
    'openai-codex',
    {
      url: 'https://auth.openai.com/oauth/token',
      clientId: 'app_EMoamEEZ73f0CkXaXp7hrann',
      encoding: 'json',
    },
  ],
]);

export interface EndpointQuestion {
  /** any spelling */
  readonly provider: string;
  /** the process environment, never a file's */
  readonly env: Environment;
  /** `clientId` of the stored login, where it has one */
  readonly clientId?: string | undefined;
  /** the operator allows an endpoint that is not the provider's own */
  readonly allowOther: boolean;
}

/**
 * The token endpoint of a provider: fixed here, or `EPILOOP_TOKEN_ENDPOINT_<PROVIDER>` (the id in
 * capitals, other characters `_`), with `EPILOOP_CLIENT_ID_<PROVIDER>`. Undefined: there is none.
 * Throws EpiloopError `refused` for an override that is not allowed, `usage` for one that is no
 * such address, without repeating it.
 */
export function findEndpoint(question: EndpointQuestion): TokenEndpoint | undefined {
  const { provider, env } = question;
  const own = known.get(normalizeProvider(provider));
  const [urlName, idName] = [
    variableOf('TOKEN_ENDPOINT', provider),
    variableOf('CLIENT_ID', provider),
  ];
  const override = env[urlName]?.trim();
  if (override === undefined || override === '') {
    return own && { ...own, url: new URL(own.url), overridden: false };
  }
  const url = readUrl(override, urlName);
  const isOwn =
    own !== undefined && url.host === new URL(own.url).host && url.protocol === 'https:';
  if (!isOwn && !question.allowOther) throw notAllowed(urlName, url);
  const clientId = env[idName]?.trim() || question.clientId || own?.clientId;
  if (clientId === undefined) {
    throw new EpiloopError(
      'usage',
      `${urlName} is set, but no client id is known for ${provider}`,
      {
        hint: `set ${idName} too`,
      },
    );
  }
  return { url, clientId, encoding: own?.encoding ?? 'form', overridden: true };
}

/** `EPILOOP_<WHAT>_<PROVIDER>`, e.g. `EPILOOP_TOKEN_ENDPOINT_OPENAI_CODEX`. */
export function variableOf(what: string, provider: string): string {
  const id = normalizeProvider(provider)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '_');
  return `EPILOOP_${what}_${id}`;
}

function readUrl(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined && url.username === '' && url.password === '' && url.hash === '';
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackAddress(url.hostname));
  if (isPlain && isSafe) return url;
  throw new EpiloopError('usage', `${name} is no address that a refresh token may be sent to`, {
    hint: 'https://host/path without user name and fragment; http only to 127.0.0.1 or [::1]',
  });
}

function notAllowed(name: string, url: URL): EpiloopError {
  return new EpiloopError('refused', `${name} names another host: ${url.host}`, {
    hint: 'add --allow-token-endpoint if refresh tokens may be sent there',
  });
}
