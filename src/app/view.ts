import type { AgentView } from '../domain/agent-view.ts';
import { standingOf } from '../domain/lease.ts';
import type { ProfileFacts } from '../domain/profile.ts';
import * as lastGood from '../store/last-good.ts';
import * as leases from '../store/leases.ts';
import * as orderOverrides from '../store/order-overrides.ts';
import * as profiles from '../store/profiles.ts';
import * as usage from '../store/usage.ts';
import type { Agent } from './agents.ts';
import type { Host } from './host.ts';

/** What the agent can use: main's file with its own over it, key by key, as the gateway merges. */
export function viewOf(host: Host, agent: Agent, main: Agent): AgentView {
  const { db } = host.store;
  const own = agent.key === main.key;
  const from = own ? [main] : [main, agent];
  const facts = from.flatMap(({ key }) =>
    profiles
      .facts(db, key)
      .map((each): [string, ProfileFacts] => [each.id, { ...each, inherited: key !== agent.key }]),
  );
  const orders = from.flatMap(({ key }) => [...currentOrders(host, key)]);
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    storePath: agent.path,
    profiles: withStandings(host, { agent, main }, new Map(facts)),
    order: new Map(orders),
    usage: new Map(from.flatMap(({ key }) => [...usage.list(db, key)])),
    lastGood: new Map(from.flatMap(({ key }) => [...lastGood.list(db, key)])),
  };
}

/** Of logins whose refresh was refused or cut off; mostly none. */
function withStandings(
  host: Host,
  { agent, main }: { readonly agent: Agent; readonly main: Agent },
  facts: Map<string, ProfileFacts>,
): Map<string, ProfileFacts> {
  for (const lease of leases.ofProfiles(host.store.db)) {
    const { pid, processStarted: startedAt, bootId } = lease;
    const ownerAlive = host.effects.processes.isAlive({ pid, startedAt, bootId });
    const refresh = standingOf({ ...lease, ownerAlive });
    const one = facts.get(lease.profileId);
    const owner = one?.inherited === true ? main : agent;
    if (one === undefined || refresh === undefined || owner.key !== lease.agentDir) continue;
    facts.set(one.id, { ...one, refresh, refreshable: refresh !== 'refused' && one.refreshable });
  }
  return facts;
}

/** The order overrides that are in force, by provider as typed. */
export function currentOrders(host: Host, key: string): Map<string, readonly string[]> {
  const orders = new Map<string, readonly string[]>();
  for (const [provider, { ids }] of orderOverrides.list(host.store.db, key)) {
    if (ids !== undefined) orders.set(provider, ids);
  }
  return orders;
}
