/** Short ways to write what an agent's file and our store say. */
import { bearer, type Credential } from '../../src/domain/credential.ts';
import type { KnownPair } from '../../src/domain/joining.ts';
import { canonicalJson, type JsonObject } from '../../src/domain/json.ts';
import type { Profile } from '../../src/domain/profile.ts';
import {
  type ProfilesInput,
  type ProfilesOutcome,
  reconcileProfiles,
  type StoredProfile,
} from '../../src/domain/reconcile.ts';
import { Secret } from '../../src/domain/secret.ts';

/** 2026-11-20T12:00:00Z */
export const now = 1_795_176_000_000;
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

interface Around {
  readonly provider?: string;
  readonly email?: string;
  readonly extra?: JsonObject;
}

function profile(id: string, credential: Credential, around: Around = {}): Profile {
  return { id, provider: id.split(':')[0] ?? id, credential, extra: {}, ...around };
}

export function key(id: string, text: string, around?: Around): Profile {
  return profile(id, { type: 'api_key', key: new Secret(text) }, around);
}

export function token(id: string, text: string, expiresAt?: number, around?: Around): Profile {
  return profile(id, { type: 'token', token: new Secret(text), expiresAt }, around);
}

/** `pair` is `access/refresh`, or `access` alone where there is no refresh token. */
export function oauth(id: string, pair: string, expiresAt?: number, around?: Around): Profile {
  return profile(id, login(pair, expiresAt), around);
}

export function login(pair: string, expiresAt?: number): Credential {
  const [access = '', refresh] = pair.split('/');
  return {
    type: 'oauth',
    access: new Secret(access),
    ...(refresh !== undefined && { refresh: new Secret(refresh) }),
    expiresAt,
  };
}

/** An unsigned access token that says whose it is; `salt` makes another one of the same person. */
export function jwt(claims: JsonObject, salt = 'sig'): string {
  const part = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.${salt}`;
}

export function stored(own: Profile, more: Partial<StoredProfile> = {}): StoredProfile {
  return { ...own, credentialId: 1, confirmed: true, ...more };
}

/** Every field and every secret in the clear: equal texts, equal entries. */
export function reveal({ id, provider, credential, email, extra }: Profile): string {
  const { type } = credential;
  const refresh = type === 'oauth' ? (credential.refresh?.reveal() ?? '') : undefined;
  const expiresAt = type === 'api_key' ? undefined : credential.expiresAt;
  const secret = bearer(credential).reveal();
  return canonicalJson({ id, provider, type, secret, refresh, expiresAt, email, extra });
}

/** What is known of a pair: keyed by its refresh token, or by its key, token or access token. */
export type KnownPairs = Readonly<Record<string, KnownPair>>;

export interface Scene {
  readonly there: readonly Profile[];
  readonly here?: readonly StoredProfile[];
  /** the file as last read or written; without it, what is here */
  readonly base?: readonly Profile[];
  readonly known?: KnownPairs;
  readonly more?: Partial<ProfilesInput>;
}

export function reconcile({ there, here = [], base = here, known = {}, more }: Scene) {
  const outcome: ProfilesOutcome = reconcileProfiles({
    theirs: new Map(there.map((each) => [each.id, each])),
    unmodelled: new Set(),
    fileModifiedAt: now - minute,
    ours: new Map(here.map((each) => [each.id, each])),
    base: new Map(base.map((each) => [each.id, reveal(each)])),
    mark: reveal,
    known: ({ credential }) => known[identifying(credential)],
    buried: () => false,
    sibling: () => undefined,
    usageWentBack: false,
    now,
    ...more,
  });
  return { ...outcome, decisions: Object.fromEntries(outcome.decisions) };
}

function identifying(credential: Credential): string {
  const refresh = credential.type === 'oauth' ? (credential.refresh?.reveal() ?? '') : '';
  return refresh === '' ? bearer(credential).reveal() : refresh;
}
