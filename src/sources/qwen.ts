import * as v from 'valibot';
import type { Environment } from '../ports.ts';
import { loginOf, optionalText, readFields } from './fields.ts';
import type { Source, SourceLogin } from './source.ts';

/** Qwen Code (0.24.4). Its free logins ended in April 2026: read only, for those who still have one. */
export const qwen: Source = {
  kind: 'qwen',
  label: 'Qwen Code',
  profile: { id: 'qwen-portal:qwen-cli', provider: 'qwen-portal' },
  origin: 'qwen-cli',
  renew: 'qwen',
  maxBytes: 1024 * 1024,
  path: credentialsPath,
  parse,
};

/** `$QWEN_HOME/oauth_creds.json`; blank counts as unset, and then it is `~/.qwen`. */
function credentialsPath(env: Environment, home: string | undefined): string | undefined {
  if (env.QWEN_HOME) return `${env.QWEN_HOME}/oauth_creds.json`;
  return home === undefined ? undefined : `${home}/.qwen/oauth_creds.json`;
}

const file = v.object({
  access_token: optionalText,
  refresh_token: optionalText,
  /** ms since the epoch */
  expiry_date: v.optional(v.nullable(v.number())),
});

function parse(text: string): SourceLogin {
  const read = readFields(file, text);
  if ('problem' in read) return { kind: 'broken', problem: read.problem };
  const { access_token: access, refresh_token: refresh, expiry_date: expiresAt } = read.fields;
  return loginOf({ access, refresh, expiresAt });
}
