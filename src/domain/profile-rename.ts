import type { ConfigProfile } from './host-config.ts';
import type { ProfileFacts } from './profile.ts';
import { findByProvider, normalizeProvider, sameProvider } from './provider.ts';

/** What earlier gateways called the first login of Anthropic; later ones name it by its e-mail. */
export const LEGACY_ID = 'anthropic:default';

const PROVIDER = 'anthropic';

export type ProfileRename =
  | {
      readonly kind: 'rename';
      readonly to: string;
      readonly by: 'email' | 'last good' | 'only login' | 'only e-mail';
      /** of the stored profile */
      readonly email?: string | undefined;
    }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] };

/**
 * The stored login that `anthropic:default` of the config stands for (the gateway's rule, 2026.1.24,
 * auth-profiles/repair.ts): the one with the configured e-mail, else the last good one, else the only
 * one, else the only one whose id ends in an e-mail address. Undefined: the config does not name it
 * as an OAuth login, it is stored, or nothing is stored that it could stand for.
 * @param stored main's profiles
 * @param lastGood main's, by provider as typed
 */
export function renameOfDefault(
  listed: ReadonlyMap<string, ConfigProfile>,
  stored: ReadonlyMap<string, ProfileFacts>,
  lastGood: ReadonlyMap<string, string>,
): ProfileRename | undefined {
  const entry = listed.get(LEGACY_ID);
  if (entry?.mode !== 'oauth' || !sameProvider(entry.provider, PROVIDER)) return undefined;
  if (stored.has(LEGACY_ID)) return undefined;
  const logins = [...stored.values()].filter(isLogin);
  if (logins.length === 0) return undefined;
  const good = findByProvider(lastGood, PROVIDER);
  const ways = [
    { by: 'email', fits: logins.filter((login) => hasEmail(login, entry.email)) },
    { by: 'last good', fits: logins.filter(({ id }) => id === good) },
    { by: 'only login', fits: logins },
    { by: 'only e-mail', fits: logins.filter(({ id }) => /:[^@\s]+@[^@\s]+$/.test(id)) },
  ] as const;
  for (const { by, fits } of ways) {
    const [only] = fits;
    if (only === undefined || fits.length > 1) continue;
    return { kind: 'rename', to: only.id, by, email: only.email };
  }
  return { kind: 'ambiguous', candidates: logins.map(({ id }) => id) };
}

function isLogin({ provider, type }: ProfileFacts): boolean {
  return type === 'oauth' && normalizeProvider(provider) === PROVIDER;
}

function hasEmail({ id, email }: ProfileFacts, configured: string | undefined): boolean {
  const wanted = configured?.trim();
  if (!wanted) return false;
  return email?.trim() === wanted || id === `${PROVIDER}:${wanted}`;
}
