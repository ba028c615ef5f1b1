import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ProbeStatus } from '../../src/domain/probe.ts';
import { judgeReply } from '../../src/domain/probe-reply.ts';
import fc from '../property.ts';

const anthropic = (type: string, message: string) =>
  JSON.stringify({ type: 'error', error: { type, message } });
const openai = (code: string, message: string) => JSON.stringify({ error: { code, message } });
const key = 'sk-ant-api03-CANARY0123456789';

const rows: readonly (readonly [number, string, ProbeStatus, error?: string])[] = [
  [200, '{"type":"message","content":[]}', 'ok'],
  [200, '{"choices":[{}]}', 'ok'],
  [201, '{"output":[],"error":null}', 'ok'],
  [200, '{}', 'unknown', "HTTP 200 with what is no model's answer"],
  [200, '', 'unknown', "HTTP 200 with what is no model's answer"],
  [200, '[1]', 'unknown', "HTTP 200 with what is no model's answer"],
  [200, '<html>sign in to the hotel</html>', 'unknown', "HTTP 200 with what is no model's answer"],
  // some routers answer 200 and put the failure in the body
  [200, openai('402', 'Insufficient credits'), 'billing', 'HTTP 200'],
  [200, '{"choices":[],"error":"rate limit"}', 'rate_limit', 'HTTP 200'],

  // HTTP's word goes before the text's
  [402, anthropic('api_error', 'rate limit'), 'billing', 'HTTP 402, api_error'],
  [429, openai('insufficient_quota', 'billing'), 'rate_limit', 'HTTP 429, insufficient_quota'],
  [
    401,
    anthropic('authentication_error', `invalid x-api-key ${key}`),
    'auth',
    'HTTP 401, authentication_error',
  ],
  [401, '<html>no</html>', 'auth', 'HTTP 401'],
  [401, 'Unauthorized', 'auth', 'HTTP 401'],
  [403, anthropic('permission_error', 'no'), 'auth', 'HTTP 403, permission_error'],
  [403, ' <!doctype html><p>your country', 'unknown', 'HTTP 403'],
  [408, '', 'timeout', 'HTTP 408'],

  // the text, in the gateway's order
  [400, anthropic('x', 'Rate limit reached, see billing'), 'rate_limit', 'HTTP 400'],
  [
    529,
    anthropic('overloaded_error', 'Overloaded'),
    'rate_limit',
    'HTTP 529, overloaded_error, overloaded',
  ],
  [
    400,
    anthropic('invalid_request_error', 'Your credit balance is too low'),
    'billing',
    'HTTP 400, invalid_request_error, the credit balance is too low',
  ],
  [400, anthropic('x', 'string should match pattern; billing'), 'format', 'HTTP 400'],
  [400, openai('x', 'billing timeout'), 'billing', 'HTTP 400'],
  [500, openai('x', 'upstream timed out: unauthorized'), 'timeout', 'HTTP 500'],
  [
    400,
    JSON.stringify({
      error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' },
    }),
    'auth',
    'HTTP 400, INVALID_ARGUMENT',
  ],
  [
    400,
    anthropic(
      'invalid_request_error',
      'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
    ),
    'auth',
    'HTTP 400, invalid_request_error, only for use with Claude Code',
  ],
  [400, '{"detail":"Unauthorized"}', 'auth', 'HTTP 400'],
  [400, '{"message":"No auth credentials found"}', 'auth', 'HTTP 400'],
  // a number in a text is no status, and an expiry of something else is no login's
  [400, openai('x', 'image 401 of 429 is 403 wide'), 'format', 'HTTP 400'],
  [400, openai('x', 'your session expired never'), 'format', 'HTTP 400'],

  // what is wrong with the request says nothing of the credential
  [404, anthropic('not_found_error', 'model: x'), 'format', 'HTTP 404, not_found_error'],
  [404, openai('model_not_found', 'no such model'), 'format', 'HTTP 404, model_not_found'],
  [500, anthropic('api_error', 'oops'), 'unknown', 'HTTP 500, api_error'],
  [502, '<html>bad gateway</html>', 'unknown', 'HTTP 502'],
  [503, '', 'unknown', 'HTTP 503'],
];

describe('what a reply says of the credential', () => {
  for (const [status, body, verdict, error] of rows) {
    test(`${status} ${body.slice(0, 70)}`, () => {
      const expected = error === undefined ? { status: verdict } : { status: verdict, error };
      assert.deepEqual(judgeReply({ status, body }), expected);
    });
  }

  test('nothing of a reply is repeated, wherever it stands there', () => {
    const text = fc.string({ minLength: 6, maxLength: 40 }).map((end) => `CANARY${end}`);
    const shape = fc.constantFrom<(canary: string) => unknown>(
      (canary) => ({ error: { message: canary, type: canary, code: canary, status: canary } }),
      (canary) => ({ error: canary }),
      (canary) => ({ message: canary, detail: canary }),
      (canary) => canary,
      (canary) => ({ [canary]: canary }),
    );
    fc.assert(
      fc.property(text, shape, fc.integer({ min: 200, max: 599 }), (canary, make, status) => {
        const verdict = judgeReply({ status, body: JSON.stringify(make(canary)) });
        assert.doesNotMatch(JSON.stringify(verdict), /CANARY/);
      }),
    );
  });

  test('no body, whatever its bytes, is more than a verdict', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.string(), (status, body) => {
        const { error } = judgeReply({ status, body });
        assert.match(error ?? 'HTTP', /^HTTP/);
      }),
    );
  });
});
