import * as v from 'valibot';
import { credentialType, findings, fingerprint, path, schemaVersion, time } from './finding.ts';

const verdict = v.picklist(['ready', 'cooling', 'dropped']);

const candidate = v.strictObject({
  id: v.string(),
  verdict,
  reason: v.exactOptional(
    v.picklist([
      ...(['not_stored', 'other_provider', 'mode_mismatch', 'config_other_provider'] as const),
      ...(['blank_secret', 'expired', 'not_in_order', 'cooldown', 'disabled'] as const),
    ]),
  ),
  words: v.string(),
  hint: v.exactOptional(v.string()),
  until: v.exactOptional(time),
  type: v.exactOptional(credentialType),
  provider: v.exactOptional(v.string()),
  fingerprint: v.exactOptional(fingerprint),
  expiresAt: v.exactOptional(time),
  inherited: v.exactOptional(v.boolean()),
});

const otherwise = v.strictObject({
  kind: v.picklist(['env', 'models.json', 'keyless']),
  detail: v.exactOptional(v.string()),
  source: v.exactOptional(v.string()),
});

const step = v.strictObject({
  event: v.string(),
  at: time,
  next: v.exactOptional(v.string()),
  order: v.array(v.strictObject({ id: v.string(), verdict, until: v.exactOptional(time) })),
});

/** `models explain --json` */
export const modelsExplain = v.strictObject({
  schemaVersion,
  provider: v.string(),
  agentId: v.string(),
  agentDir: path,
  basis: v.pipe(
    v.picklist(['agent', 'main', 'config', 'config_profiles', 'stored']),
    v.description('whose list is in force'),
  ),
  candidates: v.pipe(v.array(candidate), v.description('in the order of use')),
  next: v.nullable(v.string()),
  otherwise: v.nullable(otherwise),
  passesProfiles: v.boolean(),
  findings,
  steps: v.exactOptional(v.array(step)),
});
