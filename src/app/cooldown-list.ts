import { shownReason } from '../domain/complaint.ts';
import { unusableUntil } from '../domain/cooldown.ts';
import type { Usage } from '../domain/profile.ts';
import { sameProvider } from '../domain/provider.ts';
import * as usage from '../store/usage.ts';
import { type Agent, allAgents, askedAgent, defaultAgent } from './agents.ts';
import type { Host } from './host.ts';
import type {
  CooldownListOutcome,
  CooldownListRequest,
  RestingAgent,
  RestingProfile,
} from './rest.ts';
import { readSituation, type Situation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';
import { viewOf } from './view.ts';

/** `models auth cooldown list`: what rests, as each agent sees it. */
export async function listCooldowns(
  host: Host,
  request: CooldownListRequest,
): Promise<CooldownListOutcome> {
  const situation = await readSituation(host, { secrets: false, pretend: true });
  const agents = findAgents(situation, request);
  const strict = request.allAgents ? [] : [situation.main, ...agents];
  await syncAgents(situation, agents, { waitMs: 0, strict });
  const now = host.effects.now();
  return {
    agents: agents.map((agent) => restingOf(situation, agent, request.provider, now)),
    now,
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

function findAgents(situation: Situation, { agent, allAgents: all }: CooldownListRequest): Agent[] {
  if (all) return allAgents(situation);
  return [agent === undefined ? defaultAgent(situation) : askedAgent(situation, agent)];
}

function restingOf(
  { host, main }: Situation,
  agent: Agent,
  wanted: string | undefined,
  now: number,
): RestingAgent {
  const view = viewOf(host, agent, main);
  const own = usage.list(host.store.db, agent.key);
  const profiles = [...view.usage].flatMap(([profileId, stats]): RestingProfile[] => {
    const state = stateOf(stats, now);
    const provider = view.profiles.get(profileId)?.provider;
    if (state === undefined || !isOf(wanted, profileId, provider)) return [];
    const { errorCount, lastUsed, lastFailureAt } = stats;
    const failureCounts = shownCounts(stats);
    const inherited = !own.has(profileId);
    const times = { errorCount, failureCounts, lastUsed, lastFailureAt };
    return [{ profileId, provider, ...state, ...times, inherited }];
  });
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    storePath: agent.path,
    profiles: profiles.sort((a, b) => a.until - b.until),
  };
}

/** How a profile rests at `now`; undefined: it does not. */
export function stateOf(
  stats: Usage,
  now: number,
): Pick<RestingProfile, 'kind' | 'reason' | 'until' | 'remainingMs'> | undefined {
  const state = unusableUntil(stats, now);
  if (state === undefined) return undefined;
  const { kind, until } = state;
  const reason = state.reason === undefined ? undefined : shownReason(state.reason);
  return { kind, reason, until, remainingMs: until - now };
}

/** The keys are anybody's text as well. */
function shownCounts({ failureCounts }: Usage): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [reason, count] of Object.entries(failureCounts ?? {})) {
    const name = shownReason(reason);
    counts[name] = (counts[name] ?? 0) + count;
  }
  return counts;
}

/** A profile that is gone counts by the beginning of its id. */
export function isOf(wanted: string | undefined, profileId: string, provider: string | undefined) {
  if (wanted === undefined) return true;
  return sameProvider(provider ?? profileId.split(':')[0] ?? '', wanted);
}
