import type { Unusable } from './cooldown.ts';
import { formatRemaining } from './duration.ts';
import type { Finding } from './finding.ts';
import type { HostConfig } from './host-config.ts';
import type { DropReason, Resolution } from './order.ts';
import type { ProfileFacts } from './profile.ts';
import {
  clearCooldown,
  clearCooldowns,
  clearOrder,
  firstCredential,
  refreshNow,
  renewal,
} from './remedy.ts';

/** What the findings about one provider of one agent have in common. */
export interface Subject {
  /** normalised */
  readonly provider: string;
  /** named in messages; undefined for the agent that was asked about */
  readonly agentId?: string | undefined;
  /** whose credentials or order the hint mends, named in the message or not */
  readonly target?: string | undefined;
  readonly exit: number;
}

export function noCredential(
  { provider, agentId, target, exit }: Subject,
  stored: boolean,
): Finding {
  const what = stored ? 'no usable credential' : 'no credential';
  const message = `${provider} has ${what}${ofAgent(agentId)}`;
  return { reason: 'missing', message, hint: firstCredential(provider, target), provider, exit };
}

export function emptySecret(
  facts: ProfileFacts,
  { provider, agentId, target, exit }: Subject,
): Finding {
  const message = `${facts.id} has an empty secret${ofAgent(agentId)}`;
  const hint = renewal(facts, target);
  return { reason: 'blank_secret', message, hint, provider, profileId: facts.id, exit };
}

/** `anthropic:manual expired 3d ago`. */
export function hasExpired(
  facts: ProfileFacts,
  now: number,
  { provider, agentId, target, exit }: Subject,
): Finding {
  const { id: profileId, expiresAt: at } = facts;
  const since = formatRemaining(now - (at ?? now));
  const message = `${profileId} expired ${since} ago${ofAgent(agentId)}`;
  return {
    reason: 'expired',
    message,
    hint: renewal(facts, target),
    provider,
    profileId,
    at,
    exit,
  };
}

/** The provider has said no to its refresh token: it lasts as long as its access token. */
export function refreshRefused(
  facts: ProfileFacts,
  { provider, agentId, target, exit }: Subject,
): Finding {
  const message = `${facts.id} cannot be refreshed any more: ${provider} refuses it${ofAgent(agentId)}`;
  const hint = renewal(facts, target);
  return { reason: 'refresh_refused', message, hint, provider, profileId: facts.id, exit };
}

/** A run was cut off while it refreshed: the next use finds out whether the token is spent. */
export function refreshInDoubt(
  facts: ProfileFacts,
  { provider, agentId, target }: Subject,
): Finding {
  const message = `a refresh of ${facts.id} was cut off before its answer came${ofAgent(agentId)}`;
  const hint = `${refreshNow(facts.id, target)}; if that is refused, log in again`;
  return { reason: 'refresh_in_doubt', message, hint, provider, profileId: facts.id, exit: 0 };
}

/** It ends within the window; `missing`: an OAuth login that does not say when it does. */
export function isExpiring(
  facts: ProfileFacts,
  reason: 'expiring' | 'missing',
  now: number,
  { provider, agentId, target, exit }: Subject,
): Finding {
  const { id: profileId, expiresAt: at } = facts;
  const left = `expires in ${formatRemaining((at ?? now) - now)}`;
  const what = reason === 'missing' ? 'has no valid expiry' : left;
  const message = `${profileId} ${what}${ofAgent(agentId)}`;
  return { reason, message, hint: renewal(facts, target), provider, profileId, at, exit };
}

/** The config names the profile with another mode or another provider than it is stored with. */
export function mismatch(
  facts: ProfileFacts,
  reason: DropReason & ('mode_mismatch' | 'config_other_provider'),
  config: HostConfig,
  { provider, agentId, exit }: Subject,
): Finding {
  const { id } = facts;
  const listed = config.auth.profiles.get(id);
  const [field, stored, configured] =
    reason === 'mode_mismatch'
      ? (['mode', facts.type, listed?.mode] as const)
      : (['provider', facts.provider, listed?.provider] as const);
  const says = `auth.profiles says ${field} ${configured}`;
  const message = `${id} is stored as ${stored}${ofAgent(agentId)}, but ${says}`;
  const hint = `set auth.profiles["${id}"].${field} to "${stored}" in epiloop.json`;
  return { reason: 'mode_mismatch', message, hint, provider, profileId: id, exit };
}

/** The list in force names nothing that is usable, although usable profiles are stored. */
export function leftOut(
  ids: readonly string[],
  basis: Resolution['basis'],
  { provider, agentId, target, exit }: Subject,
): Finding {
  const [list, hint] = listInForce(basis, provider, target ?? 'main');
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
  const names = `${ids.slice(0, 3).join(', ')}${more}`;
  const where = `${provider}${ofAgent(agentId)}`;
  const message = `${list} leaves nothing usable for ${where}: it does not name ${names}`;
  return { reason: 'order_excludes_all', message, hint, provider, exit };
}

/** What the list is called, and how a profile gets into it. */
export function listInForce(
  basis: Resolution['basis'],
  provider: string,
  target: string,
): readonly [name: string, remedy: string] {
  const lists: Readonly<Record<Resolution['basis'], readonly [string, string]>> = {
    store: ['the stored order', clearOrder(provider, target)],
    config: ['auth.order', 'name it in auth.order of epiloop.json'],
    listed: ['auth.profiles', 'list it in auth.profiles of epiloop.json'],
    all: ['the order', clearOrder(provider, target)],
  };
  return lists[basis];
}

export function allDisabled({ provider, agentId, target, exit }: Subject): Finding {
  const message = `every profile of ${provider} is disabled${ofAgent(agentId)}`;
  const hint = target === undefined ? undefined : clearCooldowns(provider, target);
  return { reason: 'all_disabled', message, hint, provider, exit };
}

/** A cooling or a disabled profile, for another `10m`. */
export function isResting(
  profileId: string,
  { kind, reason: why, until: at }: Unusable,
  now: number,
  { provider, agentId, target, exit }: Subject,
): Finding {
  const message = `${profileId} is ${restWords({ kind, reason: why, until: at }, now)}${ofAgent(agentId)}`;
  const hint = target === undefined ? undefined : clearCooldown(profileId, target);
  return { reason: 'cooldown', message, hint, provider, profileId, at, exit };
}

/** `disabled (billing) for another 3h` */
export function restWords({ kind, reason, until }: Unusable, now: number): string {
  const disabled = reason === undefined ? 'disabled' : `disabled (${shownReason(reason)})`;
  const what = kind === 'disabled' ? disabled : 'cooling down';
  return `${what} for another ${formatRemaining(until - now)}`;
}

/** The file's `disabledReason` as it may be shown: free text could be anything, a secret too. */
export function shownReason(text: string): string {
  return /^[a-z_]{1,24}$/.test(text) ? text : '?';
}

function ofAgent(agentId: string | undefined): string {
  return agentId === undefined ? '' : ` for agent ${agentId}`;
}
