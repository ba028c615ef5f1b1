import * as v from 'valibot';
import { reasons } from '../../domain/finding.ts';

const path = v.pipe(v.string(), v.description('absolute path'));
const change = v.pipe(v.number(), v.integer(), v.description('a number of models history'));

const finding = v.strictObject({
  reason: v.picklist(reasons),
  message: v.string(),
  hint: v.exactOptional(v.string()),
  provider: v.exactOptional(v.string()),
  profileId: v.exactOptional(v.string()),
  agentId: v.exactOptional(v.string()),
  path: v.exactOptional(path),
  at: v.exactOptional(v.number()),
  exit: v.number(),
});

/** `undo <n> --json` */
export const undoAnswer = v.strictObject({
  schemaVersion: v.literal(1),
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
  findings: v.array(finding),
});
