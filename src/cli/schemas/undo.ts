import * as v from 'valibot';
import { configChange } from './auth-paste.ts';
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
  config: v.pipe(v.array(configChange), v.description('config files that were changed')),
  siblings: v.pipe(v.array(change), v.description('made by the same command, still standing')),
  findings,
});
