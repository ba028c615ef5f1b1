import * as v from 'valibot';
import { credentialType, findings, fingerprint, path, schemaVersion, time } from './finding.ts';

export const configChange = v.strictObject({
  path,
  backup: v.exactOptional(v.pipe(path, v.description('the copy that was made first'))),
});

/** `models auth paste-token --json` and `paste-api-key --json` */
export const authPaste = v.strictObject({
  schemaVersion,
  agentId: v.string(),
  agentDir: path,
  storePath: path,
  profileId: v.string(),
  provider: v.string(),
  type: credentialType,
  expiresAt: v.nullable(time),
  fingerprint,
  replaced: v.pipe(v.boolean(), v.description('there was one of this id with another secret')),
  config: v.pipe(v.array(configChange), v.description('config files that were changed')),
  findings,
});
