/** Made-up servers to log in to, for tests of single steps. */
import { findLogin, type LoginServer } from '../../src/oauth/login-server.ts';

/** A server at these addresses, as an operator would describe it. */
export function serverAt(origin: string, more: Readonly<Record<string, string>> = {}): LoginServer {
  return findLogin({
    provider: 'acme',
    env: {
      EPILOOP_AUTHORIZE_ENDPOINT_ACME: `${origin}/auth`,
      EPILOOP_TOKEN_ENDPOINT_ACME: `${origin}/token`,
      EPILOOP_DEVICE_ENDPOINT_ACME: `${origin}/device`,
      EPILOOP_CLIENT_ID_ACME: 'client-of-this-test',
      ...more,
    },
    allowOther: true,
  });
}

/** An identity token as servers sign it; nobody verifies what it is signed with. */
export function identityToken(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const whole = { sub: 'ann', aud: 'client-of-this-test', iat: now, exp: now + 60, ...claims };
  return `${part({ alg: 'RS256' })}.${part(whole)}.${Buffer.from('x').toString('base64url')}`;
}
