import { isRefreshable } from '../domain/credential.ts';
import { laterExpiry } from '../domain/generation.ts';
import { compareIdentity, identityOf } from '../domain/identity.ts';
import { joining } from '../domain/joining.ts';
import type { Profile } from '../domain/profile.ts';
import type { Decision, StoredProfile } from '../domain/reconcile.ts';
import * as credentials from '../store/credentials.ts';
import * as mirrors from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import type { Agent } from './agents.ts';
import { applyDecision } from './apply.ts';
import type { Host } from './host.ts';
import { findSibling, lookUp } from './lookup.ts';
import type { Incoming } from './pairs.ts';
import { peopleOf } from './people.ts';

/** A profile that does not come from the agent's own file. */
export interface ForeignProfile extends Pick<Incoming, 'profile' | 'source'> {
  /** the file that it comes from */
  readonly path: string;
  /** its place in the agent's file; without it a new one comes last */
  readonly position?: number | undefined;
}

/**
 * Carries out what was decided about a profile from another program's file; the agent's own file
 * should then carry it. Runs inside a transaction.
 */
export function takeInForeign(
  host: Host,
  agent: Agent,
  decision: Decision,
  { profile, source, path, position }: ForeignProfile,
  ours: (StoredProfile & { readonly position: number }) | undefined,
): void {
  const { db } = host.store;
  if (mirrors.get(db, agent.key) === undefined) {
    mirrors.save(db, { agentDir: agent.key, path: agent.path, extra: {}, findings: [] });
  }
  const incoming: Incoming = {
    profile,
    source,
    at: host.effects.now(),
    position: ours?.position ?? position ?? nextPosition(host, agent),
    confirmed: ours?.confirmed ?? false,
  };
  applyDecision(host, { ...agent, path }, decision, incoming, ours);
  mirrors.bump(db, [agent.key]);
}

function nextPosition(host: Host, agent: Agent): number {
  const own = profiles.list(host.store.db, agent.key);
  return own.reduce((last, { position }) => Math.max(last, position + 1), 0);
}

/** How a login that the agent does not have yet comes in: as one that we know, or as a new one. */
export function addition(
  host: Host,
  agent: Agent,
  profile: Profile,
  known = lookUp(host, profile, undefined),
): Decision {
  if (known !== undefined) return { kind: 'add', ...joining(profile, known, host.effects.now()) };
  const now = host.effects.now();
  const isShared = isRefreshable(profile.credential);
  const sibling = isShared
    ? findSibling(host, agent, profile, { fileModifiedAt: now, findPerson: peopleOf(host) })
    : undefined;
  const row = sibling && credentials.get(host.store.db, sibling.credentialId);
  if (row === undefined || compareIdentity(identityOf(profile), row.identity) === 'different') {
    return { kind: 'add' };
  }
  const isNewer = laterExpiry(profile.credential, row.credential, now) !== 'second';
  return { kind: 'add', join: row.id, ...(isNewer && { rotate: true as const }), fork: true };
}
