import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { selectRows, text, wholeOrNull } from './row.ts';

const rowSchema = v.strictObject({ provider: v.string(), profileId: v.string() });

/** One agent's last good profile by provider as typed, in the file's order. */
export function list(db: Database, agentDir: string): Map<string, string> {
  const rows = selectRows(
    db,
    'last_good',
    rowSchema,
    'SELECT provider, profile_id FROM last_good WHERE agent_dir = ? ORDER BY position, provider',
    agentDir,
  );
  return new Map(rows.map((row) => [row.provider, row.profileId]));
}

/** @param position its place in the file; without it, where it is, and last when it is new */
export function set(
  db: Database,
  agentDir: string,
  provider: string,
  profileId: string,
  position?: number,
): void {
  db.prepare(
    `INSERT INTO last_good (agent_dir, provider, position, profile_id)
     VALUES (@agentDir, @provider, coalesce(@position, (SELECT max(position) + 1 FROM last_good
       WHERE agent_dir = @agentDir), 0), @profileId)
     ON CONFLICT DO UPDATE SET position = coalesce(@position, position),
       profile_id = excluded.profile_id`,
  ).run({
    agentDir: text('last_good.agent_dir', agentDir),
    provider: text('last_good.provider', provider),
    profileId: text('last_good.profile_id', profileId),
    position: wholeOrNull('last_good.position', position),
  });
}

/** Says whether there was one. */
export function remove(db: Database, agentDir: string, provider: string): boolean {
  const { changes } = db
    .prepare('DELETE FROM last_good WHERE agent_dir = ? AND provider = ?')
    .run(agentDir, provider);
  return changes > 0;
}
