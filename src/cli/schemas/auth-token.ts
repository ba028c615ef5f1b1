import * as v from 'valibot';
import { credentialType, findings, path, schemaVersion, time } from './finding.ts';

/** `models auth token --json` */
export const authToken = v.strictObject({
  schemaVersion,
  agentId: v.string(),
  agentDir: path,
  provider: v.string(),
  profileId: v.pipe(v.nullable(v.string()), v.description('null: it comes from no profile')),
  type: credentialType,
  source: v.pipe(v.string(), v.description('profile, env: NAME, shell env: NAME or models.json')),
  expiresAt: v.nullable(time),
  token: v.pipe(v.string(), v.description('the secret itself')),
  findings,
});
