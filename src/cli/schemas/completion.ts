import * as v from 'valibot';
import { schemaVersion } from './finding.ts';

/** `completion <shell> --json` */
export const completion = v.strictObject({
  schemaVersion,
  shell: v.picklist(['bash', 'zsh', 'fish']),
  script: v.string(),
});
