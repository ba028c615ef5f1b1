import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from '../../src/domain/secret.ts';
import fc from '../property.ts';

const TEXT = 'sk-ant-oat01-very-secret';
const MASK = '[secret]';
const secret = new Secret(TEXT);

describe('a Secret masks itself', () => {
  const masked: readonly (readonly [string, string])[] = [
    ['in String()', String(secret)],
    ['in a template', `${secret}`],
    ['in a concatenation', `key ${secret}`.replace('key ', '')],
    ['in join', [secret].join()],
    ['in an error message', new Error(String(secret)).message],
    ['in inspect', inspect(secret)],
    ['as %s', format('%s', secret)],
    ['as %o', format('%o', secret)],
    ['as %O', format('%O', secret)],
  ];
  for (const [where, shown] of masked) {
    test(where, () => assert.equal(shown, MASK));
  }

  test('in JSON', () => {
    assert.equal(JSON.stringify(secret), `"${MASK}"`);
    assert.equal(JSON.stringify({ a: [secret] }), `{"a":["${MASK}"]}`);
  });

  const hidden: readonly (readonly [string, () => string])[] = [
    ['deep in an object', () => inspect({ a: { b: { c: { d: [secret] } } } }, { depth: 9 })],
    ['in a map', () => inspect(new Map([[secret, secret]]))],
    ['as the cause of an error', () => inspect(new Error('failed', { cause: secret }))],
    ['as a field of an error', () => inspect(Object.assign(new Error('failed'), { secret }))],
    [
      'without custom inspection',
      () => inspect(secret, { customInspect: false, showHidden: true }),
    ],
    ['in an assertion', () => messageOf(() => assert.deepEqual({ secret }, { secret: 'x' }))],
    ['as a number', () => String(Number(secret))],
    ['in a structured clone', () => inspect(structuredClone(secret))],
    ['among its keys and entries', () => inspect([Reflect.ownKeys(secret), { ...secret }])],
  ];
  for (const [where, show] of hidden) {
    test(where, () => {
      const shown = show();
      assert.ok(shown.length > 0);
      assert.ok(!shown.includes(TEXT), shown);
    });
  }
});

function messageOf(work: () => void): string {
  try {
    work();
  } catch (error) {
    return inspect(error);
  }
  return assert.fail('nothing was thrown');
}

describe('a Secret', () => {
  test('gives its text only when it is asked to', () => assert.equal(secret.reveal(), TEXT));

  test('is blank without anything but white space', () => {
    for (const text of ['', ' ', '\n\t ']) assert.equal(new Secret(text).blank, true);
    for (const text of ['x', ' x ']) assert.equal(new Secret(text).blank, false);
  });

  test('is equal to the same text, and to nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        assert.equal(new Secret(a).equals(new Secret(b)), a === b);
        assert.ok(new Secret(a).equals(new Secret(a)));
      }),
    );
    assert.equal(secret.equals(undefined), false);
    assert.equal(secret.equals(new Secret(` ${TEXT}`)), false);
  });
});
