import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { readPasted } from '../../src/oauth/pasted.ts';
import fc from '../property.ts';

const redirect = 'http://localhost:1455/auth/callback';

describe('what a person pastes', () => {
  const read: readonly [string, string, Record<string, string>, boolean][] = [
    ['a code and its state', 'abc#xyz', { code: 'abc', state: 'xyz' }, false],
    ['with line ends around', '\n  abc#xyz \r\n', { code: 'abc', state: 'xyz' }, false],
    [
      'on two lines, as a terminal breaks it',
      'ab\n c#x\n yz',
      { code: 'abc', state: 'xyz' },
      false,
    ],
    ['a code alone', 'abc', { code: 'abc' }, true],
    ['the whole address', `${redirect}?code=a%2Bb&state=s`, { code: 'a+b', state: 's' }, false],
    ['the address in capitals', `HTTP://LOCALHOST:1455/auth/callback?code=a`, { code: 'a' }, false],
    ['the address broken', `http://localhost:1455/au\n th/callback?code=a`, { code: 'a' }, false],
    [
      'the query',
      '?code=a&state=s&iss=https://x',
      { code: 'a', state: 's', iss: 'https://x' },
      false,
    ],
    ['the query without its mark', 'state=s&code=a', { code: 'a', state: 's' }, false],
    [
      'an error',
      `${redirect}?error=access_denied&state=s`,
      { error: 'access_denied', state: 's' },
      false,
    ],
  ];
  for (const [name, text, parameters, isBare] of read) {
    it(`is read: ${name}`, () => {
      const pasted = readPasted(text, redirect);
      assert.deepEqual(Object.fromEntries(pasted.parameters), parameters);
      assert.equal(pasted.isBare, isBare);
    });
  }

  const refused: readonly [string, string][] = [
    ['nothing', ''],
    ['white space', ' \r\n\t'],
    ['another site', 'https://evil.example/auth/callback?code=canary'],
    ['another path', 'http://localhost:1455/other?code=canary'],
    ['another port', 'http://localhost:1456/auth/callback?code=canary'],
    ['https in its place', 'https://localhost:1455/auth/callback?code=canary'],
    ['the address to log in at', 'https://claude.ai/oauth/authorize?code=true'],
    ['no address', 'http://'],
    ['two marks', 'canary#b#c'],
    ['a mark first', '#canary'],
    ['a mark last', 'canary#'],
    ['other letters', 'cаnary'],
    ['a control character', 'canary\u001b[2J'],
    ['far too much', 'c'.repeat(9000)],
  ];
  for (const [name, text] of refused) {
    it(`is refused, and not repeated: ${name}`, () => {
      assert.throws(
        () => readPasted(text, redirect),
        (error) =>
          error instanceof EpiloopError &&
          error.code === 'bad_data' &&
          !/canary/.test(error.message),
      );
    });
  }

  it('is an answer or an error of ours, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          readPasted(text, redirect);
        } catch (error) {
          assert.ok(error instanceof EpiloopError && error.code === 'bad_data');
        }
      }),
    );
  });

  it('is the same with white space anywhere', () => {
    const plain = fc.stringMatching(/^[\w-]{1,40}$/);
    fc.assert(
      fc.property(plain, plain, fc.nat(80), (code, state, at) => {
        const text = `${code}#${state}`;
        const broken = `${text.slice(0, at)}\n ${text.slice(at)}`;
        const { parameters } = readPasted(broken, redirect);
        assert.deepEqual(Object.fromEntries(parameters), { code, state });
      }),
    );
  });
});
