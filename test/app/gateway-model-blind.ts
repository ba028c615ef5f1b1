/** The negative control: what the gateway itself does to a store of its own, last writer wins. */
import type { ModelAgent, World } from './gateway-model.ts';
import { secretsIn } from './gateway-model-oracle.ts';
import {
  type GatewayStore,
  loadStore,
  mergeStores,
  nothing,
  storeText,
} from './gateway-model-store.ts';
import { type HeldAgent, meaningOf, type Picture, type Subject } from './gateway-model-subject.ts';

/** Lays what it reads over what it has, key by key, and writes that. */
export function lastWriterWins(world: World): Subject {
  const kept = new Map<ModelAgent, GatewayStore>();
  // in its favour: what it has read once does not count as lost
  const read = new Set<string>();
  return {
    async sync(between) {
      for (const agent of world.agents) {
        between(undefined);
        const text = world.text(agent.path);
        if (text === undefined && !kept.has(agent)) continue;
        const merged = mergeStores(kept.get(agent) ?? nothing, loadStore(text ?? '') ?? nothing);
        kept.set(agent, merged);
        for (const secret of secretsIn(storeText(merged))) read.add(secret);
        if (text !== storeText(merged)) world.save(agent, merged);
      }
    },
    look: () => picture(world, kept, new Set(read)),
    close: () => kept.clear(),
  };
}

function picture(
  world: World,
  kept: ReadonlyMap<ModelAgent, GatewayStore>,
  secrets: ReadonlySet<string>,
): Picture {
  const held = (agent: ModelAgent): HeldAgent => {
    const store = kept.get(agent) ?? nothing;
    return {
      profiles: new Map([...store.profiles].map(([id, entry]) => [id, { credential: 0, entry }])),
      usage: store.usage,
      meaning: meaningOf(storeText(store)) ?? '',
      hasMirror: kept.has(agent),
    };
  };
  return {
    at: world.now,
    agents: new Map(world.agents.map((agent) => [agent, held(agent)])),
    knows: (secret) => secrets.has(secret),
    keeps: (secret) => secrets.has(secret),
    changes: 0,
  };
}
