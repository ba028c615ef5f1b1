import type { HostConfig } from './host-config.ts';
import type { ProfileFacts } from './profile.ts';
import type { HealthStatus, ProfileHealth, ProviderHealth } from './status-report.ts';

export interface HealthInput {
  readonly profiles: ReadonlyMap<string, ProfileFacts>;
  /** the config's `auth.profiles`: its e-mail comes before the profile's own */
  readonly config: HostConfig['auth']['profiles'];
  /** each appears in the answer; profiles of others (compared as typed) do not */
  readonly providers: readonly string[];
  readonly now: number;
  /** ms; what expires within it is `expiring` */
  readonly warnWithin: number;
}

export interface Health {
  readonly profiles: readonly ProfileHealth[];
  readonly providers: readonly ProviderHealth[];
}

/** Expiry by profile and by provider, as the gateway sees it (2026.1.24, agents/auth-health.ts). */
export function assessHealth(input: HealthInput): Health {
  const byProvider = new Map<string, ProfileHealth[]>();
  for (const provider of input.providers) byProvider.set(provider, []);
  for (const facts of input.profiles.values()) {
    byProvider.get(facts.provider)?.push(profileHealth(facts, input));
  }
  const providers = [...byProvider]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([provider, profiles]) => providerHealth(provider, profiles.sort(byId), input.now));
  return { profiles: providers.flatMap((entry) => entry.profiles), providers };
}

function byId(a: ProfileHealth, b: ProfileHealth): number {
  return a.profileId.localeCompare(b.profileId);
}

/**
 * One profile. `static`: a key, or a token without a positive expiry; `missing`: an OAuth login
 * without one. The last millisecond counts as expired, the edge of the window as expiring.
 */
export function profileHealth(
  facts: ProfileFacts,
  { config, now, warnWithin }: Pick<HealthInput, 'config' | 'now' | 'warnWithin'>,
): ProfileHealth {
  const status = expiryStatus(facts, now, warnWithin);
  const { id, provider, type, expiresAt } = facts;
  const times = timesOf(status, expiresAt, now);
  const label = displayLabel(facts, config);
  return { profileId: id, provider, type, status, ...times, source: sourceOf(id), label };
}

/** An OAuth login's useless expiry (0) is shown as the file has it, without a remaining time. */
function timesOf(
  status: HealthStatus,
  expiresAt: number | undefined,
  now: number,
): { expiresAt?: number; remainingMs?: number } {
  if (status === 'static' || expiresAt === undefined) return {};
  return status === 'missing' ? { expiresAt } : { expiresAt, remainingMs: expiresAt - now };
}

/** The status word alone; `warnWithin` in ms. */
export function expiryStatus(
  { type, expiresAt }: Pick<ProfileFacts, 'type' | 'expiresAt'>,
  now: number,
  warnWithin: number,
): HealthStatus {
  if (type === 'api_key') return 'static';
  if (expiresAt === undefined || !Number.isFinite(expiresAt) || expiresAt <= 0) {
    return type === 'token' ? 'static' : 'missing';
  }
  if (expiresAt <= now) return 'expired';
  return expiresAt - now <= warnWithin ? 'expiring' : 'ok';
}

function sourceOf(id: string): ProfileHealth['source'] {
  if (id === 'anthropic:claude-cli') return 'claude-cli';
  return id === 'openai-codex:codex-cli' ? 'codex-cli' : 'store';
}

/** `id (e-mail)`, or the id alone. */
export function displayLabel(facts: ProfileFacts, config: HostConfig['auth']['profiles']): string {
  const configured = (config.get(facts.id)?.email ?? '').trim();
  const email = configured === '' ? (facts.email ?? '').trim() : configured;
  return email === '' ? facts.id : `${facts.id} (${email})`;
}

function providerHealth(
  provider: string,
  profiles: readonly ProfileHealth[],
  now: number,
): ProviderHealth {
  const status = worst(profiles);
  let expiresAt: number | undefined;
  for (const profile of profiles) {
    if (profile.expiresAt === undefined) continue;
    expiresAt = Math.min(expiresAt ?? profile.expiresAt, profile.expiresAt);
  }
  const times = expiresAt === undefined ? {} : { expiresAt, remainingMs: expiresAt - now };
  return { provider, status, profiles, ...times };
}

function worst(profiles: readonly ProfileHealth[]): HealthStatus {
  if (profiles.length === 0) return 'missing';
  const expirable = profiles.filter((profile) => profile.type !== 'api_key');
  if (expirable.length === 0) return 'static';
  const has = (status: HealthStatus): boolean =>
    expirable.some((profile) => profile.status === status);
  if (has('expired') || has('missing')) return 'expired';
  return has('expiring') ? 'expiring' : 'ok';
}
