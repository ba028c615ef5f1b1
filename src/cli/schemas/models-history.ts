import * as v from 'valibot';
import { path, schemaVersion, time } from './finding.ts';

const mark = v.pipe(
  v.unknown(),
  v.description('fingerprints and numbers of what changed, never a secret; null: there was none'),
);

const number = v.pipe(v.number(), v.integer());

const entry = v.strictObject({
  id: number,
  at: time,
  event: v.string(),
  command: v.string(),
  host: v.string(),
  agentDir: v.nullable(path),
  subject: v.pipe(v.nullable(v.string()), v.description('a profile, a provider or a config key')),
  path: v.nullable(path),
  before: mark,
  after: mark,
  undoes: v.pipe(v.nullable(number), v.description('the change that this one took back')),
  undoneBy: v.pipe(v.nullable(number), v.description('the change that took this one back')),
});

/** `models history --json`, newest first */
export const modelsHistory = v.strictObject({ schemaVersion, entries: v.array(entry) });
