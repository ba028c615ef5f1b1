import { sameGeneration } from '../domain/credential.ts';
import { identityOf } from '../domain/identity.ts';
import type { Profile } from '../domain/profile.ts';
import { normalizeProvider } from '../domain/provider.ts';
import * as credentials from '../store/credentials.ts';
import * as mirrors from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import type { Host } from './host.ts';
import { lookUp } from './lookup.ts';

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

/** Which credential an incoming pair belongs to, and which of two pairs of one login counts. */
export interface Joining {
  readonly join?: number;
  readonly rotate?: true;
  readonly fork?: boolean;
}

/** The credential that the incoming pair belongs to; of two pairs of one login the loser can be kept. */
export function joinOrInsert(host: Host, decision: Joining, incoming: Incoming): number {
  const { rotate, fork } = decision;
  const join = decision.join ?? alreadyHere(host, incoming.profile);
  if (join === undefined) return insert(host, incoming);
  if (rotate === true) supersede(host, join, incoming, fork === true ? 'fork' : undefined);
  else if (fork === true) keepFork(host, join, incoming);
  return join;
}

/** Another profile of the same file may have brought this login in a moment ago. */
function alreadyHere(host: Host, profile: Profile): number | undefined {
  const known = lookUp(host, profile, undefined);
  return known?.standing === 'current' ? known.credentialId : undefined;
}

export function keepFork(
  host: Host,
  credentialId: number,
  incoming: Pick<Incoming, 'profile'>,
): void {
  credentials.addFork(host.store.db, {
    id: credentialId,
    credential: incoming.profile.credential,
    hash: host.store.hash,
    now: host.effects.now(),
  });
}

export function insert(host: Host, { profile, source, at }: Incoming): number {
  return credentials.insert(host.store.db, {
    provider: normalizeProvider(profile.provider),
    credential: profile.credential,
    identity: identityOf(profile),
    source,
    hash: host.store.hash,
    now: at,
  });
}

export function supersede(
  host: Host,
  id: number,
  { profile, at }: Incoming,
  keep: 'fork' | 'replaced' | undefined,
): void {
  const current = credentials.get(host.store.db, id)?.credential;
  if (current !== undefined && sameGeneration(current, profile.credential)) return;
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
export function markPending(host: Host, credentialId: number): void {
  mirrors.bump(host.store.db, profiles.holders(host.store.db, credentialId));
}
