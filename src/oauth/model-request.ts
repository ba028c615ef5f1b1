import type { ApiName, ModelApi } from '../domain/model-api.ts';
import type { Secret } from '../domain/secret.ts';
import { isLoopbackAddress } from './address.ts';
import { type Network, type Post, post, type Sent } from './transport.ts';

/** One tiny request to a model. */
export interface ModelRequest {
  readonly api: ModelApi;
  /** of `modelAddress` */
  readonly url: URL;
  readonly model: string;
  readonly secret: Secret;
  /** a login's or a setup token of Anthropic, which are sent another way than its API keys */
  readonly bearer: boolean;
  readonly maxTokens: number;
  /** for the whole exchange */
  readonly timeoutMs: number;
}

/** `latencyMs`: until the answer was there whole, or it was clear that there is none */
export type Asked = Sent & { readonly latencyMs: number };

const paths: Readonly<Record<ApiName, string>> = {
  'anthropic-messages': '/v1/messages',
  'openai-completions': '/chat/completions',
  'openai-responses': '/responses',
};

/**
 * Where requests of this API go. Undefined: a credential may not be sent there, by the rules for
 * token endpoints (https, or http to an address of this host; no user name, query or fragment).
 */
export function modelAddress({ name, baseUrl }: ModelApi): URL | undefined {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || `${url.username}${url.password}${url.search}${url.hash}` !== '') {
    return undefined;
  }
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackAddress(url.hostname));
  if (!isSafe) return undefined;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${paths[name]}`;
  return url;
}

/** Exactly one request, without redirects and retries; it ends within its time and 64 KiB. */
export async function askModel(request: ModelRequest, network: Network): Promise<Asked> {
  const began = performance.now();
  const sent = await post(postOf(request), network);
  return { ...sent, latencyMs: Math.round(performance.now() - began) };
}

function postOf(request: ModelRequest): Post {
  const { api, url, timeoutMs: patienceMs } = request;
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'epiloop',
    ...credentialHeaders(request),
  };
  const body = JSON.stringify(bodies[api.name](request));
  return { url, headers, body, overridden: api.configured, patienceMs };
}

/** A login of Anthropic's is a bearer token with a beta header, as Claude Code 2.1.330 sends it. */
function credentialHeaders({ api, secret, bearer }: ModelRequest): Record<string, string> {
  const text = secret.reveal().trim();
  if (api.name !== 'anthropic-messages') return { authorization: `Bearer ${text}` };
  const version = { 'anthropic-version': '2023-06-01' };
  if (!bearer) return { ...version, 'x-api-key': text };
  return { ...version, authorization: `Bearer ${text}`, 'anthropic-beta': 'oauth-2025-04-20' };
}

const question = 'Reply with OK.';
const asUser = [{ role: 'user', content: question }];

/** OpenAI's newer models refuse `max_tokens`, and its other API fewer than 16. */
const bodies: Readonly<Record<ApiName, (request: ModelRequest) => object>> = {
  'anthropic-messages': ({ model, maxTokens }) => ({
    model,
    max_tokens: maxTokens,
    messages: asUser,
  }),
  'openai-completions': ({ url, model, maxTokens }) => ({
    model,
    messages: asUser,
    ...(url.hostname === 'api.openai.com'
      ? { max_completion_tokens: maxTokens }
      : { max_tokens: maxTokens }),
  }),
  'openai-responses': ({ model, maxTokens }) => ({
    model,
    input: question,
    max_output_tokens: Math.max(16, maxTokens),
    store: false,
  }),
};
