import * as profiles from '../store/profiles.ts';
import { knownAgent } from './agents.ts';
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
    profiles: profiles.facts(host.store.db, agent.key),
    home: host.paths.home,
  };
}
