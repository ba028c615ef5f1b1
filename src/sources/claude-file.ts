import { dirname, join } from 'node:path';
import { isJsonObject } from '../domain/json.ts';
import type { Secret } from '../domain/secret.ts';
import { parseJson } from './fields.ts';

/** What Claude Code (2.1.330) locks beside its credentials file, each with proper-lockfile's folders. */
export interface ClaudeLocks {
  /** in the order in which it takes them to refresh; a lock is the name plus `.lock` */
  readonly refresh: readonly string[];
  /** while it writes */
  readonly write: string;
}

/** ms; its own settings for these locks */
export const refreshRule = { staleMs: 60_000, updateMs: 5_000 };
export const writeRule = { staleMs: 15_000, updateMs: 5_000 };

/** @param path its `.credentials.json`, absolute */
export function claudeLocks(path: string): ClaudeLocks {
  const folder = dirname(path);
  return {
    refresh: [join(folder, '.oauth_refresh'), folder],
    write: join(folder, '.storage-write'),
  };
}

export interface NextPair {
  readonly access: Secret;
  readonly refresh: Secret;
  /** ms since the epoch */
  readonly expiresAt: number;
}

/**
 * The text with the next pair in the place of the one that was redeemed, everything else as it was,
 * compact as Claude Code writes it. Undefined: its login is another one by now.
 * @param isRedeemed is this refresh token the one?
 */
export function withNextPair(
  text: string,
  isRedeemed: (refreshToken: string) => boolean,
  next: NextPair,
): string | undefined {
  const file = parseJson(text)?.value;
  const login = loginIn(text);
  const token = login?.refreshToken;
  if (!isJsonObject(file) || typeof token !== 'string' || !isRedeemed(token)) return undefined;
  const pair = {
    accessToken: next.access.reveal(),
    refreshToken: next.refresh.reveal(),
    expiresAt: next.expiresAt,
  };
  return JSON.stringify({ ...file, claudeAiOauth: { ...login, ...pair } });
}

function loginIn(text: string) {
  const file = parseJson(text)?.value;
  const login = isJsonObject(file) ? file.claudeAiOauth : undefined;
  return isJsonObject(login) ? login : undefined;
}
