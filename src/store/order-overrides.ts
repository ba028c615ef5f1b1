import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { StoredOrder } from '../domain/agent-file.ts';
import { integer, nullable, selectRows, text, whole, wholeOrNull } from './row.ts';

const idsSchema = nullable(v.pipe(v.string(), v.parseJson(), v.array(v.string())));

const rowSchema = v.strictObject({
  provider: v.string(),
  ids: idsSchema,
  previous: idsSchema,
  changedAt: integer,
});

/** One agent's order overrides by provider as typed, in the file's order. */
export function list(db: Database, agentDir: string): Map<string, StoredOrder> {
  const rows = selectRows(
    db,
    'order_overrides',
    rowSchema,
    `SELECT provider, ids, previous, changed_at FROM order_overrides
     WHERE agent_dir = ? ORDER BY position, provider`,
    agentDir,
  );
  return new Map(rows.map(({ provider, ...rest }) => [provider, rest]));
}

/**
 * Sets the order of a provider (as typed), or with undefined takes it away; the order that stood
 * there is kept as `previous`. The order that stands there already changes nothing but the position.
 * @param position its place in the file; without it, where it is, and last when it is new
 */
export function set(
  db: Database,
  agentDir: string,
  provider: string,
  ids: readonly string[] | undefined,
  now: number,
  position?: number,
): void {
  const parameters = {
    agentDir: text('order_overrides.agent_dir', agentDir),
    provider: text('order_overrides.provider', provider),
    ids: ids === undefined ? null : JSON.stringify(ids),
    now: whole('order_overrides.changed_at', now),
    position: wholeOrNull('order_overrides.position', position),
  };
  db.prepare(
    `INSERT INTO order_overrides (agent_dir, provider, position, ids, previous, changed_at)
     VALUES (@agentDir, @provider,
       coalesce(@position, (SELECT max(position) + 1 FROM order_overrides
         WHERE agent_dir = @agentDir), 0), @ids, NULL, @now)
     ON CONFLICT DO UPDATE SET position = coalesce(@position, position),
       previous = iif(ids IS excluded.ids, previous, ids),
       changed_at = iif(ids IS excluded.ids, changed_at, excluded.changed_at),
       ids = excluded.ids`,
  ).run(parameters);
}
