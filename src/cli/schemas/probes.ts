/** `auth.probes` of `models status --probe --json`: the gateway's fields (2026.1.24). */
import * as v from 'valibot';
import type { ProbeSummary } from '../../domain/probe.ts';
import { credentialType, time } from './finding.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const result = v.strictObject({
  provider: v.string(),
  profileId: v.exactOptional(v.string()),
  label: v.pipe(
    v.string(),
    v.description("the profile's id, env: NAME, shell env: NAME or models.json"),
  ),
  source: v.picklist(['profile', 'env', 'models.json']),
  mode: credentialType,
  model: v.exactOptional(v.pipe(v.string(), v.description('provider/model'))),
  status: v.picklist([
    ...(['ok', 'auth', 'rate_limit', 'billing', 'timeout', 'format'] as const),
    ...(['unknown', 'no_model', 'unsupported'] as const),
  ]),
  error: v.exactOptional(v.pipe(v.string(), v.description('why it is not ok, one line'))),
  latencyMs: v.exactOptional(v.pipe(count, v.description('absent: nothing was sent'))),
});

export const probes = v.pipe(
  v.strictObject({
    startedAt: time,
    finishedAt: time,
    durationMs: v.number(),
    totalTargets: count,
    options: v.strictObject({
      provider: v.exactOptional(v.string()),
      profileIds: v.exactOptional(v.array(v.string())),
      timeoutMs: count,
      concurrency: count,
      maxTokens: count,
    }),
    results: v.array(result),
  }),
  v.description('with --probe'),
) satisfies v.GenericSchema<unknown, ProbeSummary>;
