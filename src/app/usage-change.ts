import { isJsonObject, type Json } from '../domain/json.ts';
import type { Usage } from '../domain/profile.ts';
import { usageEntry } from '../mirror/format.ts';
import * as mirrors from '../store/mirrors.ts';
import * as usage from '../store/usage.ts';
import type { Agent } from './agents.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';

export interface UsageChange {
  /** of the history row */
  readonly event: string;
  /** what stands in this agent's own file; undefined: nothing */
  readonly before: Usage | undefined;
  readonly after: Usage;
}

/**
 * Replaces what an agent's own file says of a profile's use, and remembers both entries whole, as
 * the file has them, so that the change can be undone.
 */
export function replaceUsage(
  host: Host,
  agent: Agent,
  profileId: string,
  { event, before, after }: UsageChange,
): void {
  const { db } = host.store;
  usage.set(db, agent.key, profileId, after);
  if (mirrors.get(db, agent.key) === undefined) {
    mirrors.save(db, { agentDir: agent.key, path: agent.path, extra: {}, findings: [] });
  }
  mirrors.bump(db, [agent.key]);
  record(host, {
    event,
    subject: profileId,
    agentDir: agent.key,
    path: agent.path,
    before: before === undefined ? null : markOf(before),
    after: markOf(after),
  });
}

/** A usage entry as a history row holds it. */
export function markOf(stats: Usage): Json {
  return plain(usageEntry(stats));
}

/** The file's times, counts and words; other text of it could be anything, a secret too. */
function plain(value: Json): Json {
  if (typeof value === 'string') return isWord(value) ? value : '?';
  if (Array.isArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).filter(([name]) => isWord(name));
  return Object.fromEntries(fields.map(([name, each]) => [name, plain(each)]));
}

function isWord(text: string): boolean {
  return /^[A-Za-z_]{1,24}$/.test(text);
}
