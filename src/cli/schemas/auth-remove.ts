import * as v from 'valibot';
import { findings, path, schemaVersion } from './finding.ts';

/** `models auth remove --json` */
export const authRemove = v.strictObject({
  schemaVersion,
  agentId: v.string(),
  agentDir: path,
  storePath: path,
  profileId: v.string(),
  keptIn: v.pipe(v.array(v.string()), v.description('agents that still have this login')),
  findings,
});
