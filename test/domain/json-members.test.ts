import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject, type Json } from '../../src/domain/json.ts';
import { editMembers, membersAt, memberValue } from '../../src/domain/json-members.ts';
import fc from '../property.ts';

const cases: readonly (readonly [string, string, Record<string, Json | undefined>, string])[] = [
  ['into nothing', '{}', { a: 1 }, '{"a": 1}'],
  ['into space', '{ \n }', { a: 1 }, '{"a": 1}'],
  ['behind the last', '{"a":1}', { b: 2 }, '{"a":1,"b": 2}'],
  ['indented alike', '{\n  "a": 1\n}', { b: 'x' }, '{\n  "a": 1,\n  "b": "x"\n}'],
  ['in its place', '{"a": 1, "b": 2}', { a: 'x' }, '{"a": "x", "b": 2}'],
  ['the last of two', '{"a":1,"a":2}', { a: 3 }, '{"a":1,"a":3}'],
  ['away, the first', '{"a": 1, "b": 2}', { a: undefined }, '{"b": 2}'],
  ['away, the last', '{"a": 1, "b": 2}', { b: undefined }, '{"a": 1}'],
  ['away, the only', '{ "a": 1 }', { a: undefined }, '{}'],
  ['away, twice there', '{"a":1,"b":2,"a":3}', { a: undefined }, '{"b":2}'],
  ['away, not there', '{"a":1}', { b: undefined }, '{"a":1}'],
  [
    'beside large numbers',
    '{"n":12345678901234567890}',
    { a: 1 },
    '{"n":12345678901234567890,"a": 1}',
  ],
  ['beside brackets in texts', '{"a":"}],{\\"","b":1}', { b: 2 }, '{"a":"}],{\\"","b":2}'],
];

for (const [name, text, changes, expected] of cases) {
  test(`a member is set or taken: ${name}`, () => {
    assert.equal(editMembers(text, 0, changes), expected);
    assert.ok(isJsonObject(JSON.parse(expected)));
  });
}

test('an escaped key is the key that it says', () => {
  assert.equal(memberValue('{"\\u0061": 7}', 0, 'a'), 11);
  assert.equal(memberValue('{"a": {"b": 7}}', 0, 'b'), undefined);
});

const spacings = fc.constantFrom(undefined, 1, 2, '\t');
const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'x"y', '\\');
const record = fc.dictionary(keys, fc.jsonValue({ noUnicodeString: false }));

test('it means what JSON.parse would see, and the other members keep every character', () => {
  fc.assert(
    fc.property(record, spacings, keys, fc.option(fc.jsonValue()), (value, space, key, set) => {
      const text = JSON.stringify(value, undefined, space);
      const others = (of: string) =>
        membersAt(of, 0)
          .filter((member) => member.key !== key)
          .map(({ start, end }) => of.slice(start, end));
      const edited = editMembers(text, 0, { [key]: (set as Json | null) ?? undefined });
      const wanted = new Map(Object.entries(JSON.parse(text)));
      if (set === null) wanted.delete(key);
      else wanted.set(key, JSON.parse(JSON.stringify(set)));
      assert.deepEqual(new Map(Object.entries(JSON.parse(edited))), wanted);
      assert.deepEqual(others(edited), others(text));
    }),
    { numRuns: 1000 },
  );
});
