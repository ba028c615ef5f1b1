import type { StoredProfile } from '../domain/reconcile.ts';
import type { Secret } from '../domain/secret.ts';
import { EpiloopError } from '../errors.ts';
import type { TokenEndpoint } from '../oauth/endpoint.ts';
import type { Redemption } from '../oauth/redeem.ts';
import * as credentials from '../store/credentials.ts';
import * as generations from '../store/generations.ts';
import * as profiles from '../store/profiles.ts';
import type { Agent } from './agents.ts';
import { type ClaudeShare, claudeShareOf } from './claude-share.ts';
import type { Host } from './host.ts';
import { type Lease, markLease } from './lease.ts';
import { NotOurs, refuseForeign, refuseTaken } from './login-owners.ts';
import { takeInMirror } from './mirror.ts';
import type { Refreshed } from './refresh.ts';
import { keepRefusal, keepTokens } from './refresh-result.ts';
import type { Situation } from './situation.ts';
import { syncSources } from './sources.ts';

export interface Redeeming {
  readonly situation: Situation;
  /** whose profile it is */
  readonly holder: Agent;
  readonly login: StoredProfile;
  readonly lease: Lease;
  /** whose files are locked */
  readonly agents: readonly Agent[];
  /** Claude Code's part, if it has this login; its locks are held then */
  readonly claude: ClaudeShare | undefined;
  readonly endpoint: TokenEndpoint;
  readonly isDue: (row: credentials.CredentialRow) => boolean;
}

/** A refresh token that may be redeemed, and which pair of the login it belongs to. */
export interface Pair {
  readonly refresh: Secret;
  readonly refreshHash: string;
  /** of a kept pair: its generation */
  readonly fork?: number | undefined;
}

/**
 * A provider that says no is asked once more with what the files say then, and once with a fork.
 * `again`: Claude Code shares the login now, and its locks are not held.
 */
export async function redeemUnderLocks(redeeming: Redeeming): Promise<Refreshed | 'again'> {
  const { situation, login, claude } = redeeming;
  const first = await due(redeeming);
  if (first === undefined) return 'current';
  const isNew = claude === undefined && claudeShareOf(situation.host, login.credentialId, true);
  if (isNew) return 'again';
  const refusal = await redeemOne(redeeming, first, first);
  if (refusal === undefined) return 'renewed';
  const second = await due(redeeming);
  if (second === undefined) return 'current';
  const other = second.refresh.equals(first.refresh) ? forkOf(redeeming, first) : second;
  if (other !== undefined && (await redeemOne(redeeming, other, second)) === undefined) {
    return 'renewed';
  }
  throw await keepRefusal(redeeming, second, refusal);
}

/** What is to be redeemed, after everyone's files have been read again; undefined: no need any more. */
async function due(redeeming: Redeeming): Promise<Pair | undefined> {
  const { situation, login, isDue } = redeeming;
  const { host } = situation;
  await takeInAll(redeeming);
  syncSources(situation);
  const row = credentials.get(host.store.db, login.credentialId);
  if (row?.refreshHash === undefined || !isDue(row)) return undefined;
  const { credential, refreshHash } = row;
  if (credential.type !== 'oauth' || credential.refresh === undefined) return undefined;
  const { refresh } = credential;
  refuseForeign(host, login.provider, refresh);
  refuseTaken(host, { profileId: login.id, origin: row.source, refresh });
  return { refresh, refreshHash };
}

/** The file of an agent that only inherits the login need not be readable. */
async function takeInAll({ situation: { host }, login, agents }: Redeeming): Promise<void> {
  const holders = new Set(profiles.holders(host.store.db, login.credentialId));
  for (const agent of agents) {
    try {
      await takeInMirror(host, agent);
    } catch (error) {
      if (!(error instanceof EpiloopError) || holders.has(agent.key)) throw error;
    }
  }
}

/** A pair of the same login that lost once, and may have been the good one. */
function forkOf({ situation: { host }, login }: Redeeming, tried: Pair): Pair | undefined {
  const { db, hash } = host.store;
  for (const { credential, reason, generation } of generations.listKept(db, login.credentialId)) {
    if (reason !== 'fork' || credential.type !== 'oauth') continue;
    const { refresh } = credential;
    if (refresh === undefined || refresh.blank || refresh.equals(tried.refresh)) continue;
    if (isForeign(host, login.provider, refresh)) continue;
    return { refresh, refreshHash: hash(refresh.reveal()), fork: generation };
  }
  return undefined;
}

function isForeign(host: Host, provider: string, refresh: Secret): boolean {
  try {
    refuseForeign(host, provider, refresh);
    return false;
  } catch (error) {
    if (error instanceof NotOurs) return true;
    throw error;
  }
}

/**
 * One request. Undefined: renewed; else the provider's word for its no.
 * @param current the pair that the login has now, which the lease is about
 */
async function redeemOne(
  redeeming: Redeeming,
  pair: Pair,
  current: Pair,
): Promise<string | undefined> {
  const { situation, login, endpoint, lease } = redeeming;
  const { host } = situation;
  const { db } = host.store;
  const { redeem } = await import('../oauth/redeem.ts');
  const { networkOf } = await import('../oauth/network.ts');
  const network = networkOf(host.effects.env, host.files);
  const mark = (state: 'redeeming' | 'refused' | 'taken' | 'in_doubt', doubtful = lease.inDoubt) =>
    markLease(host, login.credentialId, { refreshHash: current.refreshHash, state, doubtful });
  mark('redeeming');
  const askedAt = host.effects.now();
  const outcome = await redeem(endpoint, pair.refresh, network);
  switch (outcome.kind) {
    case 'renewed':
      await keepTokens(redeeming, pair, outcome.tokens, askedAt);
      return undefined;
    case 'refused':
      mark('refused');
      // spent or revoked: it is not tried a second time
      if (pair.fork !== undefined) generations.forgetOne(db, login.credentialId, pair.fork);
      return outcome.error;
    case 'unavailable':
      mark('taken');
      throw noAnswer(redeeming, outcome);
    case 'in_doubt':
      mark('in_doubt', true);
      throw noAnswer(redeeming, outcome);
  }
}

function noAnswer(
  { login, endpoint }: Redeeming,
  { kind, why }: Extract<Redemption, { why: string }>,
): EpiloopError {
  const { host } = endpoint.url;
  if (kind === 'unavailable') {
    return new EpiloopError('network', `cannot refresh ${login.id} at ${host}: ${why}`, {
      hint: 'nothing was changed; try again',
    });
  }
  return new EpiloopError('network', `${host} may have refreshed ${login.id}: ${why}`, {
    hint: 'no answer that can be believed came; the next use tries once more, and if that is refused log in again',
  });
}
