import * as v from 'valibot';
import { findings, path, schemaVersion } from './finding.ts';

const change = v.pipe(v.number(), v.integer(), v.description('a number of models history'));

/** `undo <n> --json` */
export const undoAnswer = v.strictObject({
  schemaVersion,
  change,
  event: v.string(),
  subject: v.nullable(v.string()),
  dryRun: v.boolean(),
  madeChanges: v.pipe(v.array(change), v.description('none for a dry run')),
  agentId: v.pipe(v.nullable(v.string()), v.description('null: it was one of the config')),
  agentDir: v.nullable(path),
  path,
  result: v.pipe(v.string(), v.description('how it is now, for a person')),
  config: v.array(v.strictObject({ path, backup: v.exactOptional(path) })),
  siblings: v.pipe(v.array(change), v.description('made by the same command, still standing')),
  findings,
});
