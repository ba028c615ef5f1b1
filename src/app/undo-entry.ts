import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { Usage } from '../domain/profile.ts';
import { type Change, kindOf } from '../domain/undoing.ts';
import { modelUsage, usageEntry } from '../mirror/format.ts';
import * as orderOverrides from '../store/order-overrides.ts';
import * as usage from '../store/usage.ts';
import type { Agent } from './agents.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import { changedSince, type Undone } from './undo-refusal.ts';
import { markOf } from './usage-change.ts';
import { currentOrders } from './view.ts';

/** Puts an agent's own order of one provider back. Inside a transaction; throws `refused`. */
export function undoOrder(host: Host, agent: Agent, change: Change): Undone {
  const { db } = host.store;
  const key = change.subject ?? '';
  const now = currentOrders(host, agent.key).get(key);
  const [before, left] = [orderIn(change.before), orderIn(change.after)];
  if (canonicalJson(now) !== canonicalJson(left)) throw changed(host, agent, change);
  orderOverrides.set(db, agent.key, key, before, host.effects.now());
  const made = record(host, {
    event: before === undefined ? 'order_removed' : 'order_changed',
    subject: key,
    agentDir: agent.key,
    path: agent.path,
    before: now && [...now],
    after: { ...(before !== undefined && { order: [...before] }), undoes: change.id },
  });
  const is = before === undefined ? 'is removed again' : `is ${before.join(', ') || 'empty'} again`;
  return { changes: [made], result: `the order of ${key} ${is}` };
}

/** Puts what is known of a profile's use back. Inside a transaction; throws `refused`. */
export function undoUsage(host: Host, agent: Agent, change: Change): Undone {
  const { db } = host.store;
  const id = change.subject ?? '';
  const now = usage.list(db, agent.key).get(id);
  const [before, left] = [usageIn(change.before), usageIn(change.after)];
  const current = now && markOf(now);
  if (canonicalJson(current) !== canonicalJson(left)) throw changed(host, agent, change);
  const restored = before && modelUsage(completed(before, now));
  if (restored === undefined) usage.remove(db, agent.key, id);
  else usage.set(db, agent.key, id, restored);
  const made = record(host, {
    event: 'usage_restored',
    subject: id,
    agentDir: agent.key,
    path: agent.path,
    before: current,
    after: { usage: restored === undefined ? null : markOf(restored), undoes: change.id },
  });
  return { changes: [made], result: `what is known of the use of ${id} is as before` };
}

/** Free text is not remembered but as `?`: what stands there now is taken, or nothing. */
function completed(entry: JsonObject, now: Usage | undefined): JsonObject {
  const current: JsonObject = now === undefined ? {} : usageEntry(now);
  const fields = Object.entries(entry).map(([name, value]): [string, Json | undefined] => [
    name,
    value === '?' ? current[name] : value,
  ]);
  const known = fields.filter((field): field is [string, Json] => field[1] !== undefined);
  return Object.fromEntries(known);
}

function changed(host: Host, agent: Agent, change: Change) {
  return changedSince(host, change, (later) => {
    const { agentDir, subject } = later;
    return kindOf(later) === kindOf(change) && agentDir === agent.key && subject === change.subject;
  });
}

/** An order as a row has it, or beside what it undoes. */
function orderIn(mark: Json | undefined): readonly string[] | undefined {
  const value = isJsonObject(mark) ? mark['order'] : mark;
  if (!Array.isArray(value)) return undefined;
  return value.filter((id): id is string => typeof id === 'string');
}

/** A usage entry as the file has it; fields that nobody models may stand in `extra`. */
function usageIn(mark: Json | undefined): JsonObject | undefined {
  const value = isJsonObject(mark) && 'undoes' in mark ? mark['usage'] : mark;
  if (!isJsonObject(value)) return undefined;
  const { extra, ...fields } = value;
  const entry = isJsonObject(extra) ? { ...fields, ...extra } : value;
  const modelled = modelUsage(entry);
  return modelled && usageEntry(modelled);
}
