import * as v from 'valibot';
import { failureReasons } from '../../domain/failure.ts';
import { findings, path, schemaVersion, time } from './finding.ts';

/** `models auth mark --json` */
export const authMark = v.strictObject({
  schemaVersion,
  agentId: v.string(),
  agentDir: path,
  storePath: path,
  profileId: v.string(),
  provider: v.string(),
  outcome: v.picklist(['ok', ...failureReasons]),
  resting: v.exactOptional(
    v.strictObject({
      kind: v.picklist(['cooldown', 'disabled']),
      reason: v.exactOptional(v.string()),
      until: time,
      remainingMs: v.number(),
    }),
  ),
  errorCount: v.number(),
  findings,
});
