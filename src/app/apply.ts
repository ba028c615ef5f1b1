import { identityOf } from '../domain/identity.ts';
import type { Profile } from '../domain/profile.ts';
import { normalizeProvider } from '../domain/provider.ts';
import type { Decision, StoredProfile } from '../domain/reconcile.ts';
import * as credentials from '../store/credentials.ts';
import * as mirrors from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import * as tombstones from '../store/tombstones.ts';
import type { Agent } from './agents.ts';
import { credentialMark, recordProfile } from './history.ts';
import type { Host } from './host.ts';

/** A profile that comes in, from a mirror or from another tool. */
export interface Incoming {
  readonly profile: Profile;
  /** `file`, `claude-cli`, … */
  readonly source: string;
  /** when that happened, as far as the file tells; ms since the epoch */
  readonly at: number;
  /** its place in the file */
  readonly position: number;
  /** it stands in a version of the mirror that somebody else wrote */
  readonly confirmed: boolean;
}

/**
 * Carries out what reconciling decided for one profile. Runs inside a transaction; every change
 * leaves a history row, and every agent's file that should carry it becomes pending.
 */
export function applyDecision(
  host: Host,
  agent: Agent,
  decision: Decision,
  incoming: Incoming | undefined,
  ours: StoredProfile | undefined,
): void {
  if (decision.kind === 'remove') removeProfile(host, agent, ours);
  else if (incoming !== undefined) takeIn(host, agent, decision, incoming, ours);
}

function takeIn(
  host: Host,
  agent: Agent,
  decision: Decision,
  incoming: Incoming,
  ours: StoredProfile | undefined,
): void {
  if (decision.kind === 'add') addProfile(host, agent, decision, incoming);
  if (ours === undefined) return;
  const change = { incoming, ours };
  if (decision.kind === 'keep' && decision.fork === true) keepFork(host, change);
  if (decision.kind === 'rotate') rotateProfile(host, agent, decision, change);
  if (decision.kind === 'replace') replaceProfile(host, agent, decision, change);
  if (decision.kind === 'describe') describeProfile(host, agent, change);
}

interface Change {
  readonly incoming: Incoming;
  readonly ours: StoredProfile;
}

function addProfile(
  host: Host,
  agent: Agent,
  decision: { readonly join?: number; readonly rotate?: true },
  incoming: Incoming,
): void {
  const id = decision.join ?? insert(host, incoming);
  if (decision.join !== undefined && decision.rotate === true) {
    supersede(host, id, incoming, undefined);
  }
  point(host, agent, id, incoming);
  tombstones.remove(host.store.db, agent.key, incoming.profile.id);
  const mark = credentialMark(host, id, incoming.source);
  recordProfile(host, agent, 'profile_added', incoming.profile.id, { after: mark });
}

function rotateProfile(
  host: Host,
  agent: Agent,
  decision: { readonly fork: boolean },
  { incoming, ours }: Change,
): void {
  const before = credentialMark(host, ours.credentialId);
  supersede(host, ours.credentialId, incoming, decision.fork ? 'fork' : undefined);
  point(host, agent, ours.credentialId, incoming);
  const after = credentialMark(host, ours.credentialId, incoming.source);
  recordProfile(host, agent, 'rotated', incoming.profile.id, { before, after });
}

/** A new key takes the row of the one before; another login gets its own, since others may hold the old. */
function replaceProfile(
  host: Host,
  agent: Agent,
  decision: { readonly join?: number; readonly fork: boolean },
  { incoming, ours }: Change,
): void {
  const before = credentialMark(host, ours.credentialId);
  const ownLogin = incoming.profile.credential.type === 'oauth' && ours.credential.type === 'oauth';
  const alone = profiles.holders(host.store.db, ours.credentialId).length === 1;
  let id = decision.join;
  if (id === undefined && alone && !ownLogin) {
    id = ours.credentialId;
    supersede(host, id, incoming, 'replaced');
  }
  id ??= insert(host, incoming);
  point(host, agent, id, incoming);
  const event = ownLogin ? 'login_replaced' : 'replaced';
  const after = credentialMark(host, id, incoming.source);
  recordProfile(host, agent, event, incoming.profile.id, { before, after });
}

function describeProfile(host: Host, agent: Agent, { incoming, ours }: Change): void {
  const { credential } = incoming.profile;
  if (credential.type !== 'api_key') {
    credentials.setExpiry(host.store.db, ours.credentialId, credential.expiresAt, incoming.at);
    markPending(host, ours.credentialId);
  }
  point(host, agent, ours.credentialId, incoming);
  const after = credentialMark(host, ours.credentialId);
  recordProfile(host, agent, 'described', incoming.profile.id, { after });
}

function removeProfile(host: Host, agent: Agent, ours: StoredProfile | undefined): void {
  if (ours === undefined) return;
  const { db } = host.store;
  const row = credentials.get(db, ours.credentialId);
  tombstones.set(db, agent.key, ours.id, {
    secretHash: row?.secretHash ?? '',
    refreshHash: row?.refreshHash,
    credential: ours.credentialId,
    removedAt: host.effects.now(),
  });
  const before = credentialMark(host, ours.credentialId);
  profiles.remove(db, agent.key, ours.id);
  recordProfile(host, agent, 'profile_removed', ours.id, { before });
}

function keepFork(host: Host, { incoming, ours }: Change): void {
  credentials.addFork(host.store.db, {
    id: ours.credentialId,
    credential: incoming.profile.credential,
    hash: host.store.hash,
    now: host.effects.now(),
  });
}

function insert(host: Host, { profile, source, at }: Incoming): number {
  return credentials.insert(host.store.db, {
    provider: normalizeProvider(profile.provider),
    credential: profile.credential,
    identity: identityOf(profile),
    source,
    hash: host.store.hash,
    now: at,
  });
}

function supersede(
  host: Host,
  id: number,
  { profile, at }: Incoming,
  keep: 'fork' | 'replaced' | undefined,
): void {
  credentials.supersede(host.store.db, {
    id,
    credential: profile.credential,
    identity: identityOf(profile),
    hash: host.store.hash,
    now: at,
    keep,
  });
  markPending(host, id);
}

/** Every file that holds the credential should carry its new state. */
function markPending(host: Host, credentialId: number): void {
  mirrors.bump(host.store.db, profiles.holders(host.store.db, credentialId));
}

function point(host: Host, agent: Agent, credentialId: number, incoming: Incoming): void {
  const { profile, position, confirmed } = incoming;
  const { id, provider, email, extra } = profile;
  profiles.upsert(host.store.db, agent.key, {
    id,
    provider,
    email,
    extra,
    credentialId,
    position,
    confirmed,
  });
}
