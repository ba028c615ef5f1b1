import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { EpiloopError } from '../../src/errors.ts';
import { begin, checkAnswer } from '../../src/oauth/attempt.ts';
import { serverAt } from './login-servers.ts';

const attempt = await begin(serverAt('https://idp.example'), 'http://127.0.0.1:1/callback', 'mine');
const check = (query: string, isBare = false) =>
  checkAnswer(attempt, new URLSearchParams(query), isBare);

describe('the answer to a login', () => {
  it('is taken with our state, and with our issuer where it names one', () => {
    assert.equal(check('code=a&state=mine').get('code'), 'a');
    assert.equal(check('code=a&state=mine&iss=https://idp.example').get('code'), 'a');
  });

  it('may be the code alone, if a person pastes it', () => {
    assert.equal(check('code=a', true).get('code'), 'a');
  });

  const refused: readonly [string, string, RegExp][] = [
    ['another state', 'code=canary&state=canary', /to another login/],
    ['no state', 'code=canary', /to another login/],
    ['two states', 'code=canary&state=mine&state=mine', /to another login/],
    ['another issuer', 'code=canary&state=mine&iss=https://canary.example', /another server/],
    [
      'another issuer beside ours',
      'code=a&state=mine&iss=https://idp.example&iss=b',
      /another server/,
    ],
    ['ours with a slash', 'code=a&state=mine&iss=https://idp.example/', /another server/],
    ['an empty issuer', 'code=a&state=mine&iss=', /another server/],
    [
      'our issuer twice',
      'code=a&state=mine&iss=https://idp.example&iss=https://idp.example',
      /malformed/,
    ],
    ['a refusal', 'error=access_denied&state=mine', /did not let you log in: access_denied/],
    ['a refusal beside a code', 'code=a&error=server_error&state=mine', /server_error/],
    ['an error of its own words', 'error=canary&state=mine', /does not say why/],
    ['no code', 'state=mine', /no code/],
    ['an empty code', 'code=&state=mine', /no code/],
    ['two codes', 'code=a&code=b&state=mine', /malformed|no code/],
    ['a code with a line break', 'code=a%0d%0ab&state=mine', /no code/],
    ['a far too long code', `code=${'a'.repeat(5000)}&state=mine`, /no code/],
    ['an access token of old', 'token=canary&code=a&state=mine', /malformed/],
    ['an identity token of old', 'id_token=canary&code=a&state=mine', /malformed/],
    ['a signed answer', 'response=canary&state=mine', /malformed/],
  ];
  for (const [name, query, message] of refused) {
    it(`is refused: ${name}`, () => {
      assert.throws(
        () => check(query),
        (error) => {
          assert.ok(error instanceof EpiloopError, inspect(error));
          assert.equal(error.code, 'refused');
          assert.match(error.message, message);
          assert.ok(!inspect(error, { depth: 9 }).includes('canary'));
          return true;
        },
      );
    });
  }

  it('that is bare is held to the rest', () => {
    assert.throws(() => check('code=', true), { code: 'refused' });
    assert.throws(() => check('code=a&iss=b', true), { code: 'refused' });
  });
});
