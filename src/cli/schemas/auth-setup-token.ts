import * as v from 'valibot';
import { authPaste } from './auth-paste.ts';
import { credentialType } from './finding.ts';

/** `models auth setup-token --json` and `models auth add --json` */
export const authSetupTokenAnswer = v.strictObject({
  ...authPaste.entries,
  mode: v.pipe(credentialType, v.description('what the config lists the profile as')),
  adopted: v.pipe(v.boolean(), v.description("claude's own login was taken over")),
});
