import * as v from 'valibot';
import type { ListedAgent, ListedProfile } from '../../app/app.ts';
import {
  credentialType,
  findings,
  fingerprint,
  healthStatus,
  path,
  schemaVersion,
  time,
} from './finding.ts';

const profile = v.strictObject({
  id: v.string(),
  provider: v.pipe(v.string(), v.description('as it stands in the file')),
  type: credentialType,
  expiresAt: v.exactOptional(time),
  blank: v.pipe(v.boolean(), v.description('there is no secret in it')),
  refreshable: v.pipe(v.boolean(), v.description('a login with a refresh token')),
  refresh: v.exactOptional(
    v.pipe(v.picklist(['in_doubt', 'refused']), v.description('what became of its last refresh')),
  ),
  fingerprint,
  email: v.exactOptional(v.string()),
  inherited: v.pipe(v.boolean(), v.description("it stands in main's file")),
  status: healthStatus,
}) satisfies v.GenericSchema<unknown, ListedProfile>;

const agent = v.strictObject({
  agentId: v.string(),
  agentDir: path,
  storePath: path,
  profiles: v.array(profile),
}) satisfies v.GenericSchema<unknown, ListedAgent>;

/** `models auth list --json` */
export const authList = v.strictObject({ schemaVersion, agents: v.array(agent), findings });
