import { isRefreshable } from '../domain/credential.ts';
import { holdsSecret, pastedSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, defaultAgent, knownAgent } from './agents.ts';
import { type Held, heldLogins } from './held-logins.ts';
import type { Host } from './host.ts';
import { NotOurs } from './login-owners.ts';
import { type Refreshed, refreshLogin } from './refresh.ts';
import type { RefreshOptions } from './refresh-terms.ts';
import { readSituation, type Situation } from './situation.ts';
import { cannotWrite } from './sync.ts';
import { syncAgents } from './sync-agents.ts';
import type { RefreshOutcome, RefreshRequest } from './uses.ts';

const LOCK_WAIT_MS = 200;

/**
 * `models auth refresh`: one login of the agent's now, or all that are not good for as long as
 * asked. One that cannot be refreshed keeps no other waiting; the first failure is the answer then.
 */
export async function refresh(host: Host, request: RefreshRequest): Promise<RefreshOutcome> {
  if (!host.writes) throw cannotWrite(host);
  const situation = await readSituation(host, { secrets: false, pretend: false });
  const agent =
    request.agent === undefined ? defaultAgent(situation) : knownAgent(situation, request.agent);
  await syncAgents(situation, [agent], { waitMs: LOCK_WAIT_MS, strict: [agent] });
  const logins = wanted(situation, agent, request.id);
  const minValidityMs =
    request.minValidityMs ?? (request.id === undefined ? DEFAULT_MS : Number.POSITIVE_INFINITY);
  const done: RefreshOutcome['logins'][number][] = [];
  for (const login of logins) {
    done.push(await refreshOne(situation, login, { ...request, minValidityMs }));
  }
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    logins: done,
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

/** What the gateway's providers subtract from an expiry, so that a request in flight ends in time. */
const DEFAULT_MS = 5 * 60_000;

function wanted(situation: Situation, agent: Agent, id: string | undefined): Held[] {
  const held = heldLogins(situation, agent);
  if (id === undefined) {
    return [...held.values()].filter(({ profile }) => isRefreshable(profile.credential));
  }
  const one = held.get(id);
  if (one !== undefined) return [one];
  if (holdsSecret(id)) throw pastedSecret('the profile id');
  throw new EpiloopError('not_found', `no profile ${id} for agent ${agent.id}`, {
    path: agent.path,
    hint: `epiloop models auth list --agent ${agent.id} names them`,
  });
}

async function refreshOne(
  situation: Situation,
  { holder, profile }: Held,
  options: RefreshOptions,
): Promise<RefreshOutcome['logins'][number]> {
  const about = { profileId: profile.id, provider: profile.provider, holder: holder.id };
  let outcome: Refreshed | undefined;
  let failure: EpiloopError | undefined;
  try {
    outcome = await refreshLogin(situation, holder, profile, options);
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    failure = error;
  }
  const now = profiles.get(situation.host.store.db, holder.key, profile.id)?.credential;
  const expiresAt = now === undefined || now.type === 'api_key' ? undefined : now.expiresAt;
  // of those that nobody named, other programs' own are no failure
  const isLeft = failure instanceof NotOurs && options.minValidityMs !== Number.POSITIVE_INFINITY;
  return { ...about, outcome: outcome ?? (isLeft ? 'left' : 'failed'), expiresAt, failure };
}
