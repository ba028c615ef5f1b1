import type { OAuth } from '../domain/credential.ts';
import { backoffOf, failed } from '../domain/failure.ts';
import { identityOf } from '../domain/identity.ts';
import { loginAgain } from '../domain/remedy.ts';
import { EpiloopError } from '../errors.ts';
import type { Tokens } from '../oauth/token-reply.ts';
import * as credentials from '../store/credentials.ts';
import * as generations from '../store/generations.ts';
import * as leases from '../store/leases.ts';
import * as profiles from '../store/profiles.ts';
import * as usage from '../store/usage.ts';
import { agentByKey } from './agents.ts';
import { credentialMark, recordProfile } from './history.ts';
import { markLease } from './lease.ts';
import { bringOut } from './mirror.ts';
import { markPending } from './pairs.ts';
import type { Pair, Redeeming } from './redemption.ts';
import { replaceUsage } from './usage-change.ts';
import { writeBack } from './write-back.ts';

/** Where neither the reply nor the token says how long it is good, as long as most are. */
const GUESS_MS = 3_600_000;

/**
 * Commits what the provider handed out, then tells everyone who has the login.
 * @param askedAt ms since the epoch: from then on the new access token ages
 */
export async function keepTokens(
  redeeming: Redeeming,
  pair: Pair,
  tokens: Tokens,
  askedAt: number,
): Promise<void> {
  const { situation, agents, claude, login } = redeeming;
  const { host } = situation;
  const next: OAuth = {
    type: 'oauth',
    access: tokens.access,
    refresh: tokens.refresh ?? pair.refresh,
    expiresAt: askedAt + (tokens.expiresInMs ?? GUESS_MS),
  };
  // a token that stays good leaves nobody with a spent one
  const isSpent = !pair.refresh.equals(next.refresh);
  const owes = claude?.tell === true && isSpent;
  host.store.transaction(() => store(redeeming, pair, next, tokens, owes));
  const isSpentOne = (hash: string) => hash === pair.refreshHash;
  const isTold = claude?.tell !== true || (await writeBack(host, claude.path, isSpentOne, next));
  // else what is left to be done stays noted for the next run
  if (isTold || !owes) {
    host.store.transaction(() => leases.remove(host.store.db, login.credentialId));
  }
  for (const agent of agents) await bringOut(host, agent, 0);
}

function store(
  { situation, holder, login }: Redeeming,
  pair: Pair,
  next: OAuth,
  tokens: Tokens,
  owes: boolean,
): void {
  const { host } = situation;
  const { db, hash } = host.store;
  const { credentialId } = login;
  const before = credentialMark(host, credentialId);
  const row = credentials.get(db, credentialId);
  const told = identityOf({
    credential: next,
    email: tokens.email ?? login.email,
    extra: login.extra,
  });
  const identity = { ...row?.identity, ...told };
  const now = host.effects.now();
  credentials.supersede(db, { id: credentialId, credential: next, identity, hash, now });
  if (pair.fork !== undefined) generations.forgetOne(db, credentialId, pair.fork);
  markPending(host, credentialId);
  const { refreshHash } = pair;
  if (owes) markLease(host, credentialId, { refreshHash, state: 'write_back', doubtful: false });
  const after = credentialMark(host, credentialId, 'refresh');
  recordProfile(host, holder, 'refreshed', login.id, { before, after });
}

/**
 * Notes that the provider refuses the login for good: once its access token has ended too, every
 * profile of it has failed. Returns the error that says so.
 */
export async function keepRefusal(
  redeeming: Redeeming,
  pair: Pair,
  error: string,
): Promise<EpiloopError> {
  const { situation, agents, holder, login, endpoint, lease } = redeeming;
  const { host } = situation;
  const { refreshHash } = pair;
  host.store.transaction(() => {
    markLease(host, login.credentialId, { refreshHash, state: 'refused', doubtful: lease.inDoubt });
    const before = credentialMark(host, login.credentialId);
    recordProfile(host, holder, 'refresh_refused', login.id, { before });
    if (hasEnded(redeeming)) markFailed(redeeming);
  });
  for (const agent of agents) await bringOut(host, agent, 0);
  const fingerprint = `#${refreshHash.slice(0, 8)}`;
  const again = lease.inDoubt ? ', perhaps after a run that was cut off' : '';
  return new EpiloopError(
    'refused',
    `${endpoint.url.host} refuses the refresh token ${fingerprint} of ${login.id}: ${error}${again}`,
    { hint: loginAgain(login, holder.id) },
  );
}

function hasEnded({ situation: { host }, login }: Redeeming): boolean {
  const credential = credentials.get(host.store.db, login.credentialId)?.credential;
  const end = credential?.type === 'oauth' ? credential.expiresAt : undefined;
  return end !== undefined && end <= host.effects.now();
}

/** As the gateway counts a use that failed, in the file of everyone who holds the login. */
function markFailed({ situation, login }: Redeeming): void {
  const { host, config } = situation;
  const { db } = host.store;
  const now = host.effects.now();
  for (const key of profiles.holders(db, login.credentialId)) {
    const agent = agentByKey(situation, key);
    for (const { id, provider, credentialId } of profiles.list(db, key)) {
      if (credentialId !== login.credentialId) continue;
      const before = usage.list(db, key).get(id);
      const backoff = backoffOf(config.auth.cooldowns, provider);
      const after = failed(before, 'auth', backoff, now);
      replaceUsage(host, agent, id, { event: 'marked', before, after });
    }
  }
}
