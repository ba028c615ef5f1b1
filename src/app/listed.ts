import { EpiloopError } from '../errors.ts';
import { knownAgent } from './agents.ts';
import type { Host } from './host.ts';
import { listProfile } from './listing.ts';
import type { Carried } from './onboard.ts';
import type { OnboardItem } from './onboarding.ts';
import { readSituation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';
import { viewOf } from './view.ts';

/** For what was due before, and can stay due if it must. */
const LOCK_WAIT_MS = 200;

/** An API key that the agent has already: it is only listed in the config, where it is not yet. */
export async function listStored(
  host: Host,
  { choice, provider, profileId: id }: Extract<OnboardItem, { kind: 'stored' }>,
  name: string | undefined,
): Promise<Carried> {
  const situation = await readSituation(host, { secrets: false, pretend: false });
  const { main } = situation;
  const agent = name === undefined ? main : knownAgent(situation, name);
  // what was found in answer to a question was not kept
  await syncAgents(situation, [agent], { waitMs: LOCK_WAIT_MS, strict: [agent] });
  const facts = viewOf(host, agent, main).profiles.get(id);
  if (facts === undefined) {
    throw new EpiloopError('not_found', `${id} is gone`, { path: agent.path, hint: 'try again' });
  }
  const { fingerprint, type } = facts;
  const { path, id: agentId } = facts.inherited ? main : agent;
  const config = await listProfile(host, { id, provider, type });
  const result = {
    choice,
    provider,
    profileId: id,
    path,
    agentId,
    fingerprint,
    action: 'kept',
  } as const;
  return { result, config };
}
