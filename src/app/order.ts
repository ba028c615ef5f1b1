import { canonicalJson } from '../domain/json.ts';
import { type DropReason, orderProfiles, type Resolution } from '../domain/order.ts';
import { findByProvider, normalizeProvider, sameProvider } from '../domain/provider.ts';
import { holdsSecret, pastedSecret } from '../domain/secret-marks.ts';
import { shortenHome } from '../domain/visible.ts';
import { EpiloopError } from '../errors.ts';
import * as mirrors from '../store/mirrors.ts';
import * as orderOverrides from '../store/order-overrides.ts';
import { type Agent, askedAgent, defaultAgent } from './agents.ts';
import type { OrderOutcome, OrderRequest } from './app.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import { readSituation, type Situation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';
import { currentOrders, viewOf } from './view.ts';
import { changeAgent } from './writing.ts';

/** `models auth order get`: the agent's own override, and what is in force in the end. */
export async function getOrder(host: Host, request: OrderRequest): Promise<OrderOutcome> {
  const situation = await readSituation(host, { secrets: false, pretend: true });
  const agent =
    request.agent === undefined ? defaultAgent(situation) : askedAgent(situation, request.agent);
  await syncAgents(situation, [agent], { waitMs: 0, strict: [agent] });
  return describe(situation, agent, request.provider);
}

/** `models auth order set`: only this agent's order, whatever its file inherits. */
export async function setOrder(
  host: Host,
  request: OrderRequest & { readonly ids: readonly string[] },
): Promise<OrderOutcome> {
  const ids = [...new Set(request.ids)];
  const { value } = await changeAgent(host, targetOf(request), (situation, agent) => {
    for (const id of ids) mustBelong(situation, agent, request.provider, id);
    write(situation, agent, request.provider, ids);
    return describe(situation, agent, request.provider);
  });
  return value;
}

/** `models auth order clear`: takes the agent's own override away; others may still apply. */
export async function clearOrder(host: Host, request: OrderRequest): Promise<OrderOutcome> {
  const { value } = await changeAgent(host, targetOf(request), (situation, agent) => {
    write(situation, agent, request.provider, undefined);
    return describe(situation, agent, request.provider);
  });
  return value;
}

function targetOf({ agent }: OrderRequest) {
  return { agent, otherwise: 'default' } as const;
}

function mustBelong(situation: Situation, agent: Agent, provider: string, id: string): void {
  const facts = viewOf(situation.host, agent, situation.main).profiles.get(id);
  if (facts === undefined && holdsSecret(id)) throw pastedSecret('a profile id');
  if (facts === undefined) {
    throw new EpiloopError('not_found', `no profile ${id} for agent ${agent.id}`, {
      path: agent.path,
      hint: `epiloop models auth list --agent ${agent.id} names them`,
    });
  }
  const [owner, wanted] = [normalizeProvider(facts.provider), normalizeProvider(provider)];
  if (owner === wanted) return;
  throw new EpiloopError('usage', `profile ${id} is for ${owner}, not ${wanted}`);
}

/** Written under the spelling that is in force, else the order would be there and not be followed. */
function write(
  situation: Situation,
  agent: Agent,
  provider: string,
  ids: readonly string[] | undefined,
): void {
  const { host } = situation;
  const { db } = host.store;
  const wanted = normalizeProvider(provider);
  const own = currentOrders(host, agent.key);
  const key = keyInForce(viewOf(host, agent, situation.main).order, provider) ?? wanted;
  const keys = ids === undefined ? spellingsOf(own, provider) : [key];
  const changing = keys.filter((each) => canonicalJson(own.get(each)) !== canonicalJson(ids));
  if (changing.length === 0) return;
  if (mirrors.get(db, agent.key) === undefined) {
    mirrors.save(db, { agentDir: agent.key, path: agent.path, extra: {}, findings: [] });
  }
  mirrors.bump(db, [agent.key]);
  for (const each of changing) {
    const before = own.get(each);
    orderOverrides.set(db, agent.key, each, ids, host.effects.now());
    const event = ids === undefined ? 'order_removed' : 'order_changed';
    const marks = { before: before && [...before], after: ids && [...ids] };
    record(host, { event, subject: each, agentDir: agent.key, path: agent.path, ...marks });
  }
}

type Orders = ReadonlyMap<string, readonly string[]>;

function spellingsOf(orders: Orders, provider: string): string[] {
  return [...orders.keys()].filter((key) => sameProvider(key, provider));
}

/** The gateway follows the first spelling that it meets, and meets main's keys before the agent's. */
function keyInForce(merged: Orders, provider: string): string | undefined {
  return spellingsOf(merged, provider)[0];
}

/** The agent's own order, and whether another spelling in main's file is followed instead of it. */
function ownOrder({ host, main }: Situation, agent: Agent, provider: string) {
  const own = currentOrders(host, agent.key);
  const key = keyInForce(viewOf(host, agent, main).order, provider);
  const followed = key === undefined ? undefined : own.get(key);
  const ids = followed ?? findByProvider(own, provider);
  return ids && { ids, followed: followed !== undefined };
}

function describe(situation: Situation, agent: Agent, provider: string): OrderOutcome {
  const { host, config, main } = situation;
  const own = ownOrder(situation, agent, provider);
  const view = viewOf(host, agent, main);
  const resolution = orderProfiles({
    provider,
    profiles: view.profiles,
    storedOrder: view.order,
    config: config.auth,
    usage: view.usage,
    now: host.effects.now(),
  });
  const kept = resolution.candidates.filter(({ verdict }) => verdict !== 'dropped');
  if (own?.followed === true) host.notices.push(...passedOver(resolution));
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    provider: normalizeProvider(provider),
    authStorePath: shortenHome(agent.path, host.paths.home),
    order: own?.ids ?? null,
    effective: {
      from: wordOf(situation, agent, resolution, provider),
      order: kept.map(({ id }) => id),
    },
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

/** What the agent's order names in vain: the screen shows the list as it stands. */
function passedOver({ candidates }: Resolution): string[] {
  return candidates
    .filter(({ reason }) => reason !== undefined && reason !== 'not_in_order')
    .map(({ id, reason }) => `${id} stands in the order but is passed over: ${inWords(reason)}`);
}

function inWords(reason: DropReason | undefined): string {
  return reason?.replaceAll('_', ' ') ?? '';
}

/** Whose word the list in force is. */
export function wordOf(
  situation: Situation,
  agent: Agent,
  { basis }: Pick<Resolution, 'basis'>,
  provider: string,
): OrderOutcome['effective']['from'] {
  if (ownOrder(situation, agent, provider)?.followed === true) return 'agent';
  if (basis === 'store') return 'main';
  return basis === 'config' ? 'config' : 'rotation';
}
