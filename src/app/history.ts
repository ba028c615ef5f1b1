import type { Json } from '../domain/json.ts';
import { undoneBy } from '../domain/undoing.ts';
import * as credentials from '../store/credentials.ts';
import * as history from '../store/history.ts';
import type { Agent } from './agents.ts';
import type { HistoryOutcome, HistoryRequest } from './app.ts';
import type { Host } from './host.ts';

/**
 * Remembers one change; `before` and `after` hold numbers and fingerprints, never a secret. Returns
 * the number of the change.
 */
export function record(
  host: Host,
  change: {
    readonly event: string;
    readonly agentDir?: string | undefined;
    readonly subject?: string | undefined;
    readonly path?: string | undefined;
    readonly before?: Json | undefined;
    readonly after?: Json | undefined;
  },
): number {
  return history.append(host.store.db, {
    ...change,
    at: host.effects.now(),
    command: host.options.command,
    host: host.effects.hostname(),
  });
}

/** Remembers what happened to one profile of an agent's file. */
export function recordProfile(
  host: Host,
  agent: Agent,
  event: string,
  subject: string,
  marks: { readonly before?: Json | undefined; readonly after?: Json | undefined },
): number {
  return record(host, { event, subject, agentDir: agent.key, path: agent.path, ...marks });
}

/** What a history row may say of a credential: numbers and fingerprints. */
export function credentialMark(host: Host, id: number, source?: string): Json | undefined {
  const row = credentials.get(host.store.db, id);
  if (row === undefined) return undefined;
  return {
    credential: row.id,
    generation: row.generation,
    type: row.credential.type,
    fingerprint: row.secretHash.slice(0, 8),
    ...(source !== undefined && { source }),
  };
}

/** What changed here, newest first. */
export function listHistory(host: Host, request: HistoryRequest): HistoryOutcome {
  const { db } = host.store;
  const undoings = history.undoings(db);
  const entries = history.list(db, { limit: request.limit }).map((row) => {
    const by = undoneBy(row.id, undoings);
    return by === undefined ? row : { ...row, undoneBy: by };
  });
  return { entries, notices: host.notices };
}
