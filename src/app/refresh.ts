import type { StoredProfile } from '../domain/reconcile.ts';
import { EpiloopError } from '../errors.ts';
import * as credentials from '../store/credentials.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, agentByKey, allAgents } from './agents.ts';
import { type ClaudeShare, claudeRefreshLocks, claudeShareOf } from './claude-share.ts';
import { withLocks } from './file-locks.ts';
import type { Host } from './host.ts';
import { giveBackLease, type Lease, takeLease } from './lease.ts';
import { bringOut, takeInMirror } from './mirror.ts';
import { type Redeeming, redeemUnderLocks } from './redemption.ts';
import { endpointFor } from './refresh-endpoint.ts';
import { isGoodFor, type RefreshOptions } from './refresh-terms.ts';
import type { Situation } from './situation.ts';
import { WRITER_WAIT_MS } from './sync.ts';
import { finishWriteBack } from './unfinished.ts';

export type Refreshed =
  /** it was good enough, or somebody else has refreshed it meanwhile */
  'current' | 'renewed';

/** ms for all locks of everyone who could redeem the same token */
const LOCKS_MS = 15_000;
/** Claude Code logs in to our login while we wait for locks: seldom, and never that often. */
const ROUNDS = 3;

/**
 * Sees to it that this OAuth login's access token is good for as long as asked: at most one
 * redemption on this host, whoever else asks at the same time, and none while another program that
 * could redeem the same token is at it. What was handed out is committed before anything else.
 * @param holder whose profile it is, which may be main's though another agent asks
 * @throws EpiloopError `busy` (nothing sent), `network` (nothing sent, or in doubt: it says which),
 * `refused` (offline, another program's login, no endpoint, or the provider says no)
 */
export async function refreshLogin(
  situation: Situation,
  holder: Agent,
  login: StoredProfile,
  options: RefreshOptions,
): Promise<Refreshed> {
  const { host } = situation;
  const { credentialId } = login;
  const isDue = dueRule(host, credentialId, options.minValidityMs);
  const row = credentials.get(host.store.db, credentialId);
  if (row !== undefined && !isDue(row)) return 'current';
  const endpoint = await endpointFor(host, login, options);
  const untold = (await finishWriteBack(host, credentialId, LOCKS_MS)) === 'failed';
  const insist = options.minValidityMs === Number.POSITIVE_INFINITY;
  const lease = await takeLease(host, { credentialId, isDue, insist, untold });
  if (lease === undefined) return 'current';
  if (lease.inDoubt) {
    host.notices.push(
      `an earlier refresh of ${login.id} was cut off before its answer came: trying once more`,
    );
  }
  try {
    return await underLocks({ situation, holder, login, endpoint, isDue, lease }, options);
  } finally {
    giveBackLease(host, credentialId);
  }
}

function dueRule(host: Host, credentialId: number, minValidityMs: number): Redeeming['isDue'] {
  const first = credentials.get(host.store.db, credentialId)?.generation;
  const isAnyRate = minValidityMs === Number.POSITIVE_INFINITY;
  return ({ credential, generation }) =>
    credential.type === 'oauth' &&
    (isAnyRate
      ? generation === first
      : !isGoodFor(credential.expiresAt, minValidityMs, host.effects.now()));
}

type Wanted = Omit<Redeeming, 'agents' | 'claude'> & { readonly lease: Lease };

/** Who could redeem it is found out anew whenever that turns out to have changed under the locks. */
async function underLocks(wanted: Wanted, options: RefreshOptions): Promise<Refreshed> {
  const { host } = wanted.situation;
  const { id, credentialId } = wanted.login;
  const deadline = host.effects.now() + LOCKS_MS;
  for (let round = 0; round < ROUNDS; round += 1) {
    await takeInAll(wanted.situation);
    const agents = holdersOf(wanted.situation, credentialId);
    const claude = claudeShareOf(host, credentialId, options.writeBack);
    const locks = [
      ...(claude === undefined ? [] : await claudeRefreshLocks(claude.path)),
      ...agents.map(({ path }) => ({ path })),
    ];
    const outcome = await withLocks(host, locks, deadline, () =>
      redeemUnderLocks({ ...wanted, agents, claude }),
    );
    for (const agent of agents) await bringOut(host, agent, WRITER_WAIT_MS);
    if (outcome === 'again') continue;
    if (outcome === 'renewed') warnUntold(host, claude);
    return outcome;
  }
  throw new EpiloopError('busy', `others log in to ${id} faster than it can be refreshed`, {
    hint: 'try again',
  });
}

function warnUntold({ notices }: Host, claude: ClaudeShare | undefined): void {
  if (claude === undefined || claude.tell) return;
  notices.push('Claude Code shares this login and was not told: it will have to log in again');
}

/** A copy of the login may stand in a file that was never read; one that is broken holds none. */
async function takeInAll(situation: Situation): Promise<void> {
  for (const agent of allAgents(situation)) {
    try {
      await takeInMirror(situation.host, agent);
    } catch (error) {
      if (!(error instanceof EpiloopError)) throw error;
    }
  }
}

/** Everyone who could redeem the same token under a lock of the gateway's, sorted by real path. */
function holdersOf(situation: Situation, credentialId: number): Agent[] {
  const { host, main } = situation;
  const keys = new Set(profiles.holders(host.store.db, credentialId));
  const found = new Map([...keys].map((key): [string, Agent] => [key, agentByKey(situation, key)]));
  // the others inherit main's logins
  if (keys.has(main.key)) {
    for (const agent of allAgents(situation)) found.set(agent.key, agent);
  }
  return [...found.values()]
    .filter(({ dir }) => host.files.stamp(dir) !== undefined)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
