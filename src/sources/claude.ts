import * as v from 'valibot';
import type { Environment } from '../ports.ts';
import { loginOf, optionalText, readFields } from './fields.ts';
import type { Source, SourceLogin } from './source.ts';

/** Claude Code (2.1.330; on Linux its login is a plain file). */
export const claude: Source = {
  choice: 'claude-cli',
  kind: 'claude',
  label: 'Claude Code',
  profile: { id: 'anthropic:claude-cli', provider: 'anthropic' },
  origin: 'claude-cli',
  renew: 'claude auth login',
  // it reads no larger one itself
  maxBytes: 1024 * 1024,
  path: credentialsPath,
  parse,
};

/**
 * The first of `CLAUDE_SECURESTORAGE_CONFIG_DIR` (set but empty: `~/.claude`), `CLAUDE_CONFIG_DIR`
 * and `~/.claude`, then `.credentials.json`.
 */
function credentialsPath(env: Environment, home: string | undefined): string | undefined {
  const folder =
    env.CLAUDE_SECURESTORAGE_CONFIG_DIR === ''
      ? undefined
      : (env.CLAUDE_SECURESTORAGE_CONFIG_DIR ?? (env.CLAUDE_CONFIG_DIR || undefined));
  if (folder !== undefined) return `${folder}/.credentials.json`;
  return home === undefined ? undefined : `${home}/.claude/.credentials.json`;
}

const file = v.object({
  claudeAiOauth: v.optional(
    v.nullable(
      v.object({
        accessToken: optionalText,
        refreshToken: optionalText,
        /** ms since the epoch */
        expiresAt: v.optional(v.nullable(v.number())),
      }),
    ),
  ),
});

/** Claude Code blanks its tokens after the provider refused to refresh them: that is no login. */
function parse(text: string): SourceLogin {
  const read = readFields(file, text);
  if ('problem' in read) return { kind: 'broken', problem: read.problem };
  const login = read.fields.claudeAiOauth;
  return loginOf({
    access: login?.accessToken,
    refresh: login?.refreshToken,
    expiresAt: login?.expiresAt,
  });
}
