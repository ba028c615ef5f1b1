import type { AgentView } from '../domain/agent-view.ts';
import {
  configOrderIsStale,
  type StaleOrder,
  staleOrders,
  storedOrderIsStale,
} from '../domain/stale-order.ts';
import * as mirrors from '../store/mirrors.ts';
import * as orderOverrides from '../store/order-overrides.ts';
import type { Agent } from './agents.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import { bringOut } from './mirror.ts';
import type { Problem, Repair } from './problem.ts';
import type { Situation } from './situation.ts';
import { WRITER_WAIT_MS } from './sync.ts';
import { currentOrders, viewOf } from './view.ts';

interface Known {
  readonly views: ReadonlyMap<string, AgentView>;
  readonly except: ReadonlySet<string>;
}

/**
 * Ids in the agents' own orders and in the config's that no profile is stored under. Main's order
 * and the config's count for every agent, so that what any of them holds is no stale id there.
 * @param known.views every agent's, by its directory's key
 * @param known.except ids in the config about which there is something better to say
 */
export function orderProblems(
  situation: Situation,
  asked: readonly Agent[],
  { views, except }: Known,
): Problem[] {
  const { host, main, config } = situation;
  const everywhere = new Set([...views.values()].flatMap(({ profiles }) => [...profiles.keys()]));
  const stored = asked.flatMap((agent) => {
    const own = views.get(agent.key)?.profiles;
    const known = agent.key === main.key ? everywhere : new Set(own?.keys());
    return staleOrders(currentOrders(host, agent.key), (id) => known.has(id)).map((stale) => {
      const isOwn = stale.kept.every((id) => own?.has(id));
      const place = { agentId: agent.id, path: agent.path, isOwn };
      return { finding: storedOrderIsStale(stale, place), repair: tidying(host, agent, stale) };
    });
  });
  const inConfig = staleOrders(config.auth.order, (id) => everywhere.has(id) || except.has(id));
  const { configPath } = host.paths;
  return [
    ...stored,
    ...inConfig.map((stale) => ({ finding: configOrderIsStale(stale, configPath) })),
  ];
}

/** The agent's orders that name this id in vain, each with the command that mends it. */
export function ordersNaming({ host, main }: Situation, agent: Agent, id: string): string[] {
  const { profiles } = viewOf(host, agent, main);
  return staleOrders(currentOrders(host, agent.key), (each) => profiles.has(each))
    .filter(({ gone }) => gone.includes(id))
    .map((stale) => storedOrderIsStale(stale, { agentId: agent.id, path: agent.path, isOwn: true }))
    .map(({ message, hint }) => `${message}; ${hint}`);
}

/** One that names nobody hides every profile, so that it is cleared. */
function tidying(host: Host, agent: Agent, stale: StaleOrder): Repair {
  const { provider, ids, gone, kept } = stale;
  const { id: agentId, key, path } = agent;
  const named = `the order of ${provider} for agent ${agentId}`;
  const rest = kept.length === 0 ? undefined : [...kept];
  const message =
    rest === undefined
      ? `cleared ${named}, which named only ${gone.join(', ')}`
      : `took ${gone.join(', ')} out of ${named}`;
  return {
    message,
    path,
    agentId,
    recorded: true,
    async apply() {
      host.store.transaction(() => {
        orderOverrides.set(host.store.db, key, provider, rest, host.effects.now());
        mirrors.bump(host.store.db, [key]);
        const event = rest === undefined ? 'order_removed' : 'order_changed';
        const marks = { before: [...ids], after: rest };
        record(host, { event, subject: provider, agentDir: key, path, ...marks });
      });
      const { failure } = await bringOut(host, agent, WRITER_WAIT_MS);
      if (failure !== undefined) host.notices.push(failure.message);
    },
  };
}
