import * as v from 'valibot';
import { findings, path, schemaVersion, time } from './finding.ts';

const resting = v.strictObject({
  profileId: v.string(),
  provider: v.exactOptional(v.string()),
  kind: v.picklist(['cooldown', 'disabled']),
  reason: v.exactOptional(v.string()),
  until: time,
  remainingMs: v.number(),
  errorCount: v.exactOptional(v.number()),
  failureCounts: v.record(v.string(), v.number()),
  lastUsed: v.exactOptional(time),
  lastFailureAt: v.exactOptional(time),
  inherited: v.pipe(v.boolean(), v.description("it is main's file that says so")),
});

const agent = {
  agentId: v.string(),
  agentDir: path,
  storePath: path,
  profiles: v.pipe(v.array(resting), v.description('the soonest end first')),
};

/** `models auth cooldown list --json`; with `--all-agents` the agents stand in a list. */
export const cooldownList = v.union([
  v.strictObject({ schemaVersion, ...agent, findings }),
  v.strictObject({ schemaVersion, agents: v.array(v.strictObject(agent)), findings }),
]);
