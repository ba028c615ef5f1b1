import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { JsonObject } from '../domain/json.ts';
import type { Usage } from '../domain/profile.ts';
import {
  integer,
  jsonObject,
  nullable,
  present,
  selectRows,
  text,
  textOrNull,
  whole,
  wholeOrNull,
} from './row.ts';
import { immediate } from './transaction.ts';

const rowSchema = v.strictObject({
  profileId: v.string(),
  lastUsed: nullable(integer),
  cooldownUntil: nullable(integer),
  disabledUntil: nullable(integer),
  disabledReason: nullable(v.string()),
  errorCount: nullable(integer),
  lastFailureAt: nullable(integer),
  extra: jsonObject,
});

const countSchema = v.strictObject({ profileId: v.string(), reason: v.string(), count: integer });

/** One agent's usage by profile id, ghosts included, in the file's order. */
export function list(db: Database, agentDir: string): Map<string, Usage> {
  const counts = failureCounts(db, agentDir);
  const rows = selectRows(
    db,
    'usage',
    rowSchema,
    `SELECT profile_id, last_used, cooldown_until, disabled_until, disabled_reason, error_count,
       last_failure_at, extra
     FROM usage WHERE agent_dir = ? ORDER BY position, profile_id`,
    agentDir,
  );
  return new Map(
    rows.map(({ profileId, extra, ...rest }) => [
      profileId,
      present({ ...rest, ...splitExtra(extra, counts.get(profileId)) }),
    ]),
  );
}

function failureCounts(db: Database, agentDir: string): Map<string, Record<string, number>> {
  const rows = selectRows(
    db,
    'failure_counts',
    countSchema,
    `SELECT profile_id, reason, count FROM failure_counts
     WHERE agent_dir = ? ORDER BY profile_id, reason`,
    agentDir,
  );
  const grouped = Map.groupBy(rows, ({ profileId }) => profileId);
  return new Map(
    [...grouped].map(([id, group]) => [
      id,
      Object.fromEntries(group.map(({ reason, count }) => [reason, count])),
    ]),
  );
}

/**
 * `failureCounts: {}` has no rows, yet is not the same as none in the file, so that it is kept as
 * an empty object in `extra` and taken out of it here.
 */
function splitExtra(
  extra: JsonObject,
  counts: Record<string, number> | undefined,
): Pick<Usage, 'failureCounts' | 'extra'> {
  const { failureCounts: kept, ...others } = extra;
  const isEmpty = kept !== undefined && JSON.stringify(kept) === '{}';
  const rest = isEmpty ? others : extra;
  return {
    failureCounts: counts ?? (isEmpty ? {} : undefined),
    extra: Object.keys(rest).length === 0 ? undefined : rest,
  };
}

/**
 * Replaces what is known of a profile's use. An empty `extra` comes back as none.
 * @param position its place in the file; without it, where it is, and last when it is new
 */
export function set(
  db: Database,
  agentDir: string,
  profileId: string,
  usage: Usage,
  position?: number,
): void {
  const counts = Object.entries(usage.failureCounts ?? {});
  const noCounts = usage.failureCounts !== undefined && counts.length === 0;
  const parameters = {
    agentDir: text('usage.agent_dir', agentDir),
    profileId: text('usage.profile_id', profileId),
    position: wholeOrNull('usage.position', position),
    lastUsed: wholeOrNull('usage.last_used', usage.lastUsed),
    cooldownUntil: wholeOrNull('usage.cooldown_until', usage.cooldownUntil),
    disabledUntil: wholeOrNull('usage.disabled_until', usage.disabledUntil),
    disabledReason: textOrNull('usage.disabled_reason', usage.disabledReason),
    errorCount: wholeOrNull('usage.error_count', usage.errorCount),
    lastFailureAt: wholeOrNull('usage.last_failure_at', usage.lastFailureAt),
    extra: JSON.stringify({ ...(noCounts ? { failureCounts: {} } : {}), ...usage.extra }),
  };
  immediate(db, () => {
    // Not one upsert: the place of a new entry takes a look at all others, an update must not.
    if (db.prepare(updateSql).run(parameters).changes === 0) db.prepare(insertSql).run(parameters);
    replaceCounts(db, agentDir, profileId, counts);
  });
}

const updateSql = `UPDATE usage SET position = coalesce(@position, position),
    last_used = @lastUsed, cooldown_until = @cooldownUntil, disabled_until = @disabledUntil,
    disabled_reason = @disabledReason, error_count = @errorCount,
    last_failure_at = @lastFailureAt, extra = @extra
  WHERE agent_dir = @agentDir AND profile_id = @profileId`;

const insertSql = `INSERT INTO usage (agent_dir, profile_id, position, last_used, cooldown_until,
    disabled_until, disabled_reason, error_count, last_failure_at, extra)
  VALUES (@agentDir, @profileId,
    coalesce(@position, (SELECT max(position) + 1 FROM usage WHERE agent_dir = @agentDir), 0),
    @lastUsed, @cooldownUntil, @disabledUntil, @disabledReason, @errorCount, @lastFailureAt,
    @extra)`;

function replaceCounts(
  db: Database,
  agentDir: string,
  profileId: string,
  counts: readonly (readonly [string, number])[],
): void {
  removeCounts(db, agentDir, profileId);
  const statement = db.prepare(
    'INSERT INTO failure_counts (agent_dir, profile_id, reason, count) VALUES (?, ?, ?, ?)',
  );
  for (const [reason, count] of counts) {
    const cause = text('failure_counts.reason', reason);
    statement.run(agentDir, profileId, cause, whole('failure_counts.count', count));
  }
}

function removeCounts(db: Database, agentDir: string, profileId: string): void {
  db.prepare('DELETE FROM failure_counts WHERE agent_dir = ? AND profile_id = ?').run(
    agentDir,
    profileId,
  );
}

/** Says whether there was any. */
export function remove(db: Database, agentDir: string, profileId: string): boolean {
  return immediate(db, () => {
    removeCounts(db, agentDir, profileId);
    const { changes } = db
      .prepare('DELETE FROM usage WHERE agent_dir = ? AND profile_id = ?')
      .run(agentDir, profileId);
    return changes > 0;
  });
}
