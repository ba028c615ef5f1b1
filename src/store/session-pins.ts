import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { type PinnedSession, pinFromJson, pinJson } from '../domain/session-pin.ts';
import {
  flag,
  integer,
  json,
  nullable,
  selectRows,
  text,
  textOrNull,
  whole,
  wholeOrNull,
} from './row.ts';

const rowSchema = v.strictObject({
  provider: nullable(v.string()),
  model: nullable(v.string()),
  profile: nullable(v.string()),
  source: nullable(v.picklist(['user', 'auto'])),
  compactions: nullable(integer),
  pending: flag,
  seen: nullable(json),
});

/** What a session of an agent is pinned to; undefined: nothing, as far as we know. */
export function get(db: Database, agentDir: string, key: string): PinnedSession | undefined {
  const [row] = selectRows(
    db,
    'session_pins',
    rowSchema,
    `SELECT provider, model, profile, source, compaction_count, pending, seen
     FROM session_pins WHERE agent_dir = ? AND session_key = ?`,
    agentDir,
    key,
  );
  if (row === undefined) return undefined;
  const { provider, model, profile: id, source, compactions, pending, seen } = row;
  return {
    pin: {
      ...(provider !== undefined && model !== undefined && { model: { provider, model } }),
      ...(id !== undefined &&
        source !== undefined && {
          profile: { id, source, ...(compactions !== undefined && { compactions }) },
        }),
    },
    pending,
    seen: pinFromJson(seen),
  };
}

/** @param now ms since the epoch */
export function set(
  db: Database,
  agentDir: string,
  key: string,
  { pin, pending, seen }: PinnedSession,
  now: number,
): void {
  const seenJson = seen && pinJson(seen);
  db.prepare(
    `INSERT INTO session_pins (agent_dir, session_key, provider, model, profile, source,
       compaction_count, pending, seen, updated_at)
     VALUES (@agentDir, @key, @provider, @model, @profile, @source, @compactions, @pending, @seen,
       @now)
     ON CONFLICT DO UPDATE SET provider = excluded.provider, model = excluded.model,
       profile = excluded.profile, source = excluded.source,
       compaction_count = excluded.compaction_count, pending = excluded.pending,
       seen = excluded.seen, updated_at = excluded.updated_at`,
  ).run({
    agentDir: text('session_pins.agent_dir', agentDir),
    key: text('session_pins.session_key', key),
    provider: textOrNull('session_pins.provider', pin.model?.provider),
    model: textOrNull('session_pins.model', pin.model?.model),
    profile: textOrNull('session_pins.profile', pin.profile?.id),
    source: pin.profile?.source ?? null,
    compactions: wholeOrNull('session_pins.compaction_count', pin.profile?.compactions),
    pending: pending ? 1 : 0,
    seen: seenJson === undefined ? null : JSON.stringify(seenJson),
    now: whole('session_pins.updated_at', now),
  });
}

/** Says whether there was one. */
export function remove(db: Database, agentDir: string, key: string): boolean {
  const { changes } = db
    .prepare('DELETE FROM session_pins WHERE agent_dir = ? AND session_key = ?')
    .run(agentDir, key);
  return changes > 0;
}
