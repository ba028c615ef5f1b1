import { expiryStatus } from '../domain/health.ts';
import { allAgents, askedAgent } from './agents.ts';
import type { ListOutcome, ListRequest } from './app.ts';
import type { Host } from './host.ts';
import { readSituation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';
import { viewOf } from './view.ts';

/** What ends within a day is `expiring`, as `models status` has it. */
const WARN_WITHIN_MS = 24 * 60 * 60 * 1000;

/** `models auth list`: what each agent can use, its own and what it inherits from main. */
export async function list(host: Host, request: ListRequest): Promise<ListOutcome> {
  const situation = await readSituation(host, { secrets: false, pretend: true });
  const agents =
    request.agent === undefined ? allAgents(situation) : [askedAgent(situation, request.agent)];
  const strict = request.agent === undefined ? [] : agents;
  await syncAgents(situation, agents, { waitMs: 0, strict });
  const now = host.effects.now();
  return {
    agents: agents.map((agent) => {
      const { profiles } = viewOf(host, agent, situation.main);
      return {
        agentId: agent.id,
        agentDir: agent.dir,
        storePath: agent.path,
        profiles: [...profiles.values()].map((facts) => ({
          ...facts,
          status: facts.blank ? 'missing' : expiryStatus(facts, now, WARN_WITHIN_MS),
        })),
      };
    }),
    now,
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}
