import * as v from 'valibot';
import { type ErrorCode, exitCodes } from '../../errors.ts';
import { findings, path, schemaVersion, time } from './finding.ts';

// Object.keys forgets the names of what it is given
const codes = Object.keys(exitCodes) as ErrorCode[];

/** `models auth refresh --json` */
export const authRefresh = v.strictObject({
  schemaVersion,
  agentId: v.string(),
  agentDir: path,
  logins: v.array(
    v.strictObject({
      profileId: v.string(),
      provider: v.string(),
      holder: v.pipe(v.string(), v.description('the agent whose file it stands in')),
      outcome: v.pipe(
        v.picklist(['renewed', 'current', 'left', 'failed']),
        v.description("current: good enough; left: another program's to refresh"),
      ),
      expiresAt: v.nullable(time),
      error: v.nullable(v.strictObject({ code: v.picklist(codes), message: v.string() })),
    }),
  ),
  findings,
});
