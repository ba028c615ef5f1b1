import type { Credential } from '../../src/domain/credential.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { Usage } from '../../src/domain/profile.ts';
import { Secret } from '../../src/domain/secret.ts';
import fc from '../property.ts';

/** Well-formed text with everything that JSON files can hold: quotes, NUL, emoji, `__proto__`. */
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    "'; DROP TABLE profiles; --",
    '',
    ' ',
    '\0',
    'é\u200b',
  ),
);

export const integer = fc.maxSafeInteger();

export const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)));

export const jsonObject: fc.Arbitrary<JsonObject> = fc
  .dictionary(text, json, { maxKeys: 4, noNullPrototype: true })
  .map((value) => JSON.parse(JSON.stringify(value)));

const secret = text.map((value) => new Secret(value));

/** Keys with `undefined` are absent, as the store gives them back. */
function optional<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record(model, { requiredKeys: [], noNullPrototype: true });
}

export const credential: fc.Arbitrary<Credential> = fc.oneof(
  fc.record({ type: fc.constant('api_key' as const), key: secret }, { noNullPrototype: true }),
  fc.record(
    { type: fc.constant('token' as const), token: secret, expiresAt: integer },
    { requiredKeys: ['type', 'token'], noNullPrototype: true },
  ),
  fc.record(
    { type: fc.constant('oauth' as const), access: secret, refresh: secret, expiresAt: integer },
    { requiredKeys: ['type', 'access'], noNullPrototype: true },
  ),
);

export const identity = optional({ sub: text, accountId: text, email: text });

export const usage: fc.Arbitrary<Usage> = optional<Usage>({
  lastUsed: integer,
  cooldownUntil: integer,
  disabledUntil: integer,
  disabledReason: text,
  errorCount: integer,
  failureCounts: fc.dictionary(text, integer, { maxKeys: 3, noNullPrototype: true }),
  lastFailureAt: integer,
  extra: jsonObject.filter(
    (value) => Object.keys(value).length > 0 && !Object.hasOwn(value, 'failureCounts'),
  ),
});

/** A credential with its secrets in the open, so that two can be compared. */
export function revealed(value: Credential): unknown {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      item instanceof Secret ? `secret:${item.reveal()}` : item,
    ]),
  );
}
