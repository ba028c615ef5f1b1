import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson, isJsonObject, type Json, sameJson } from '../../src/domain/json.ts';
import fc from '../property.ts';

const json: fc.Arbitrary<Json> = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));

/** The same value with the keys of every object in the other order. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, turned(part)] as const);
  return Object.fromEntries(entries.reverse());
}

describe('isJsonObject', () => {
  const rows: readonly (readonly [unknown, boolean])[] = [
    [{}, true],
    [JSON.parse('{"__proto__": null}'), true],
    [[], false],
    [null, false],
    [undefined, false],
    ['{}', false],
    [0, false],
  ];
  for (const [value, expected] of rows) {
    test(`${JSON.stringify(value)}: ${expected}`, () => {
      assert.equal(isJsonObject(value), expected);
    });
  }
});

describe('sameJson', () => {
  const rows: readonly (readonly [Json | undefined, Json | undefined, boolean])[] = [
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [[1, 2], [2, 1], false],
    [[1], [1, 1], false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, b: 2 }, { a: 1, c: 2 }, false],
    [[], {}, false],
    [{ 0: 'a' }, ['a'], false],
    [null, {}, false],
    [null, undefined, false],
    [undefined, undefined, true],
    [1, '1', false],
    [{ a: { b: [1] } }, { a: { b: [1] } }, true],
    [{ a: { b: [1] } }, { a: { b: [2] } }, false],
    [{}, JSON.parse('{"toString": 1}'), false],
    [{ a: 1 }, JSON.parse('{"__proto__": 1}'), false],
  ];
  for (const [a, b, expected] of rows) {
    test(`${JSON.stringify(a)} and ${JSON.stringify(b)}: ${expected}`, () => {
      assert.equal(sameJson(a, b), expected);
      assert.equal(sameJson(b, a), expected);
    });
  }

  test('the order of keys never counts', () => {
    fc.assert(fc.property(json, (value) => assert.ok(sameJson(value, turned(value)))));
  });
});

describe('canonicalJson', () => {
  test('is the same text for the same value, and only for that', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        assert.equal(canonicalJson(a), canonicalJson(turned(a)));
        assert.equal(canonicalJson(a) === canonicalJson(b), sameJson(a, b));
      }),
    );
  });

  test('loses nothing', () => {
    fc.assert(
      fc.property(json, (value) => {
        assert.ok(sameJson(JSON.parse(canonicalJson(value)), value));
      }),
    );
  });

  test('an undefined field is an absent one', () => {
    assert.equal(canonicalJson({ b: undefined, a: 1 }), canonicalJson({ a: 1 }));
  });

  test('keeps a field of any name', () => {
    assert.equal(canonicalJson(JSON.parse('{"__proto__": {"b": 1}}')), '{"__proto__":{"b":1}}');
  });

  test('sorts at every depth', () => {
    assert.equal(canonicalJson({ b: [{ d: 1, c: 2 }], a: 0 }), '{"a":0,"b":[{"c":2,"d":1}]}');
  });
});
