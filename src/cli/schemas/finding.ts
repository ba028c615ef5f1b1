/** What several answers have in common. Strict, so that a field nobody documented is noticed. */
import * as v from 'valibot';
import { type Finding, reasons } from '../../domain/finding.ts';
import type { MirrorState } from '../../domain/status-report.ts';

export const schemaVersion = v.literal(1);

/** ms since the epoch, as files gave it: they may name a fraction */
export const time = v.pipe(v.number(), v.description('ms since the epoch'));

export const path = v.pipe(v.string(), v.description('absolute path'));

export const credentialType = v.picklist(['api_key', 'token', 'oauth']);

export const healthStatus = v.picklist(['ok', 'expiring', 'expired', 'missing', 'static']);

export const fingerprint = v.pipe(
  v.string(),
  v.description('the same for the same secret in one store; empty: there is none'),
);

export const finding = v.pipe(
  v.strictObject({
    reason: v.pipe(v.picklist(reasons), v.description('stable code')),
    message: v.pipe(v.string(), v.description('one line for a person')),
    hint: v.exactOptional(v.pipe(v.string(), v.description('what to do about it'))),
    provider: v.exactOptional(v.string()),
    profileId: v.exactOptional(v.string()),
    agentId: v.exactOptional(v.string()),
    path: v.exactOptional(path),
    at: v.exactOptional(time),
    exit: v.pipe(
      v.number(),
      v.integer(),
      v.description('0 information, 1 unusable, 2 expiring, 64 and above could not tell'),
    ),
  }),
  v.description('one thing that a check found'),
) satisfies v.GenericSchema<unknown, Finding>;

export const mirrorState = v.pipe(
  v.strictObject({
    agentId: v.string(),
    path,
    state: v.pipe(
      v.picklist([
        ...(['current', 'absent', 'written', 'pending'] as const),
        ...(['damaged', 'unreadable', 'unchecked'] as const),
      ]),
      v.description('pending: stored, not yet written there'),
    ),
  }),
  v.description("one agent's auth-profiles.json as this run left it"),
) satisfies v.GenericSchema<unknown, MirrorState>;

export const findings = v.array(finding);
export const mirrors = v.array(mirrorState);
