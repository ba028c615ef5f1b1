import { isRefreshable } from '../domain/credential.ts';
import type { StoredProfile } from '../domain/reconcile.ts';
import { EpiloopError } from '../errors.ts';
import type { TokenEndpoint } from '../oauth/endpoint.ts';
import type { Host } from './host.ts';
import { NotOurs, refuseForeign } from './login-owners.ts';
import type { RefreshOptions } from './refresh-terms.ts';
import { cannotWrite } from './sync.ts';

/**
 * Where this login's refresh token is to be sent. Throws `refused` where it is not to be sent at
 * all: `NotOurs` if it never will be, by us.
 */
export async function endpointFor(
  host: Host,
  login: StoredProfile,
  { allowTokenEndpoint: allowOther }: Pick<RefreshOptions, 'allowTokenEndpoint'>,
): Promise<TokenEndpoint> {
  const { options, effects } = host;
  const { id, credential, provider, extra } = login;
  if (options.offline === true) {
    throw new EpiloopError('refused', `--offline forbids to refresh ${id}`);
  }
  if (!host.writes) throw cannotWrite(host);
  if (credential.type !== 'oauth' || !isRefreshable(credential)) {
    const hint = 'log in again where it came from';
    throw new NotOurs('refused', `${id} has no refresh token`, { hint });
  }
  if (credential.refresh !== undefined) refuseForeign(host, provider, credential.refresh);
  const { findEndpoint } = await import('../oauth/endpoint.ts');
  const clientId = typeof extra.clientId === 'string' ? extra.clientId : undefined;
  const endpoint = findEndpoint({ provider, env: effects.env, clientId, allowOther });
  if (endpoint === undefined) {
    const hint = 'the gateway refreshes it when it next uses it';
    throw new NotOurs('refused', `no token endpoint is known for ${provider}`, { hint });
  }
  if (endpoint.overridden) {
    host.notices.push(`refresh tokens of ${provider} go to ${endpoint.url.host}`);
  }
  return endpoint;
}
