import * as v from 'valibot';
import { schemaVersion } from './finding.ts';

/** `help --json` and `--help --json` */
export const help = v.strictObject({
  schemaVersion,
  topic: v.string(),
  text: v.pipe(v.array(v.string()), v.description('lines as they would be printed')),
});
