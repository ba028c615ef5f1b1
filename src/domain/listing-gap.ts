import type { AgentView } from './agent-view.ts';
import type { Finding } from './finding.ts';
import type { HostConfig } from './host-config.ts';
import { findByProvider, normalizeProvider, sameProvider } from './provider.ts';

export interface ListingGaps {
  /** they keep a stored profile from being used */
  readonly findings: readonly Finding[];
  /** listed in vain, and nothing is hidden by it */
  readonly notes: readonly Finding[];
}

/**
 * Where `auth.profiles` of the config and what is stored differ. Once it lists any profile of a
 * provider, and no order is set, the gateway uses only what it lists (2026.1.24,
 * auth-profiles/order.ts).
 * @param views every agent's
 * @param except ids about which there is something better to say
 */
export function listingGaps(
  { auth }: HostConfig,
  views: readonly AgentView[],
  { path, except }: { readonly path: string; readonly except: ReadonlySet<string> },
): ListingGaps {
  const listed = [...auth.profiles].map(([id, { provider }]) => ({ id, provider }));
  const gaps = new Set(listed.map(({ provider }) => normalizeProvider(provider)));
  const findings: Finding[] = [];
  const notes: Finding[] = [];
  for (const provider of gaps) {
    const ids = listed.filter((each) => sameProvider(each.provider, provider)).map(({ id }) => id);
    const missing = ids.filter((id) => !views.some(({ profiles }) => profiles.has(id)));
    const ghosts = missing.filter((id) => !except.has(id));
    const hidden = hiddenBy(ids, provider, auth, views);
    const at = { provider, path };
    if (hidden.length === 0) notes.push(...ghosts.map((id) => isMissing(id, [], at)));
    else if (missing.length < ids.length) findings.push(...hidden.map((id) => isUnlisted(id, at)));
    else findings.push(...ghosts.map((id) => isMissing(id, hidden, at)));
  }
  return { findings, notes };
}

function hiddenBy(
  listed: readonly string[],
  provider: string,
  auth: HostConfig['auth'],
  views: readonly AgentView[],
): string[] {
  if (findByProvider(auth.order, provider) !== undefined) return [];
  const judged = views.filter(({ order }) => !findByProvider(order, provider)?.length);
  const stored = judged.flatMap(({ profiles }) => [...profiles.values()]);
  const ids = stored.filter((each) => sameProvider(each.provider, provider)).map(({ id }) => id);
  return [...new Set(ids)].filter((id) => !listed.includes(id));
}

interface Place {
  readonly provider: string;
  readonly path: string;
}

function isMissing(id: string, hidden: readonly string[], { provider, path }: Place): Finding {
  const key = `auth.profiles[${JSON.stringify(id)}]`;
  const why = hidden.length === 0 ? '' : `, and so hides ${hidden.join(', ')}`;
  return {
    reason: 'listed_missing',
    message: `the config lists ${id}, which nobody stores${why}`,
    hint: `remove ${key} in ${path}`,
    provider,
    profileId: id,
    path,
    exit: 0,
  };
}

function isUnlisted(id: string, { provider, path }: Place): Finding {
  const key = `auth.profiles[${JSON.stringify(id)}]`;
  return {
    reason: 'unlisted',
    message: `${id} is never used: the config lists other profiles of ${provider}`,
    hint: `add ${key} in ${path}, or remove the profile`,
    provider,
    profileId: id,
    path,
    exit: 0,
  };
}
