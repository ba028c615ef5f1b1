import type { Secret } from '../domain/secret.ts';
import { EpiloopError } from '../errors.ts';
import { claude } from '../sources/claude.ts';
import * as credentials from '../store/credentials.ts';
import * as generations from '../store/generations.ts';
import type { WantedLock } from './file-locks.ts';
import type { Host } from './host.ts';
import { claudePath, claudesRefresh, isClaudesProvider } from './login-owners.ts';

/** Claude Code's part in a login that it shares with us. */
export interface ClaudeShare {
  /** its credentials file, absolute */
  readonly path: string;
  /** it is to be given the next pair */
  readonly tell: boolean;
}

/**
 * Where Claude Code keeps this very login, in the pair that we would redeem or in one that lost
 * against it. A file of its that cannot be read may hold it: that throws where the login came from it.
 */
export function claudeShareOf(
  host: Host,
  credentialId: number,
  tell: boolean,
): ClaudeShare | undefined {
  const row = credentials.get(host.store.db, credentialId);
  if (row === undefined || !isClaudesProvider(row.provider)) return undefined;
  const path = claudePath(host);
  if (path === undefined) return undefined;
  try {
    const theirs = claudesRefresh(host, path);
    if (theirs === undefined || !tokensOf(host, row).some((each) => each.equals(theirs))) {
      return undefined;
    }
  } catch (error) {
    if (!(error instanceof EpiloopError) || row.source === claude.origin) throw error;
    return undefined;
  }
  return { path, tell };
}

/** The refresh tokens that may be redeemed for this login. */
function tokensOf(host: Host, { id, credential }: credentials.CredentialRow): Secret[] {
  const kept = generations
    .listKept(host.store.db, id)
    .flatMap(({ credential: other, reason }) => (reason === 'fork' ? [other] : []));
  return [credential, ...kept].flatMap((each) =>
    each.type === 'oauth' && each.refresh !== undefined ? [each.refresh] : [],
  );
}

/** The locks under which Claude Code refreshes, in its order. */
export async function claudeRefreshLocks(path: string): Promise<WantedLock[]> {
  const { claudeLocks, refreshRule } = await import('../sources/claude-file.ts');
  return claudeLocks(path).refresh.map((each) => ({ path: each, rule: refreshRule }));
}
