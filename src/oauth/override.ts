import { EpiloopError } from '../errors.ts';
import type { Environment } from '../ports.ts';
import { isLoopbackAddress } from './address.ts';
import { variableOf } from './endpoint.ts';

export interface OverrideQuestion {
  /** any spelling */
  readonly provider: string;
  /** the process environment, never a file's */
  readonly env: Environment;
  /** host names that are the provider's own */
  readonly own: readonly string[];
  /** the operator allows an address that is not the provider's own */
  readonly allowOther: boolean;
}

/** What an operator put in the place of the provider's own, e.g. `SCOPES`; blank is none. */
export function settingOf(
  what: string,
  { provider, env }: Pick<OverrideQuestion, 'provider' | 'env'>,
): string | undefined {
  return env[variableOf(what, provider)]?.trim() || undefined;
}

/**
 * An address that an operator put in the place of the provider's own (`EPILOOP_<WHAT>_<PROVIDER>`),
 * under the rules of `findEndpoint`: https, or http to this host itself.
 * @throws EpiloopError `refused` for another host that is not allowed, `usage` for what is no such
 * address; neither repeats more of it than its host
 */
export function addressOf(what: string, question: OverrideQuestion): URL | undefined {
  const text = settingOf(what, question);
  if (text === undefined) return undefined;
  const name = variableOf(what, question.provider);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isSafe(url)) {
    throw new EpiloopError('usage', `${name} is no address that a login may go to`, {
      hint: 'https://host/path without user name and fragment; http only to 127.0.0.1 or [::1]',
    });
  }
  if (isOwn(url, question.own) || question.allowOther) return url;
  throw new EpiloopError('refused', `${name} names another host: ${url.host}`, {
    hint: 'add --allow-token-endpoint if people may be sent there to log in',
  });
}

/** One of the provider's own hosts, by https and on the usual port. */
export function isOwn(url: URL, own: readonly string[]): boolean {
  return url.protocol === 'https:' && url.port === '' && own.includes(url.hostname);
}

function isSafe(url: URL): boolean {
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackAddress(url.hostname));
}
