import * as v from 'valibot';
import { reasons } from '../../domain/finding.ts';

const time = v.pipe(v.number(), v.integer(), v.description('ms since the epoch'));

const finding = v.strictObject({
  reason: v.picklist(reasons),
  message: v.string(),
  hint: v.optional(v.string()),
  provider: v.optional(v.string()),
  profileId: v.optional(v.string()),
  agentId: v.optional(v.string()),
  path: v.optional(v.string()),
  at: v.optional(time),
  exit: v.pipe(v.number(), v.integer()),
});

const answer = {
  schemaVersion: v.literal(1),
  agentId: v.string(),
  agentDir: v.string(),
  storePath: v.string(),
  profileId: v.string(),
  provider: v.string(),
  type: v.picklist(['api_key', 'token', 'oauth']),
  expiresAt: v.nullable(time),
  fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
  replaced: v.boolean(),
  config: v.array(v.strictObject({ path: v.string(), backup: v.optional(v.string()) })),
  findings: v.array(finding),
  mode: v.picklist(['api_key', 'token', 'oauth']),
  adopted: v.boolean(),
};

/** What `models auth setup-token --json` and `models auth add --json` answer. */
export const authSetupTokenAnswer = v.strictObject(answer);
