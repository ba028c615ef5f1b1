import type { AgentView } from '../domain/agent-view.ts';
import type { ProfileFacts } from '../domain/profile.ts';
import * as lastGood from '../store/last-good.ts';
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
    profiles: new Map(facts),
    order: new Map(orders),
    usage: new Map(from.flatMap(({ key }) => [...usage.list(db, key)])),
    lastGood: new Map(from.flatMap(({ key }) => [...lastGood.list(db, key)])),
  };
}

/** The order overrides that are in force, by provider as typed. */
export function currentOrders(host: Host, key: string): Map<string, readonly string[]> {
  const orders = new Map<string, readonly string[]>();
  for (const [provider, { ids }] of orderOverrides.list(host.store.db, key)) {
    if (ids !== undefined) orders.set(provider, ids);
  }
  return orders;
}
