import { unusableUntil } from './cooldown.ts';
import type { CredentialType } from './credential.ts';
import type { HostConfig } from './host-config.ts';
import type { ProfileFacts, Usage } from './profile.ts';
import { findByProvider, normalizeProvider, sameProvider } from './provider.ts';

/** Why a profile cannot be used at all, for the caller to explain; a closed list. */
export type DropReason =
  | 'not_stored'
  | 'other_provider'
  /** the config names it with a mode that the stored type does not satisfy */
  | 'mode_mismatch'
  | 'config_other_provider'
  | 'blank_secret'
  | 'expired'
  /** stored for this provider, but the list in force does not name it */
  | 'not_in_order';

export interface Candidate {
  readonly id: string;
  readonly verdict: 'ready' | 'cooling' | 'dropped';
  /** for `dropped` */
  readonly reason?: DropReason;
  /** for `cooling`: ms since the epoch, usable again from then on */
  readonly until?: number;
  /** as typed in the file; absent where nothing is stored under this id */
  readonly provider?: string;
  readonly type?: CredentialType;
}

export interface Resolution {
  /** the list in force: the agent's order, the config's, the config's profiles, or all stored */
  readonly basis: 'store' | 'config' | 'listed' | 'all';
  /** in the order of use, the dropped ones behind */
  readonly candidates: readonly Candidate[];
}

export interface OrderQuestion {
  /** any spelling */
  readonly provider: string;
  /** in the file's order, which decides ties */
  readonly profiles: ReadonlyMap<string, ProfileFacts>;
  /** `order` of the agent's file: provider as typed → ids */
  readonly storedOrder: ReadonlyMap<string, readonly string[]>;
  readonly config: Pick<HostConfig['auth'], 'order' | 'profiles'>;
  readonly usage: ReadonlyMap<string, Usage>;
  readonly now: number;
  /** a session's pin: first, if it is kept at all, even while it is cooling */
  readonly preferred?: string | undefined;
}

/**
 * Which profiles of a provider are used, in which order, and why the others are not: the only
 * resolver there is. The rules are the gateway's (2026.1.24, auth-profiles/order.ts); `lastGood`
 * has no part in them, and an OAuth login is kept whatever its expiry, since it may be refreshed.
 */
export function orderProfiles(question: OrderQuestion): Resolution {
  const stored = storedOf(question);
  const { basis, ids } = baseList(question, stored);
  const named = new Set(ids);
  const judged = [...named].map((id) => judgeOne(id, question));
  const kept = sortKept(judged, question, basis);
  const left = stored.filter((id) => !named.has(id));
  const dropped = judged.filter((candidate) => candidate.verdict === 'dropped');
  const unlisted = left.map((id) => drop(id, 'not_in_order', question.profiles.get(id)));
  return { basis, candidates: [...kept, ...dropped, ...unlisted] };
}

interface BaseList {
  readonly basis: Resolution['basis'];
  readonly ids: readonly string[];
}

/**
 * An empty list in the config means nobody; an empty one in the store is no list (the gateway
 * drops it when it loads the file).
 */
function baseList(
  { provider, storedOrder, config }: OrderQuestion,
  stored: readonly string[],
): BaseList {
  const nonEmpty = new Map([...storedOrder].filter(([, ids]) => ids.length > 0));
  const ordered = findByProvider(nonEmpty, provider);
  if (ordered !== undefined) return { basis: 'store', ids: ordered };
  const configured = findByProvider(config.order, provider);
  if (configured !== undefined) return { basis: 'config', ids: configured };
  const listed = [...config.profiles].filter(([, entry]) => sameProvider(entry.provider, provider));
  if (listed.length > 0) return { basis: 'listed', ids: listed.map(([id]) => id) };
  return { basis: 'all', ids: stored };
}

function storedOf({ profiles, provider }: OrderQuestion): string[] {
  const wanted = normalizeProvider(provider);
  const ids: string[] = [];
  for (const [id, facts] of profiles) {
    if (normalizeProvider(facts.provider) === wanted) ids.push(id);
  }
  return ids;
}

function judgeOne(id: string, question: OrderQuestion): Candidate {
  const facts = question.profiles.get(id);
  const reason = dropReason(id, facts, question);
  if (facts === undefined || reason !== undefined) return drop(id, reason ?? 'not_stored', facts);
  const unusable = unusableUntil(question.usage.get(id), question.now);
  const known = { provider: facts.provider, type: facts.type };
  if (unusable === undefined) return { id, verdict: 'ready', ...known };
  return { id, verdict: 'cooling', until: unusable.until, ...known };
}

function dropReason(
  id: string,
  facts: ProfileFacts | undefined,
  { provider, config, now }: OrderQuestion,
): DropReason | undefined {
  if (facts === undefined) return 'not_stored';
  if (!sameProvider(facts.provider, provider)) return 'other_provider';
  const listed = config.profiles.get(id);
  if (listed !== undefined && !sameProvider(listed.provider, provider)) {
    return 'config_other_provider';
  }
  if (listed !== undefined && !modeAccepts(listed.mode, facts.type)) return 'mode_mismatch';
  if (facts.blank) return 'blank_secret';
  return facts.type === 'token' && isPast(facts.expiresAt, now) ? 'expired' : undefined;
}

/** The config's mode `oauth` also takes a stored token; every other mode only its own type. */
export function modeAccepts(mode: CredentialType, type: CredentialType): boolean {
  return mode === type || (mode === 'oauth' && type === 'token');
}

/** Zero and negative expiries are none; the last millisecond is already too late. */
function isPast(expiresAt: number | undefined, now: number): boolean {
  return expiresAt !== undefined && expiresAt > 0 && now >= expiresAt;
}

function drop(id: string, reason: DropReason, facts: ProfileFacts | undefined): Candidate {
  const known = facts === undefined ? {} : { provider: facts.provider, type: facts.type };
  return { id, verdict: 'dropped', reason, ...known };
}

const preference: Readonly<Record<CredentialType, number>> = { oauth: 0, token: 1, api_key: 2 };

function sortKept(
  judged: readonly Candidate[],
  { usage, preferred }: OrderQuestion,
  basis: Resolution['basis'],
): Candidate[] {
  const ready = judged.filter((candidate) => candidate.verdict === 'ready');
  const cooling = judged.filter((candidate) => candidate.verdict === 'cooling');
  const lastUsed = (id: string): number => usage.get(id)?.lastUsed ?? 0;
  if (basis === 'listed' || basis === 'all') {
    ready.sort((a, b) => rank(a) - rank(b) || lastUsed(a.id) - lastUsed(b.id));
  }
  cooling.sort((a, b) => (a.until ?? 0) - (b.until ?? 0));
  const kept = [...ready, ...cooling];
  const first = kept.filter((candidate) => candidate.id === preferred);
  return [...first, ...kept.filter((candidate) => candidate.id !== preferred)];
}

function rank({ type }: Candidate): number {
  return type === undefined ? Number.MAX_SAFE_INTEGER : preference[type];
}
