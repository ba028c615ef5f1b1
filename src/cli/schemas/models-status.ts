/** `models status --json`: the gateway's fields in its order (2026.1.24), then ours. */
import * as v from 'valibot';
import type { AgentReport } from '../../app/app.ts';
import type { StatusReport } from '../../domain/status-report.ts';
import {
  credentialType,
  findings,
  healthStatus,
  mirrors,
  path,
  schemaVersion,
  time,
} from './finding.ts';
import { probes } from './probes.ts';

const shownSecret = v.strictObject({
  value: v.pipe(v.string(), v.description('a fingerprint or a mask, never the secret')),
  source: v.string(),
});

const provider = v.strictObject({
  provider: v.string(),
  effective: v.strictObject({
    kind: v.picklist(['profiles', 'env', 'models.json', 'missing']),
    detail: v.string(),
  }),
  profiles: v.strictObject({
    count: v.number(),
    oauth: v.number(),
    token: v.number(),
    apiKey: v.number(),
    labels: v.array(v.string()),
  }),
  env: v.exactOptional(shownSecret),
  modelsJson: v.exactOptional(shownSecret),
});

const unusableProfile = v.strictObject({
  profileId: v.string(),
  provider: v.exactOptional(v.string()),
  kind: v.picklist(['cooldown', 'disabled']),
  reason: v.exactOptional(v.string()),
  until: time,
  remainingMs: v.number(),
});

const profileHealth = v.strictObject({
  profileId: v.string(),
  provider: v.string(),
  type: credentialType,
  status: healthStatus,
  expiresAt: v.exactOptional(time),
  remainingMs: v.exactOptional(v.number()),
  source: v.picklist(['claude-cli', 'codex-cli', 'store']),
  label: v.string(),
});

const providerHealth = v.strictObject({
  provider: v.string(),
  status: healthStatus,
  profiles: v.array(profileHealth),
  expiresAt: v.exactOptional(time),
  remainingMs: v.exactOptional(v.number()),
});

const auth = v.strictObject({
  storePath: path,
  shellEnvFallback: v.strictObject({ enabled: v.boolean(), appliedKeys: v.array(v.string()) }),
  providersWithOAuth: v.array(v.pipe(v.string(), v.description('provider (n)'))),
  missingProvidersInUse: v.array(v.string()),
  providers: v.array(provider),
  unusableProfiles: v.array(unusableProfile),
  oauth: v.strictObject({
    warnAfterMs: v.number(),
    profiles: v.array(profileHealth),
    providers: v.array(providerHealth),
  }),
  probes: v.exactOptional(probes),
});

const fields = {
  configPath: path,
  agentDir: path,
  defaultModel: v.string(),
  resolvedDefault: v.string(),
  fallbacks: v.array(v.string()),
  imageModel: v.nullable(v.string()),
  imageFallbacks: v.array(v.string()),
  aliases: v.record(v.string(), v.string()),
  allowed: v.array(v.string()),
  auth,
  schemaVersion,
  findings,
  mirrors,
};

const report = v.strictObject(fields) satisfies v.GenericSchema<unknown, StatusReport>;

const agentReport = v.strictObject({
  ...fields,
  agentId: v.string(),
}) satisfies v.GenericSchema<unknown, AgentReport>;

const allAgents = v.pipe(
  v.strictObject({ schemaVersion, agents: v.array(agentReport) }),
  v.description('with --all-agents'),
);

export const modelsStatus = v.union([report, allAgents]);
