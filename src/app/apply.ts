import { isRefreshable } from '../domain/credential.ts';
import { isJsonObject } from '../domain/json.ts';
import { sameProvider } from '../domain/provider.ts';
import type { Decision, StoredProfile } from '../domain/reconcile.ts';
import * as credentials from '../store/credentials.ts';
import * as profiles from '../store/profiles.ts';
import * as tombstones from '../store/tombstones.ts';
import type { Agent } from './agents.ts';
import { entryMark, keepFormer } from './former.ts';
import { credentialMark, recordProfile } from './history.ts';
import type { Host } from './host.ts';
import {
  type Incoming,
  insert,
  type Joining,
  joinOrInsert,
  keepFork,
  markPending,
  supersede,
} from './pairs.ts';

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
  if (decision.kind === 'remove') removeProfile(host, agent, decision.keepOut ?? false, ours);
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
  if (decision.kind === 'keep') keepOurs(host, agent, decision, change);
  if (decision.kind === 'rotate') rotateProfile(host, agent, decision, change);
  if (decision.kind === 'replace') replaceProfile(host, agent, decision, change);
  if (decision.kind === 'describe') describeProfile(host, agent, change);
}

interface Change {
  readonly incoming: Incoming;
  readonly ours: StoredProfile;
}

function addProfile(host: Host, agent: Agent, decision: Joining, incoming: Incoming): void {
  const id = joinOrInsert(host, decision, incoming);
  point(host, agent, id, incoming);
  const mark = credentialMark(host, id, incoming.source);
  const after = { ...(isJsonObject(mark) && mark), ...exhume(host, agent, incoming.profile.id) };
  recordProfile(host, agent, 'profile_added', incoming.profile.id, { after });
}

function keepOurs(
  host: Host,
  agent: Agent,
  { fork, describe }: Extract<Decision, { kind: 'keep' }>,
  { incoming, ours }: Change,
): void {
  const id = ours.credentialId;
  if (fork === true) keepFork(host, id, incoming);
  if (describe === undefined) return;
  point(host, agent, id, { ...incoming, profile: { ...ours, ...describe } });
  recordProfile(host, agent, 'described', ours.id, { after: credentialMark(host, id) });
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

/**
 * A new key takes the row of the one before. What comes after a login gets its own, since others may
 * hold the login, or copies of it that we have not read yet.
 */
function replaceProfile(
  host: Host,
  agent: Agent,
  decision: Joining,
  { incoming, ours }: Change,
): void {
  const keep = keepFormer(host, agent, ours.id);
  const before = credentialMark(host, ours.credentialId);
  const ownLogin = incoming.profile.credential.type === 'oauth' && ours.credential.type === 'oauth';
  const alone = profiles.holders(host.store.db, ours.credentialId).length === 1;
  const reuse =
    decision.join === undefined &&
    alone &&
    !ownLogin &&
    !isRefreshable(ours.credential) &&
    sameProvider(incoming.profile.provider, ours.provider);
  if (reuse) supersede(host, ours.credentialId, incoming, 'replaced');
  // of two pairs of the login that it joins the loser is kept; what stood here is kept as buried
  const fork = decision.join !== undefined && decision.fork === true;
  const id = reuse ? ours.credentialId : joinOrInsert(host, { ...decision, fork }, incoming);
  if (id !== ours.credentialId) bury(host, agent, ours);
  point(host, agent, id, incoming);
  const event = ownLogin ? 'login_replaced' : 'replaced';
  const after = credentialMark(host, id, incoming.source);
  keep(recordProfile(host, agent, event, incoming.profile.id, { before, after }));
}

function describeProfile(host: Host, agent: Agent, { incoming, ours }: Change): void {
  const { credential, provider } = incoming.profile;
  const keep = keepFormer(host, agent, ours.id);
  const before = entryMark(host, ours.credentialId, ours);
  const id = sameProvider(provider, ours.provider) ? ours.credentialId : insert(host, incoming);
  if (credential.type !== 'api_key') {
    credentials.setExpiry(host.store.db, id, credential.expiresAt, incoming.at);
    markPending(host, id);
  }
  point(host, agent, id, incoming);
  const after = entryMark(host, id, incoming.profile, incoming.source);
  keep(recordProfile(host, agent, 'described', incoming.profile.id, { before, after }));
}

function removeProfile(
  host: Host,
  agent: Agent,
  keepOut: boolean,
  ours: StoredProfile | undefined,
): void {
  if (ours === undefined) return;
  bury(host, agent, ours, keepOut);
  const keep = keepFormer(host, agent, ours.id);
  const before = credentialMark(host, ours.credentialId);
  profiles.remove(host.store.db, agent.key, ours.id);
  keep(recordProfile(host, agent, 'profile_removed', ours.id, { before }));
}

/** What a row says that adds a profile where another program's login was kept out until then. */
export function exhume(host: Host, agent: Agent, id: string): { readonly keptOut?: true } {
  const { db } = host.store;
  const stone = tombstones.list(db, agent.key).get(id);
  tombstones.remove(db, agent.key, id);
  return stone?.keepsOut === true ? { keptOut: true } : {};
}

/**
 * What stood under this id is gone from there: a stale file must not bring it back. Another program
 * may only where a person had entered it, and did not ask to keep that out.
 */
export function bury(
  host: Host,
  agent: Agent,
  ours: Pick<StoredProfile, 'id' | 'credentialId'>,
  keepOut = false,
): void {
  const row = credentials.get(host.store.db, ours.credentialId);
  tombstones.set(host.store.db, agent.key, ours.id, {
    secretHash: row?.secretHash ?? '',
    refreshHash: row?.refreshHash,
    credential: ours.credentialId,
    removedAt: host.effects.now(),
    keepsOut: keepOut || row?.source !== 'operator',
  });
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
