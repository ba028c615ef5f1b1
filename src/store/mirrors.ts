import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { Finding } from '../domain/finding.ts';
import { reasons } from '../domain/finding.ts';
import type { JsonObject } from '../domain/json.ts';
import { integer, jsonObject, nullable, present, readRow, selectRows, text, whole } from './row.ts';
import { immediate } from './transaction.ts';

/** One agent's `auth-profiles.json` as last read or written. */
export interface MirrorRow {
  readonly agentDir: string;
  /** the file, absolute */
  readonly path: string;
  /** absent: there is no file, or it was too young to be trusted */
  readonly stamp?: string | undefined;
  /** counts every change that the file should carry */
  readonly revision: number;
  /** the last revision that it does carry */
  readonly exported: number;
  /** stamp of the version that we wrote last, trusted or not: absent, we never wrote it */
  readonly written?: string | undefined;
  /** entries and top-level keys that we do not model, verbatim */
  readonly extra: JsonObject;
  readonly findings: readonly Finding[];
}

const optionalText = v.optional(v.string());

const findingSchema = v.strictObject({
  reason: v.picklist(reasons),
  message: v.string(),
  hint: optionalText,
  provider: optionalText,
  profileId: optionalText,
  agentId: optionalText,
  path: optionalText,
  at: v.optional(v.number()),
  exit: v.number(),
});

const rowSchema = v.strictObject({
  agentDir: v.string(),
  path: v.string(),
  stamp: nullable(v.string()),
  revision: integer,
  exported: integer,
  written: nullable(v.string()),
  extra: jsonObject,
  findings: v.pipe(
    v.string(),
    v.parseJson(),
    v.array(v.unknown()),
    v.transform((list): Finding[] => known(list)),
  ),
});

/** A later build of the same schema may know reasons that this one does not: those are left out. */
function known(findings: readonly unknown[]): Finding[] {
  return findings.filter((finding): finding is Finding => v.is(findingSchema, finding));
}

export function get(db: Database, agentDir: string): MirrorRow | undefined {
  const [found] = selectRows(
    db,
    'mirrors',
    rowSchema,
    `SELECT agent_dir, path, stamp, revision, exported, written, extra, findings
     FROM mirrors WHERE agent_dir = ?`,
    agentDir,
  );
  return found === undefined ? undefined : present(found);
}

/** Every agent directory whose file has been seen, sorted, also those without profiles now. */
export function agentDirs(db: Database): string[] {
  const rows = db.prepare('SELECT agent_dir AS agentDir FROM mirrors ORDER BY 1').all();
  const schema = v.strictObject({ agentDir: v.string() });
  return rows.map((row) => readRow(db, 'mirrors', schema, row).agentDir);
}

/** Stores how the file was seen; what a row says of our own writing stays as it is. */
export function save(
  db: Database,
  row: Omit<MirrorRow, 'revision' | 'exported' | 'written'>,
): void {
  db.prepare(
    `INSERT INTO mirrors (agent_dir, path, stamp, extra, findings) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET path = excluded.path, stamp = excluded.stamp,
       extra = excluded.extra, findings = excluded.findings`,
  ).run(
    text('mirrors.agent_dir', row.agentDir),
    text('mirrors.path', row.path),
    row.stamp ?? null,
    JSON.stringify(row.extra),
    JSON.stringify(row.findings),
  );
}

/** Something changed that these agents' files should carry; directories without a row are skipped. */
export function bump(db: Database, agentDirs: Iterable<string>): void {
  const statement = db.prepare('UPDATE mirrors SET revision = revision + 1 WHERE agent_dir = ?');
  immediate(db, () => {
    for (const agentDir of agentDirs) statement.run(agentDir);
  });
}

/**
 * The file carries everything up to `revision`, and `stamp` is what it is now (undefined: too
 * young to be trusted). A revision below the one already exported leaves that as it is.
 */
export function markExported(
  db: Database,
  agentDir: string,
  revision: number,
  stamp: string | undefined,
): void {
  db.prepare('UPDATE mirrors SET exported = max(exported, ?), stamp = ? WHERE agent_dir = ?').run(
    whole('mirrors.exported', revision),
    stamp ?? null,
    agentDir,
  );
}

/**
 * We have just written everything up to `revision`. `written` is the stamp of what we wrote, by which
 * a version of somebody else's is told from ours; `stamp` is the same one, or undefined while it is
 * too young to be trusted.
 */
export function markWritten(
  db: Database,
  agentDir: string,
  state: {
    readonly revision: number;
    readonly stamp: string | undefined;
    readonly written: string;
  },
): void {
  immediate(db, () => {
    markExported(db, agentDir, state.revision, state.stamp);
    db.prepare('UPDATE mirrors SET written = ? WHERE agent_dir = ?').run(state.written, agentDir);
  });
}
