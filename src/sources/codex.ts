import * as v from 'valibot';
import { isJsonObject } from '../domain/json.ts';
import type { Environment } from '../ports.ts';
import { loginOf, optionalText, parseJson, readFields } from './fields.ts';
import type { Source, SourceLogin } from './source.ts';

/**
 * Codex CLI (0.169.0). It guards its file with flock(2), which we cannot take: read only. The
 * gateway calls the file's time plus one hour the expiry, which is hardly ever true.
 */
export const codex: Source = {
  choice: 'codex-cli',
  kind: 'codex',
  label: 'Codex',
  profile: { id: 'openai-codex:codex-cli', provider: 'openai-codex' },
  origin: 'codex-cli',
  renew: 'codex login',
  maxBytes: 1024 * 1024,
  expiryIsGuessed: true,
  onlyOnce: true,
  path: authPath,
  parse,
};

/** `$CODEX_HOME/auth.json`; blank counts as unset, and then it is `~/.codex`. */
function authPath(env: Environment, home: string | undefined): string | undefined {
  if (env.CODEX_HOME) return `${env.CODEX_HOME}/auth.json`;
  return home === undefined ? undefined : `${home}/.codex/auth.json`;
}

const file = v.object({
  auth_mode: optionalText,
  OPENAI_API_KEY: optionalText,
  tokens: v.optional(
    v.nullable(
      v.object({
        access_token: optionalText,
        refresh_token: optionalText,
        account_id: optionalText,
      }),
    ),
  ),
  /** RFC 3339, with nanoseconds */
  last_refresh: optionalText,
});

/**
 * After so long without a refresh Codex refreshes an access token that does not tell its expiry.
 * Until then it uses the token as it is, and so nobody can say more of it.
 */
const OPAQUE_FOR_MS = 8 * 24 * 3_600_000;

function parse(text: string): SourceLogin {
  const read = readFields(file, text);
  if ('problem' in read) return { kind: 'broken', problem: read.problem };
  const { auth_mode: mode, OPENAI_API_KEY: key, tokens, last_refresh: refreshed } = read.fields;
  if (!isChatGpt(mode, key)) return { kind: 'none' };
  const access = tokens?.access_token ?? '';
  if (access.trim() === '') return { kind: 'none' };
  const expiresAt = expiryIn(access) ?? dueAfter(refreshed);
  if (expiresAt === undefined) {
    const problem = 'tokens.access_token: expected a JWT with exp, or a time in last_refresh';
    return { kind: 'broken', problem };
  }
  const login = loginOf({ access, refresh: tokens?.refresh_token, expiresAt });
  const accountId = tokens?.account_id?.trim() ? tokens.account_id : undefined;
  return login.kind === 'login' ? { ...login, extra: { accountId } } : login;
}

/** In another mode the tokens are not what Codex uses; without one a key goes before them. */
function isChatGpt(mode: string | null | undefined, key: string | null | undefined): boolean {
  return mode === 'chatgpt' || (!mode && !key?.trim());
}

/** `exp` of a JWT (RFC 7519 §4.1.4, seconds) in ms since the epoch. Nothing is verified here. */
function expiryIn(token: string): number | undefined {
  const [, payload, ...rest] = token.split('.');
  if (payload === undefined || rest.length !== 1 || !/^[\w-]+$/.test(payload)) return undefined;
  const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'))?.value;
  const seconds = isJsonObject(claims) ? claims['exp'] : undefined;
  if (typeof seconds !== 'number') return undefined;
  const ms = Math.trunc(seconds * 1000);
  return Number.isSafeInteger(ms) && ms > 0 ? ms : undefined;
}

function dueAfter(refreshed: string | null | undefined): number | undefined {
  if (!refreshed || !/^\d{4}-\d\d-\d\dT/.test(refreshed)) return undefined;
  const at = Date.parse(refreshed);
  return Number.isFinite(at) ? at + OPAQUE_FOR_MS : undefined;
}
