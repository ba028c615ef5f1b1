import type { AgentView, EnvLookup } from './agent-view.ts';
import * as complaint from './complaint.ts';
import { unusableUntil } from './cooldown.ts';
import { envCredential } from './env-keys.ts';
import type { Finding } from './finding.ts';
import { expiryStatus } from './health.ts';
import type { HostConfig } from './host-config.ts';
import { configProvider, keyless } from './in-use.ts';
import { type Candidate, orderProfiles, type Resolution } from './order.ts';
import type { ProfileFacts } from './profile.ts';

export interface SupplyInput {
  readonly view: AgentView;
  readonly config: HostConfig;
  readonly env: EnvLookup;
  readonly fileExists: (path: string) => boolean;
  readonly home?: string | undefined;
  readonly now: number;
  /** `--usable`: what cannot be used at this moment counts too */
  readonly usable: boolean;
  /** named in messages and hints; undefined for the agent that was asked about */
  readonly agentId?: string | undefined;
}

/** One provider of one agent, while its findings are made. */
interface Case extends SupplyInput {
  readonly target: string;
  readonly provider: string;
  readonly resolution: Resolution;
  /** kept by the resolver, and not an OAuth login past both expiry and hope of a refresh */
  readonly live: readonly Candidate[];
  /** the exit code of whatever leaves this provider with nothing: 1 if a model needs it */
  readonly blocked: 0 | 1;
}

/**
 * What stands between a provider (normalised) and its use. `needed`: a configured model runs on it;
 * then findings that leave it with nothing usable (no profile, environment, key in the config, and
 * not keyless) have exit 1. Everything else here is information.
 */
export function judgeSupply(provider: string, needed: boolean, input: SupplyInput): Finding[] {
  const { view, config, now } = input;
  const { profiles, order: storedOrder, usage } = view;
  const asked = { provider, profiles, storedOrder, config: config.auth, usage, now };
  const resolution = orderProfiles(asked);
  const live = resolution.candidates.filter((candidate) => isLive(candidate, input));
  const blocked = needed && otherSource(provider, input) === undefined ? 1 : 0;
  const target = view.agentId;
  const subject: Case = { ...input, target, provider, resolution, live, blocked };
  if (live.length > 0) {
    return [...resting(subject, needed), ...refreshes(subject, 0), ...obstacles(subject, 0)];
  }
  const found = [
    ...refreshes(subject, input.usable ? blocked : 0),
    ...leftOut(subject),
    ...obstacles(subject, blocked),
  ];
  if (blocked === 0 || found.some((finding) => finding.exit === 1)) return found;
  const stored = resolution.candidates.some(({ id }) => profiles.has(id));
  return [complaint.noCredential({ ...subject, exit: 1 }, stored), ...found];
}

function isLive({ verdict, id }: Candidate, { view, now }: SupplyInput): boolean {
  const facts = view.profiles.get(id);
  return verdict !== 'dropped' && facts !== undefined && !isSpent(facts, now);
}

/** It can be used now, if need be after a refresh. */
export function isReady({ id, verdict }: Candidate, view: AgentView, now: number): boolean {
  const facts = view.profiles.get(id);
  return verdict === 'ready' && facts !== undefined && !isSpent(facts, now);
}

/** Nothing in it can be used again: empty, or expired without a way to refresh it. */
export function isSpent(facts: ProfileFacts, now: number): boolean {
  return facts.blank || (!facts.refreshable && expiryStatus(facts, now, 0) === 'expired');
}

/** What a provider runs on without a profile, the first that there is: the gateway's order. */
export function otherSource(
  provider: string,
  { config, env, fileExists, home }: Omit<SupplyInput, 'view' | 'now' | 'usable'>,
): 'env' | 'models.json' | 'keyless' | undefined {
  if (envCredential(provider, env, fileExists, home) !== undefined) return 'env';
  if (configProvider(config, provider)?.apiKey?.blank === false) return 'models.json';
  return keyless(provider, config, env) ? 'keyless' : undefined;
}

/**
 * Profiles in cooldown or disabled. With all of them disabled the provider is down; with all of them
 * merely resting it is so only for `--usable`, since a cooldown is short.
 */
function resting(subject: Case, needed: boolean): Finding[] {
  const { live, usable, blocked, view, now } = subject;
  const states = live.flatMap(({ id }) => {
    const state = unusableUntil(view.usage.get(id), now);
    return state === undefined ? [] : [{ id, state }];
  });
  const none = states.length === live.length;
  const disabled = none && states.every(({ state }) => state.kind === 'disabled');
  const exit = none && !disabled && usable ? blocked : 0;
  const found = states.map(({ id, state }) =>
    complaint.isResting(id, state, now, { ...subject, exit, agentId: ownerIn(subject, id) }),
  );
  if (!disabled || !needed) return found;
  return [complaint.allDisabled({ ...subject, exit: blocked }), ...found];
}

/** Profiles that could be used if the list in force named them. */
function leftOut(subject: Case): Finding[] {
  const { resolution, view, now, blocked } = subject;
  const ids = resolution.candidates
    .filter(({ reason }) => reason === 'not_in_order')
    .map(({ id }) => view.profiles.get(id))
    .flatMap((facts) => (facts === undefined || isSpent(facts, now) ? [] : [facts.id]));
  if (ids.length === 0) return [];
  return [complaint.leftOut(ids, resolution.basis, { ...subject, exit: blocked })];
}

/** Per stored profile why it cannot be used; `exit` where that leaves the provider with nothing. */
function obstacles(subject: Case, exit: 0 | 1): Finding[] {
  return subject.resolution.candidates.flatMap((candidate) => {
    const facts = subject.view.profiles.get(candidate.id);
    if (facts === undefined) return [];
    const agentId = ownerOf(facts, subject.agentId);
    return obstacle(candidate, facts, {
      ...subject,
      exit,
      agentId,
      target: targetOf(facts, subject.view.agentId),
    });
  });
}

/** Whose file a hint about a profile mends. */
export function targetOf({ inherited }: Pick<ProfileFacts, 'inherited'>, agentId: string): string {
  return inherited ? 'main' : agentId;
}

/** Whom a finding about a profile names: what an agent inherits is main's to mend. */
export function ownerOf(
  { inherited }: Pick<ProfileFacts, 'inherited'>,
  agentId: string | undefined,
): string | undefined {
  return inherited ? undefined : agentId;
}

/** Logins of which a refresh was refused or cut off; `exit` where a refusal leaves nothing. */
function refreshes(subject: Case, exit: 0 | 1): Finding[] {
  return subject.resolution.candidates.flatMap(({ id }) => {
    const facts = subject.view.profiles.get(id);
    if (facts?.refresh === undefined) return [];
    const target = targetOf(facts, subject.view.agentId);
    const about = { ...subject, exit, agentId: ownerOf(facts, subject.agentId), target };
    const tell = facts.refresh === 'refused' ? complaint.refreshRefused : complaint.refreshInDoubt;
    return [tell(facts, about)];
  });
}

function ownerIn({ view, agentId }: Case, id: string): string | undefined {
  return ownerOf(view.profiles.get(id) ?? { inherited: false }, agentId);
}

function obstacle(
  { reason, verdict }: Candidate,
  facts: ProfileFacts,
  subject: Case & { readonly exit: 0 | 1 },
): Finding[] {
  const { config, now, exit } = subject;
  if (reason === 'mode_mismatch' || reason === 'config_other_provider') {
    return [complaint.mismatch(facts, reason, config, subject)];
  }
  if (facts.blank) {
    const cause = reason === 'blank_secret' ? exit : 0;
    return [complaint.emptySecret(facts, { ...subject, exit: cause })];
  }
  // kept and yet an obstacle: an OAuth login that is past its expiry and cannot be refreshed
  const expired = reason === 'expired' || verdict !== 'dropped';
  return expired && exit === 1 ? [complaint.hasExpired(facts, now, subject)] : [];
}
