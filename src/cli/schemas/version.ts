import * as v from 'valibot';
import { schemaVersion } from './finding.ts';

/** `--version --json` */
export const version = v.strictObject({
  schemaVersion,
  version: v.string(),
  commit: v.string(),
  node: v.string(),
  platform: v.string(),
  arch: v.string(),
});
