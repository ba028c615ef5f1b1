import * as profiles from '../store/profiles.ts';
import { type Agent, knownAgent, mainAgent } from './agents.ts';
import type { ProspectOutcome, ProspectRequest } from './changes.ts';
import type { Host } from './host.ts';
import { readSituation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';

/**
 * What entering a secret would meet: the agent's own profiles, with what other programs' files say
 * now. A question, asked before anybody is asked for a secret. Throws `not_found` for an agent that
 * does not exist.
 */
export async function prospect(host: Host, request: ProspectRequest): Promise<ProspectOutcome> {
  const situation = await readSituation(host, { secrets: false, pretend: true });
  const agent = request.agent === undefined ? situation.main : knownAgent(situation, request.agent);
  await syncAgents(situation, [agent], { waitMs: 0, strict: [agent] });
  return {
    agentId: agent.id,
    path: agent.path,
    ...entryPlace(host, agent),
    home: host.paths.home,
  };
}

/** What this run has found where the agent's profiles are. */
export function entryPlace(
  host: Host,
  agent: Agent,
): Pick<ProspectOutcome, 'profiles' | 'keptOut'> {
  const skipped = host.findings.filter(({ reason }) => reason === 'source_skipped');
  const ids = skipped.map(({ profileId }) => profileId).filter((id) => id !== undefined);
  // other programs' logins are taken over for main alone
  const isMain = agent.key === mainAgent(host.paths, host.files).key;
  return { profiles: profiles.facts(host.store.db, agent.key), keptOut: isMain ? ids : [] };
}
