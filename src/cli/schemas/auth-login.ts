import * as v from 'valibot';
import { authPaste } from './auth-paste.ts';

/** `models auth login --json` */
export const authLogin = v.strictObject({
  ...authPaste.entries,
  type: v.literal('oauth'),
  email: v.pipe(v.nullable(v.string()), v.description('as the provider says')),
});
