import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { ModelRef } from '../domain/model-ref.ts';
import { selectRows, text, whole } from './row.ts';

const models = v.array(v.strictObject({ provider: v.string(), model: v.string() }));
const rowSchema = v.strictObject({ models: v.pipe(v.string(), v.parseJson(), models) });

/** The models that a session was shown last, in the order of their numbers. */
export function get(db: Database, agentDir: string, key: string): readonly ModelRef[] | undefined {
  const [row] = selectRows(
    db,
    'session_lists',
    rowSchema,
    'SELECT models FROM session_lists WHERE agent_dir = ? AND session_key = ?',
    agentDir,
    key,
  );
  return row?.models;
}

/** @param now ms since the epoch */
export function set(
  db: Database,
  agentDir: string,
  key: string,
  listed: readonly ModelRef[],
  now: number,
): void {
  const plain = listed.map(({ provider, model }) => ({ provider, model }));
  db.prepare(
    `INSERT INTO session_lists (agent_dir, session_key, models, shown_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET models = excluded.models, shown_at = excluded.shown_at`,
  ).run(
    text('session_lists.agent_dir', agentDir),
    text('session_lists.session_key', key),
    JSON.stringify(plain),
    whole('session_lists.shown_at', now),
  );
}
