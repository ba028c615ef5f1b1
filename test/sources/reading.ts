/** What a source's parser made of a text, with its secrets in the clear. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Source } from '../../src/sources/source.ts';

export function reading(source: Source, value: unknown): object {
  const login = source.parse(typeof value === 'string' ? value : JSON.stringify(value));
  if (login.kind !== 'login') return login;
  const { credential, extra } = login;
  if (credential.type === 'token') {
    return { ...credential, token: credential.token.reveal(), ...extra };
  }
  const { access, refresh } = credential;
  return { ...credential, access: access.reveal(), refresh: refresh?.reveal(), ...extra };
}

/** A broken text is told by its place, and nothing that stands in it is quoted. */
export function assertBroken(source: Source, text: string, problem: RegExp): void {
  const result = source.parse(text);
  assert.equal(result.kind, 'broken');
  assert.match(result.kind === 'broken' ? result.problem : '', problem);
  assert.doesNotMatch(inspect(result), /sk-secret|77777/);
}

/** Texts that a parser gets only from somebody who means ill; each is wrapped in a field or alone. */
export const hostile: readonly (readonly [string, string])[] = [
  ['a mebibyte of brackets', `${'['.repeat(524_288)}${']'.repeat(524_288)}`],
  ['objects in objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['a number beyond all', '1e999'],
  ['a number of many digits', '9'.repeat(4000)],
  ['__proto__', '{"__proto__":{"access_token":"sk-secret","accessToken":"sk-secret"}}'],
  ['constructor', '{"constructor":{"prototype":{"tokens":1}}}'],
  ['a long text', JSON.stringify('x'.repeat(1_000_000))],
  ['a lone surrogate', String.raw`"\ud800"`],
  ['NUL', String.raw`"\u0000"`],
];

/** A JSON Web Token with these claims, signed by nobody. */
export function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
}
