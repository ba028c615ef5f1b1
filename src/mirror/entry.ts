import type { Credential } from '../domain/credential.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { Profile } from '../domain/profile.ts';
import { Secret } from '../domain/secret.ts';

/** Where each type keeps what we model (gateway 2026.1.24, auth-profiles/types.ts). */
const modelledFields = {
  api_key: ['type', 'provider', 'key', 'email'],
  token: ['type', 'provider', 'token', 'expires', 'email'],
  oauth: ['type', 'provider', 'access', 'refresh', 'expires', 'email'],
} as const;

type Type = keyof typeof modelledFields;

/** Why the gateway does not load this entry of `profiles`; undefined: it does. Quotes no secret. */
export function whyIgnored(raw: Json): string | undefined {
  if (!isJsonObject(raw)) return 'not an object';
  if (typeof raw['type'] !== 'string') return 'type is missing or no text';
  if (!isType(raw['type'])) {
    return `type "${word(raw['type'])}" is not one of api_key, token, oauth`;
  }
  if (typeof raw['provider'] !== 'string') return 'provider is missing or no text';
  return raw['provider'].trim() === '' ? 'provider is blank' : undefined;
}

/**
 * One entry of `profiles` as a profile. A secret that is missing or no text is blank; an expiry
 * that is no finite number is none, and its raw value stands in `extra.expires`.
 */
export function modelProfile(
  id: string,
  raw: Json,
): { readonly profile: Profile } | { readonly ignored: string } {
  const ignored = whyIgnored(raw);
  if (ignored !== undefined) return { ignored };
  if (!isJsonObject(raw) || !isType(raw['type'])) return { ignored: 'not an object' };
  const provider = typeof raw['provider'] === 'string' ? raw['provider'] : '';
  const email = typeof raw['email'] === 'string' ? { email: raw['email'] } : undefined;
  const credential = credentialOf(raw['type'], raw);
  return { profile: { id, provider, credential, ...email, extra: extraOf(raw['type'], raw) } };
}

/** A profile as the file writes it, in the gateway's order of fields. */
export function entryOf(profile: Profile): JsonObject {
  const { credential, provider, email, extra } = profile;
  const fields = {
    type: credential.type,
    provider,
    ...credentialFields(credential),
    ...(email !== undefined && { email }),
  };
  if (Object.keys(extra).length === 0) return fields;
  // twice: the first gives the place, the last the value
  return { ...fields, ...extra, ...fields };
}

function credentialOf(type: Type, raw: JsonObject): Credential {
  const expiresAt = expiryIn(raw['expires']);
  switch (type) {
    case 'api_key':
      return { type, key: secretIn(raw['key']) };
    case 'token':
      return { type, token: secretIn(raw['token']), expiresAt };
    case 'oauth': {
      const refresh = Object.hasOwn(raw, 'refresh') ? secretIn(raw['refresh']) : undefined;
      return { type, access: secretIn(raw['access']), refresh, expiresAt };
    }
  }
}

function credentialFields(credential: Credential): JsonObject {
  if (credential.type === 'api_key') return { key: credential.key.reveal() };
  const { expiresAt } = credential;
  const expires = expiresAt !== undefined && { expires: expiresAt };
  if (credential.type === 'token') return { token: credential.token.reveal(), ...expires };
  const { access, refresh } = credential;
  const renewal = refresh !== undefined && { refresh: refresh.reveal() };
  return { access: access.reveal(), ...renewal, ...expires };
}

function extraOf(type: Type, raw: JsonObject): JsonObject {
  const modelled: readonly string[] = modelledFields[type];
  const rest = Object.entries(raw).filter(([key, value]) => {
    if (!modelled.includes(key)) return true;
    if (key === 'expires') return expiryIn(value) === undefined;
    return key === 'email' && typeof value !== 'string';
  });
  return Object.fromEntries(rest);
}

/** Milliseconds since the epoch; a fraction is cut off, as no clock of ours is finer. */
function expiryIn(raw: Json | undefined): number | undefined {
  if (typeof raw !== 'number') return undefined;
  // + 0: no negative zero, which JSON would not give back
  const whole = Math.trunc(raw) + 0;
  return Number.isSafeInteger(whole) ? whole : undefined;
}

function secretIn(raw: Json | undefined): Secret {
  return new Secret(typeof raw === 'string' ? raw : '');
}

function isType(text: Json | undefined): text is Type {
  return typeof text === 'string' && Object.hasOwn(modelledFields, text);
}

/** Free text of the file is not repeated: it may be a secret that stands in the wrong place. */
function word(text: string): string {
  return /^[a-z_]{1,24}$/.test(text) ? text : '?';
}
