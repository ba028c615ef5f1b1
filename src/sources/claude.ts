import * as v from 'valibot';
import type { OAuth, Token } from '../domain/credential.ts';
import { isJsonObject } from '../domain/json.ts';
import { Secret } from '../domain/secret.ts';

/** The profile under which the gateway keeps Claude Code's login. */
export const claudeProfile = { id: 'anthropic:claude-cli', provider: 'anthropic' } as const;

/**
 * Where Claude Code keeps its login (2.1.330, plain file on Linux): the first of
 * `CLAUDE_SECURESTORAGE_CONFIG_DIR` (set but empty: `~/.claude`), `CLAUDE_CONFIG_DIR` and
 * `~/.claude`, then `.credentials.json`. Undefined where that needs a home and there is none.
 */
export function claudePath(
  env: Readonly<Record<string, string | undefined>>,
  home: string | undefined,
): string | undefined {
  const folder =
    env.CLAUDE_SECURESTORAGE_CONFIG_DIR === ''
      ? undefined
      : (env.CLAUDE_SECURESTORAGE_CONFIG_DIR ?? (env.CLAUDE_CONFIG_DIR || undefined));
  if (folder !== undefined) return `${folder}/.credentials.json`;
  return home === undefined ? undefined : `${home}/.claude/.credentials.json`;
}

export type ClaudeLogin =
  | { readonly kind: 'login'; readonly credential: OAuth | Token }
  /** Claude Code blanks its tokens after the provider refused to refresh them, or has no login */
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly problem: string };

const file = v.object({
  claudeAiOauth: v.optional(
    v.nullable(
      v.object({
        accessToken: v.optional(v.nullable(v.string())),
        refreshToken: v.optional(v.nullable(v.string())),
        expiresAt: v.optional(v.nullable(v.number())),
      }),
    ),
  ),
});

/**
 * Reads the text of Claude Code's file. Like the gateway it wants an access token and a positive
 * expiry (ms since the epoch); with a refresh token it is an OAuth login, else a plain token.
 */
export function parseClaude(text: string): ClaudeLogin {
  const json = parseJson(text);
  if (json === undefined) return { kind: 'broken', problem: 'not JSON' };
  if (!isJsonObject(json.value)) return { kind: 'broken', problem: 'file: expected Object' };
  const parsed = v.safeParse(file, json.value);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    return {
      kind: 'broken',
      problem: `${v.getDotPath(issue) ?? 'file'}: expected ${issue.expected}`,
    };
  }
  const login = parsed.output.claudeAiOauth;
  const access = login?.accessToken ?? '';
  const expiresAt = Math.trunc(login?.expiresAt ?? 0);
  if (access.trim() === '' || !Number.isSafeInteger(expiresAt) || expiresAt <= 0) {
    return { kind: 'none' };
  }
  const refresh = login?.refreshToken ?? '';
  const credential: OAuth | Token =
    refresh.trim() === ''
      ? { type: 'token', token: new Secret(access), expiresAt }
      : { type: 'oauth', access: new Secret(access), refresh: new Secret(refresh), expiresAt };
  return { kind: 'login', credential };
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // the text may hold secrets, and V8 quotes it in the message: keep only that it is broken
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
