import * as v from 'valibot';
import { finding, fingerprint, path, schemaVersion } from './finding.ts';

const result = v.pipe(
  v.strictObject({
    choice: v.pipe(v.string(), v.description('as --auth-choice names it')),
    provider: v.string(),
    profileId: v.exactOptional(v.string()),
    variable: v.exactOptional(v.string()),
    path: v.pipe(path, v.description('the file that holds it')),
    agentId: v.exactOptional(v.string()),
    fingerprint,
    action: v.pipe(
      v.picklist(['stored', 'replaced', 'kept']),
      v.description('kept: it was there already'),
    ),
    replaced: v.boolean(),
  }),
  v.description("one credential: an agent's profile, or a variable"),
);

/** `epiloop onboard --json` */
export const onboard = v.strictObject({
  schemaVersion,
  results: v.array(result),
  config: v.array(v.strictObject({ path, backup: v.exactOptional(path) })),
  findings: v.array(finding),
});
