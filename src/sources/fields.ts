import * as v from 'valibot';
import { isJsonObject } from '../domain/json.ts';
import { Secret } from '../domain/secret.ts';
import type { SourceLogin } from './source.ts';

/** A text that may be absent or null. A lone surrogate in it could not be stored unchanged. */
export const optionalText = v.optional(
  v.nullable(
    v.pipe(
      v.string(),
      v.check((text) => text.isWellFormed()),
    ),
  ),
);

export type Fields<T> = { readonly fields: T } | { readonly problem: string };

/**
 * The fields of a JSON object that a schema asks for; other fields do not matter. A problem names
 * the field and what was expected there, never what was found.
 */
export function readFields<T>(schema: v.GenericSchema<unknown, T>, text: string): Fields<T> {
  const json = parseJson(text);
  if (json === undefined) return { problem: 'not JSON' };
  if (!isJsonObject(json.value)) return { problem: 'file: expected Object' };
  const parsed = v.safeParse(schema, json.value, { abortEarly: true });
  if (parsed.success) return { fields: parsed.output };
  const [issue] = parsed.issues;
  const place = v.getDotPath(issue) ?? 'file';
  return { problem: `${place}: expected ${issue.expected ?? 'well-formed text'}` };
}

/** JSON, or undefined: the text may hold secrets, and V8 quotes it in its message. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const LONGEST_VALIDITY_MS = 400 * 24 * 3_600_000;

/** A login that ends later than any provider issues one is garbage, or a mistake of units. */
export function believed(login: SourceLogin, now: number): SourceLogin {
  const expiresAt = login.kind === 'login' ? (login.credential.expiresAt ?? 0) : 0;
  if (expiresAt <= now + LONGEST_VALIDITY_MS) return login;
  return { kind: 'broken', problem: 'expiry: expected a time within 400 days from now' };
}

interface Tokens {
  readonly access: string | null | undefined;
  readonly refresh: string | null | undefined;
  /** ms since the epoch; a fraction is cut off */
  readonly expiresAt: number | null | undefined;
}

/**
 * As the gateway does, asks for an access token and a positive expiry. With a refresh token it is
 * an OAuth login, without one a token that nobody can refresh.
 */
export function loginOf({ access, refresh, expiresAt }: Tokens): SourceLogin {
  const whole = Math.trunc(expiresAt ?? 0);
  if (!access?.trim() || !Number.isSafeInteger(whole) || whole <= 0) return { kind: 'none' };
  const isToken = (text: string) => /^[\x21-\x7e]{1,16384}$/.test(text);
  if (!isToken(access) || (refresh?.trim() && !isToken(refresh))) {
    const problem = 'a token: expected up to 16384 printable ASCII characters without blanks';
    return { kind: 'broken', problem };
  }
  if (!refresh?.trim()) {
    const credential = { type: 'token', token: new Secret(access), expiresAt: whole } as const;
    return { kind: 'login', credential };
  }
  const secrets = { access: new Secret(access), refresh: new Secret(refresh) };
  return { kind: 'login', credential: { type: 'oauth', ...secrets, expiresAt: whole } };
}
