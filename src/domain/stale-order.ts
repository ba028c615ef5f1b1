import type { Finding } from './finding.ts';
import { normalizeProvider } from './provider.ts';
import { clearOrder, setOrder } from './remedy.ts';

/** One list of ids that are used in turn. */
export interface OrderList {
  /** as typed */
  readonly provider: string;
  readonly ids: readonly string[];
}

/** A list that names what is not stored. */
export interface StaleOrder extends OrderList {
  readonly gone: readonly string[];
  readonly kept: readonly string[];
}

/** The lists that name a profile which nobody stores. */
export function staleOrders(
  orders: ReadonlyMap<string, readonly string[]>,
  isStored: (id: string) => boolean,
): StaleOrder[] {
  return [...orders].flatMap(([provider, ids]) => {
    const gone = ids.filter((id) => !isStored(id));
    if (gone.length === 0) return [];
    return [{ provider, ids, gone, kept: ids.filter(isStored) }];
  });
}

/**
 * @param place.path the agent's file
 * @param place.isOwn all that is left is the agent's own, so that `order set` takes it
 */
export function storedOrderIsStale(
  { provider, gone, kept }: StaleOrder,
  place: { readonly agentId: string; readonly path: string; readonly isOwn: boolean },
): Finding {
  const { agentId, path, isOwn } = place;
  const normal = normalizeProvider(provider);
  const set = isOwn ? setOrder(normal, agentId, kept) : 'run epiloop doctor --fix';
  return {
    reason: 'order_stale',
    message: `the order of ${normal} for agent ${agentId} names ${named(gone)}`,
    hint: kept.length === 0 ? clearOrder(normal, agentId) : set,
    provider: normal,
    agentId,
    path,
    exit: 0,
  };
}

export function configOrderIsStale({ provider, gone, kept }: StaleOrder, path: string): Finding {
  const normal = normalizeProvider(provider);
  const ids = gone.map((id) => JSON.stringify(id)).join(', ');
  const list = `auth.order[${JSON.stringify(provider)}]`;
  return {
    reason: 'order_stale',
    message: `${list} names ${named(gone)}`,
    hint: kept.length === 0 ? `remove ${list} in ${path}` : `take ${ids} out of ${list} in ${path}`,
    provider: normal,
    path,
    exit: 0,
  };
}

function named(gone: readonly string[]): string {
  return `${gone.join(', ')}, which ${gone.length === 1 ? 'is' : 'are'} not stored`;
}
