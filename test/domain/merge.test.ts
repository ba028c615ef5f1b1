import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changesThere, type MergeInput } from '../../src/domain/merge.ts';
import fc from '../property.ts';

type Side = 'there' | 'here';

type Value = string | undefined;

/** One key `k`; undefined is absent. */
function merge(
  [there, here, base]: readonly [there: Value, here: Value, base: Value],
  settle: Side = 'there',
  distrust?: MergeInput<string>['distrust'],
) {
  const one = (value: Value) => new Map(value === undefined ? [] : [['k', value]]);
  const changes = changesThere({
    there: one(there),
    here: one(here),
    base: one(base),
    mark: (value) => value,
    same: (a, b) => a === b,
    settle: () => settle,
    ...(distrust !== undefined && { distrust }),
  });
  return [...changes];
}

const _ = undefined;

describe('changesThere', () => {
  const rows = [
    ['all the same', ['a', 'a', 'a'], []],
    ['the same change on both sides', ['b', 'b', 'a'], []],
    ['the same, and no base', ['a', 'a', _], []],
    ['changed there', ['b', 'a', 'a'], [['k', 'b']]],
    ['new there', ['b', _, _], [['k', 'b']]],
    ['removed there', [_, 'a', 'a'], [['k', _]]],
    ['changed here', ['a', 'b', 'a'], []],
    ['new here', [_, 'b', _], []],
    ['removed here', ['a', _, 'a'], []],
    ['removed on both sides', [_, _, 'a'], []],
  ] as const;
  for (const [what, values, expected] of rows) {
    test(what, () => {
      // only one side changed, so that nobody is asked to settle anything
      assert.deepEqual(merge(values, 'there'), expected);
      assert.deepEqual(merge(values, 'here'), expected);
    });
  }

  const conflicts = [
    ['changed on both sides', ['b', 'c', 'a'], [['k', 'b']]],
    ['changed there, removed here', ['b', _, 'a'], [['k', 'b']]],
    ['removed there, changed here', [_, 'c', 'a'], [['k', _]]],
    ['new on both sides', ['b', 'c', _], [['k', 'b']]],
  ] as const;
  for (const [what, values, expected] of conflicts) {
    test(`${what}: as it is settled`, () => {
      assert.deepEqual(merge(values, 'there'), expected);
      assert.deepEqual(merge(values, 'here'), []);
    });
  }

  test('a change there that is not believed changes nothing', () => {
    assert.deepEqual(
      merge(['b', 'a', 'a'], 'there', () => true),
      [],
    );
    assert.deepEqual(
      merge(['b', 'c', 'a'], 'there', () => true),
      [],
    );
    assert.deepEqual(
      merge(['b', 'a', 'a'], 'there', () => false),
      [['k', 'b']],
    );
  });

  test('nobody is asked to distrust what did not change there', () => {
    const never = () => assert.fail('asked');
    for (const values of [
      ['a', 'b', 'a'],
      ['a', 'a', 'b'],
      [_, 'b', _],
    ] as const) {
      assert.deepEqual(merge(values, 'there', never), []);
    }
  });

  test('changes come in the file’s order, removals last', () => {
    const changes = changesThere({
      there: new Map([
        ['z', 1],
        ['a', 2],
      ]),
      here: new Map([
        ['gone', 3],
        ['a', 1],
      ]),
      base: new Map([['gone', '3']]),
      mark: String,
      same: (a, b) => a === b,
      settle: () => 'there',
    });
    assert.deepEqual(
      [...changes],
      [
        ['z', 1],
        ['a', 2],
        ['gone', undefined],
      ],
    );
  });
});

describe('changesThere, for any three maps', () => {
  const map = fc
    .dictionary(fc.constantFrom('p', 'q', 'r'), fc.nat(3))
    .map((each) => new Map(Object.entries(each)));
  const plain = {
    mark: String,
    same: (a: number, b: number) => a === b,
    settle: (_key: string, there = 0, here = 0): Side => (there >= here ? 'there' : 'here'),
  };
  const marks = (values: ReadonlyMap<string, number>) =>
    new Map([...values].map(([key, value]) => [key, String(value)]));
  const apply = (
    here: ReadonlyMap<string, number>,
    changes: ReadonlyMap<string, number | undefined>,
  ) => {
    const result = new Map(here);
    for (const [key, value] of changes) {
      if (value === undefined) result.delete(key);
      else result.set(key, value);
    }
    return result;
  };

  test('a second merge changes nothing', () => {
    fc.assert(
      fc.property(map, map, map, (there, here, base) => {
        const input = { ...plain, there, here, base: marks(base) };
        const merged = apply(here, changesThere(input));
        const again = changesThere({ ...input, here: merged, base: marks(there) });
        assert.deepEqual([...again], []);
      }),
    );
  });

  test('a file equal to ours changes nothing, whatever the base', () => {
    fc.assert(
      fc.property(map, map, (both, base) => {
        const input = { ...plain, there: new Map(both), here: both, base: marks(base) };
        assert.deepEqual([...changesThere(input)], []);
      }),
    );
  });

  test('every value of the result is one of either side', () => {
    fc.assert(
      fc.property(map, map, map, (there, here, base) => {
        const input = { ...plain, there, here, base: marks(base) };
        for (const [key, value] of apply(here, changesThere(input))) {
          assert.ok(value === there.get(key) || value === here.get(key));
        }
      }),
    );
  });
});
