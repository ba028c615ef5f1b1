import { envCredential } from '../domain/env-keys.ts';
import { configProvider } from '../domain/in-use.ts';
import type { Secret } from '../domain/secret.ts';
import { importShellEnv, type ShellEnv } from './shell-env.ts';
import type { Situation } from './situation.ts';
import type { HandOutOutcome, HandOutRequest } from './uses.ts';

/** A secret that may be handed out, and where it comes from. */
export type Found = Pick<
  HandOutOutcome,
  'secret' | 'profileId' | 'type' | 'expiresAt' | 'source' | 'oauth'
>;

/** What serves without a profile: the environment, then the config's key. */
export async function fromElsewhere(
  situation: Situation,
  { provider, profileId }: HandOutRequest,
): Promise<Found | undefined> {
  if (profileId !== undefined) return undefined;
  const { host, config, environment } = situation;
  return elsewhere(situation, provider, await importShellEnv(host, config, environment));
}

/** The same, with what the login shell has already said. */
export function elsewhere(
  { host, config, environment }: Situation,
  provider: string,
  shell: ShellEnv,
): Found | undefined {
  const lookup = environment.lookup(config, shell.values);
  const variable = envCredential(provider, lookup, () => false, host.paths.home);
  if (variable?.secret !== undefined) {
    const { secret, source, oauth } = variable;
    return { ...plain(secret), type: oauth ? 'token' : 'api_key', source, oauth };
  }
  const key = configProvider(config, provider)?.apiKey;
  if (key?.secret === undefined || key.blank) return undefined;
  return { ...plain(key.secret), source: 'models.json', oauth: false };
}

function plain(secret: Secret) {
  return { secret, profileId: undefined, type: 'api_key', expiresAt: undefined } as const;
}
