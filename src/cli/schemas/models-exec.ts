import * as v from 'valibot';
import { schemaVersion } from './finding.ts';

/** `models exec --dry-run --json` */
export const modelsExec = v.strictObject({
  schemaVersion,
  agentId: v.string(),
  provider: v.string(),
  profileId: v.pipe(v.nullable(v.string()), v.description('null: it comes from no profile')),
  source: v.string(),
  variable: v.pipe(v.string(), v.description('that would hold the secret')),
  removed: v.pipe(v.array(v.string()), v.description('variables that the program would not get')),
  command: v.array(v.string()),
});
