import * as v from 'valibot';
import { reasons } from '../../domain/finding.ts';
import { findings, mirrors, path, schemaVersion } from './finding.ts';

const repair = v.strictObject({
  reason: v.pipe(v.picklist(reasons), v.description('of the finding that it answers')),
  message: v.string(),
  path,
  agentId: v.exactOptional(v.string()),
  done: v.pipe(v.boolean(), v.description('false: with --dry-run')),
});

/** `doctor --json` */
export const doctor = v.strictObject({
  schemaVersion,
  mirrors,
  findings: v.pipe(findings, v.description('what is left to do')),
  repairs: v.array(repair),
  notes: v.pipe(findings, v.description('nothing is left to do about these')),
});
