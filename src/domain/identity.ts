import { bearer, type Credential } from './credential.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** Who the provider says a login belongs to, as far as the credential tells. */
export interface Identity {
  /** `sub` of the access token, where that is a JWT (RFC 7519 §4.1.2) */
  readonly sub?: string | undefined;
  readonly accountId?: string | undefined;
  readonly email?: string | undefined;
}

interface Bearer {
  readonly credential: Credential;
  readonly email?: string | undefined;
  readonly extra: JsonObject;
}

export function identityOf({ credential, email, extra }: Bearer): Identity {
  const sub = credential.type === 'oauth' ? jwtSubject(bearer(credential).reveal()) : undefined;
  return {
    ...(sub !== undefined && { sub }),
    ...(text(extra.accountId) !== undefined && { accountId: text(extra.accountId) }),
    ...(text(email) !== undefined && { email: text(email) }),
  };
}

/**
 * Do two logins of one provider belong to the same person? Subjects decide where both carry one;
 * else account id and e-mail together, since an account can hold several people.
 */
export function compareIdentity(a: Identity, b: Identity): 'same' | 'different' | 'unknown' {
  if (a.sub !== undefined && b.sub !== undefined) return a.sub === b.sub ? 'same' : 'different';
  const account = agree(a.accountId, b.accountId);
  const email = agree(a.email?.toLowerCase(), b.email?.toLowerCase());
  if (account === false || email === false) return 'different';
  return account === true && email === true ? 'same' : 'unknown';
}

/** Does it say enough to be found `same` as another at all? */
export function canBeSame({ sub, accountId, email }: Identity): boolean {
  return sub !== undefined || (accountId !== undefined && email !== undefined);
}

/** Ids under which the gateway keeps another tool's login: one per host, whatever the agent. */
export function isCliProfile(id: string): boolean {
  return cliProfiles.has(id);
}

const cliProfiles: ReadonlySet<string> = new Set([
  'anthropic:claude-cli',
  'openai-codex:codex-cli',
  'qwen-portal:qwen-cli',
]);

function agree(a: string | undefined, b: string | undefined): boolean | undefined {
  return a === undefined || b === undefined ? undefined : a === b;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The payload is read, never verified: it only tells two stored logins apart. */
function jwtSubject(token: string): string | undefined {
  const parts = token.split('.');
  const payload = parts[1];
  if (parts.length !== 3 || payload === undefined || !/^[\w-]+$/.test(payload)) return undefined;
  return subjectIn(Buffer.from(payload, 'base64url').toString('utf8'));
}

function subjectIn(json: string): string | undefined {
  if (!json.startsWith('{')) return undefined;
  try {
    const claims: unknown = JSON.parse(json);
    return isJsonObject(claims) ? text(claims.sub) : undefined;
  } catch (error) {
    // three dots do not make a JWT: an opaque token carries no identity
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
