import * as v from 'valibot';
import { findings, path, schemaVersion } from './finding.ts';

/** `models auth cooldown clear --json` */
export const cooldownClear = v.strictObject({
  schemaVersion,
  agentId: v.string(),
  agentDir: path,
  cleared: v.pipe(
    v.array(
      v.strictObject({
        profileId: v.string(),
        agentId: v.string(),
        agentDir: path,
        storePath: path,
      }),
    ),
    v.description('where it was cleared; empty: nothing rested'),
  ),
  findings,
});
