import * as v from 'valibot';
import { reasons } from '../../domain/finding.ts';

const finding = v.strictObject({
  reason: v.picklist(reasons),
  message: v.string(),
  hint: v.optional(v.string()),
  provider: v.optional(v.string()),
  profileId: v.optional(v.string()),
  agentId: v.optional(v.string()),
  path: v.optional(v.string()),
  at: v.optional(v.number()),
  exit: v.number(),
});

/** One credential: under a profile id of an agent, or as a variable. */
const result = v.strictObject({
  choice: v.string(),
  provider: v.string(),
  profileId: v.optional(v.string()),
  variable: v.optional(v.string()),
  path: v.string(),
  agentId: v.optional(v.string()),
  fingerprint: v.string(),
  action: v.picklist(['stored', 'replaced', 'kept']),
  replaced: v.boolean(),
});

/** `epiloop onboard --json` */
export const onboardSchema = v.strictObject({
  schemaVersion: v.literal(1),
  results: v.array(result),
  config: v.array(v.strictObject({ path: v.string(), backup: v.optional(v.string()) })),
  findings: v.array(finding),
});
