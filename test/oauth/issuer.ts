/**
 * A real OAuth server on loopback (oidc-provider): refresh tokens are good for one use, and a
 * second use of one ends the whole login. In front of it a door that counts, and that takes JSON
 * as Anthropic's does.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

const clientId = 'client-of-the-tests';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const scope = 'openid offline_access email';

export interface Issuer {
  /** where refresh tokens are redeemed, and as whom: for the environment of a run */
  readonly env: Readonly<Record<string, string>>;
  /** where people log in, with and without a browser on that host: the same */
  readonly loginEnv: Readonly<Record<string, string>>;
  readonly url: string;
  /** how many requests were answered with tokens */
  readonly redeemed: () => number;
  /** how many were refused, of which any but of made-up tokens is a reuse */
  readonly refused: () => number;
  /** a new login of this person; the first access token has to be redeemed */
  login(person: string): Promise<string>;
  /** what a refresh token is good for, as only the server can say */
  standing(refreshToken: string): Promise<'live' | 'spent' | 'unknown'>;
  /** what happens once a request has been granted or refused, before the answer goes out */
  onAnswer: (refreshToken: string) => Promise<void>;
  /** what happens to each request before it is looked at */
  onRequest: (request: {
    readonly refreshToken: string;
    readonly drop: () => void;
  }) => Promise<void>;
  close(): Promise<void>;
}

export async function startIssuer({ accessSeconds = 3600 } = {}): Promise<Issuer> {
  const inner = createServer();
  const innerUrl = await listen(inner);
  const provider = new Provider(innerUrl, {
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', deviceGrant],
        redirect_uris: ['http://127.0.0.1/callback'],
        response_types: ['code'],
        application_type: 'native',
      },
    ],
    rotateRefreshToken: true,
    ttl: { AccessToken: accessSeconds, RefreshToken: 86_400, Grant: 86_400, IdToken: 60 },
    scopes: scope.split(' '),
    claims: { openid: ['sub'], email: ['email'] },
    // identity tokens say the e-mail, as those of providers do
    conformIdTokenClaims: false,
    features: { deviceFlow: { enabled: true } },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.org` }),
    }),
  });
  inner.on('request', provider.callback());
  const counts = { redeemed: 0, refused: 0, asked: 0 };
  const issuer: Pick<Issuer, 'onRequest' | 'onAnswer'> = {
    onRequest: async () => undefined,
    onAnswer: async () => undefined,
  };
  const door = createServer(
    (request, response) =>
      void answer(request, response).catch((error: unknown) => response.destroy(error as Error)),
  );
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = fieldsOf(await text(request), request.headers['content-type'] ?? '');
    const drop = () => response.destroy();
    await issuer.onRequest({ refreshToken: fields.get('refresh_token') ?? '', drop });
    const isDevice = request.url === '/device';
    const path = isDevice ? 'device/auth' : 'token';
    const reply = await fetch(`${innerUrl}/${path}`, { method: 'POST', body: fields });
    // the server leaves the pace open, which means 5 s
    const body = (await reply.text()).replace(/^{(?="device_code")/, '{"interval":1,');
    if (isDevice) counts.asked += 1;
    else if (reply.ok) counts.redeemed += 1;
    else counts.refused += 1;
    await issuer.onAnswer(fields.get('refresh_token') ?? '');
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(body);
  }
  const doorUrl = await listen(door);
  const url = `${doorUrl}/token`;
  return Object.assign(issuer, {
    url,
    env: {
      EPILOOP_TOKEN_ENDPOINT_ANTHROPIC: url,
      EPILOOP_CLIENT_ID_ANTHROPIC: clientId,
    },
    loginEnv: {
      EPILOOP_AUTHORIZE_ENDPOINT_ANTHROPIC: `${innerUrl}/auth`,
      EPILOOP_DEVICE_ENDPOINT_ANTHROPIC: `${doorUrl}/device`,
      EPILOOP_TOKEN_ENDPOINT_ANTHROPIC: url,
      EPILOOP_CLIENT_ID_ANTHROPIC: clientId,
      EPILOOP_SCOPES_ANTHROPIC: scope,
    },
    redeemed: () => counts.redeemed,
    refused: () => counts.refused,
    login: (person: string) => login(provider, person),
    async standing(refreshToken: string) {
      const token = await provider.RefreshToken.find(refreshToken, { ignoreExpiration: true });
      if (token === undefined) return 'unknown';
      return token.consumed === undefined ? 'live' : 'spent';
    },
    close: async () => {
      for (const server of [door, inner]) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  });
}

async function login(provider: Provider, person: string): Promise<string> {
  const client = await provider.Client.find(clientId);
  if (client === undefined) throw new Error('the issuer does not know its client');
  const grant = new provider.Grant({ clientId, accountId: person });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const now = Math.floor(Date.now() / 1000);
  const token = new provider.RefreshToken({
    ...{ accountId: person, client, grantId, scope, gty: 'authorization_code' },
    ...{ rotations: 0, iiat: now, authTime: now, claims: {} },
  });
  return token.save();
}

function fieldsOf(body: string, type: string): URLSearchParams {
  if (!type.includes('json')) return new URLSearchParams(body);
  return new URLSearchParams(JSON.parse(body) as Record<string, string>); // what we send
}

async function text(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request) body += piece;
  return body;
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // a TCP server's address is this
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
