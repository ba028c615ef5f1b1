import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import type { Json, JsonObject } from '../domain/json.ts';
import { isJsonObject } from '../domain/json.ts';
import { EpiloopError } from '../errors.ts';

/** An INTEGER column as JavaScript can hold it without loss. */
export const integer = v.pipe(v.number(), v.safeInteger());

/** A column that may be NULL: undefined on our side. (JSON's `null` stays what it is.) */
export function nullable<TInput, TOutput>(
  schema: v.GenericSchema<TInput, TOutput>,
): v.GenericSchema<TInput | null, TOutput | undefined> {
  // not a union, which would make an issue of every value that is there
  return v.lazy(
    (value): v.GenericSchema<TInput | null, TOutput | undefined> =>
      value === null ? absent : schema,
  );
}

const absent = v.pipe(
  v.null(),
  v.transform((): undefined => undefined),
);

export const flag = v.pipe(
  v.picklist([0, 1]),
  v.transform((value) => value === 1),
);

export const json = v.pipe(
  v.string(),
  v.parseJson(),
  v.custom<Json>(() => true),
);

export const jsonObject = v.pipe(v.string(), v.parseJson(), v.custom<JsonObject>(isJsonObject));

/**
 * Rows as their schema says, or `bad_data` naming table, column and what was expected. What was
 * found is never quoted: it may be a secret.
 */
export function readRows<T>(
  db: Database,
  table: string,
  schema: v.GenericSchema<unknown, T>,
  rows: readonly unknown[],
): T[] {
  return rows.map((row) => readRow(db, table, schema, row));
}

export function readRow<T>(
  db: Database,
  table: string,
  schema: v.GenericSchema<unknown, T>,
  row: unknown,
): T {
  const result = v.safeParse(schema, row, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const column = v.getDotPath(issue) ?? 'row';
  const expected = issue.expected ?? 'another value';
  throw new EpiloopError('bad_data', `${db.name}: ${table}.${column} is not ${expected}`, {
    path: db.name,
    hint: 'run epiloop doctor',
  });
}

/** A strict object with one entry per column, in the order of the query's columns. */
type RowSchema<T> = v.GenericSchema<unknown, T> & {
  readonly entries: Readonly<Record<string, unknown>>;
};

/**
 * The rows of a query, read as `readRows` does. They are fetched as lists, because for objects
 * better-sqlite3 compiles a function per query: dearer than a small query that is asked once.
 */
export function selectRows<T>(
  db: Database,
  table: string,
  schema: RowSchema<T>,
  sql: string,
  ...parameters: readonly unknown[]
): T[] {
  const names = Object.keys(schema.entries);
  const rows = db
    .prepare(sql)
    .raw()
    .all(...parameters);
  return rows.map((row) => readRow(db, table, schema, named(names, row)));
}

function named(names: readonly string[], row: unknown): Record<string, unknown> {
  if (!Array.isArray(row) || row.length !== names.length) {
    throw new TypeError(`a query has other columns than ${names.join(', ')}`);
  }
  const record: Record<string, unknown> = {};
  names.forEach((name, at) => {
    record[name] = row[at];
  });
  return record;
}

/** For an INTEGER column: refuses what SQLite would round or turn into a REAL. */
export function whole(column: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${column} holds safe integers only`);
}

export function wholeOrNull(column: string, value: number | undefined): number | null {
  return value === undefined ? null : whole(column, value);
}

/** For a TEXT column: a lone surrogate would silently come back as another character. */
export function text(column: string, value: string): string {
  if (value.isWellFormed()) return value;
  throw new RangeError(`${column} holds well-formed text only`);
}

export function textOrNull(column: string, value: string | undefined): string | null {
  return value === undefined ? null : text(column, value);
}

/** The same object without the keys whose value is undefined: absent columns are absent keys. */
export function present<T extends object>(value: T): T {
  const kept: Partial<T> = {};
  for (const key in value) if (value[key] !== undefined) kept[key] = value[key];
  // Only optional keys can hold undefined, so that what is left is still a T.
  return kept as T;
}
