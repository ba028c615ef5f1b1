/** `auth-profiles.json` as the gateway has it in memory (2026.1.24, auth-profiles/store.ts). */
import { isJsonObject, type Json, type JsonObject } from '../../src/domain/json.ts';

export interface GatewayStore {
  profiles: ReadonlyMap<string, JsonObject>;
  order: ReadonlyMap<string, Json>;
  lastGood: ReadonlyMap<string, Json>;
  usage: ReadonlyMap<string, JsonObject>;
}

export const nothing: GatewayStore = {
  profiles: new Map(),
  order: new Map(),
  lastGood: new Map(),
  usage: new Map(),
};

export function parseObject(text: string): JsonObject | undefined {
  try {
    const raw: unknown = JSON.parse(text);
    return isJsonObject(raw) ? raw : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Undefined: it counts as absent. What the gateway does not model is dropped. */
export function loadStore(text: string): GatewayStore | undefined {
  const raw = parseObject(text);
  if (raw === undefined || !isJsonObject(raw['profiles'])) return undefined;
  return {
    profiles: new Map(objects(raw['profiles']).filter(([, entry]) => isModelled(entry))),
    order: new Map(pairs(raw['order'])),
    lastGood: new Map(pairs(raw['lastGood'])),
    usage: new Map(objects(raw['usageStats'])),
  };
}

export function isModelled(entry: JsonObject): boolean {
  return /^(api_key|token|oauth)$/.test(String(entry['type'])) && Boolean(entry['provider']);
}

/** Main's with the agent's own over it, key by key. */
export function mergeStores(main: GatewayStore, own: GatewayStore): GatewayStore {
  return {
    profiles: new Map([...main.profiles, ...own.profiles]),
    order: new Map([...main.order, ...own.order]),
    lastGood: new Map([...main.lastGood, ...own.lastGood]),
    usage: new Map([...main.usage, ...own.usage]),
  };
}

export function storeText(store: GatewayStore): string {
  const part = (name: string, map: ReadonlyMap<string, Json>) =>
    map.size === 0 ? {} : { [name]: Object.fromEntries(map) };
  const whole = {
    version: 1,
    profiles: Object.fromEntries(store.profiles),
    ...part('order', store.order),
    ...part('lastGood', store.lastGood),
    ...part('usageStats', store.usage),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

export function objects(raw: Json | undefined): [string, JsonObject][] {
  return pairs(raw).flatMap(([key, value]) => (isJsonObject(value) ? [[key, value]] : []));
}

export function pairs(raw: Json | undefined): [string, Json][] {
  return isJsonObject(raw) ? Object.entries(raw) : [];
}
