import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { StoredOrder, SupersededOrder } from '../domain/agent-file.ts';
import { STALE_REWRITE_MS } from '../domain/generation.ts';
import { sameJson } from '../domain/json.ts';
import { integer, nullable, selectRows, text, whole, wholeOrNull } from './row.ts';

/** Nobody means to change one order more often within the time that a stale rewrite takes. */
const MAX_SUPERSEDED = 8;

const ids = v.array(v.string());

const rowSchema = v.strictObject({
  provider: v.string(),
  ids: nullable(v.pipe(v.string(), v.parseJson(), ids)),
  superseded: v.pipe(
    v.string(),
    v.parseJson(),
    v.array(v.strictObject({ ids: nullable(ids), at: integer })),
  ),
});

/** One agent's order overrides by provider as typed, in the file's order. */
export function list(db: Database, agentDir: string): Map<string, StoredOrder> {
  const rows = selectRows(
    db,
    'order_overrides',
    rowSchema,
    `SELECT provider, ids, superseded FROM order_overrides
     WHERE agent_dir = ? ORDER BY position, provider`,
    agentDir,
  );
  return new Map(rows.map(({ provider, ...rest }) => [provider, rest]));
}

/**
 * Sets the order of a provider (as typed), or with undefined takes it away; what stood there is
 * kept among the `superseded`: those of the last ten minutes, at most eight. The order that stands
 * there already changes nothing but the position. Reads before it writes: for a transaction.
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
  const at = whole('order_overrides.superseded', now);
  const superseded = supersededBy(list(db, agentDir).get(provider), ids, at);
  const parameters = {
    agentDir: text('order_overrides.agent_dir', agentDir),
    provider: text('order_overrides.provider', provider),
    ids: ids === undefined ? null : JSON.stringify(ids),
    superseded: JSON.stringify(superseded.map((each) => ({ ids: each.ids ?? null, at: each.at }))),
    position: wholeOrNull('order_overrides.position', position),
  };
  db.prepare(
    `INSERT INTO order_overrides (agent_dir, provider, position, ids, superseded)
     VALUES (@agentDir, @provider,
       coalesce(@position, (SELECT max(position) + 1 FROM order_overrides
         WHERE agent_dir = @agentDir), 0), @ids, @superseded)
     ON CONFLICT DO UPDATE SET position = coalesce(@position, position),
       ids = excluded.ids, superseded = excluded.superseded`,
  ).run(parameters);
}

/** What is remembered once `ids` stand there instead of what stood there. */
function supersededBy(
  stored: StoredOrder | undefined,
  ids: readonly string[] | undefined,
  at: number,
): readonly SupersededOrder[] {
  if (stored !== undefined && sameIds(stored.ids, ids)) return stored.superseded;
  const earlier = (stored?.superseded ?? []).filter(
    (each) => at - each.at < STALE_REWRITE_MS && !sameIds(each.ids, stored?.ids),
  );
  return [{ ids: stored?.ids, at }, ...earlier].slice(0, MAX_SUPERSEDED);
}

function sameIds(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return sameJson(a ?? null, b ?? null);
}
