import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EnvPlace, shadowedVariable } from '../../src/domain/shadowed-env.ts';

/** `process=1` has the fingerprint 1; `process=` is blank. */
function place(text: string): EnvPlace {
  const [source = '', fingerprint = ''] = text.split('=');
  const sources = ['process', 'cwd', 'state', 'config'] as const;
  const known = sources.find((each) => each === source);
  assert.ok(known !== undefined);
  return { source: known, label: `<${known}>`, blank: fingerprint === '', fingerprint };
}

const table: readonly [places: string, message: string | undefined][] = [
  ['', undefined],
  ['process=1', undefined],
  ['state=', undefined],
  ['process=1 state=1 config=1', undefined],
  ['process=1 state=', undefined],
  ['process=1 state=2', 'K: #1 in <process> hides #2 in <state>'],
  ['process=1 cwd=2 state=1', 'K: #1 in <process> hides #2 in <cwd>'],
  ['cwd=1 state=2 config=3', 'K: #1 in <cwd> hides #2 in <state> and #3 in <config>'],
  ['state=1 config=2', 'K: #1 in <state> hides #2 in <config>'],
  ['process= state=2', 'K: an empty value in <process> hides #2 in <state>'],
  ['process= config=2', undefined],
  ['process= state=1 config=2', 'K: #2 in <config> hides #1 in <state>'],
  ['config=', undefined],
];

describe('a variable with several values', () => {
  for (const [places, message] of table) {
    test(places || 'nowhere', () => {
      const all = places === '' ? [] : places.split(' ').map(place);
      assert.equal(shadowedVariable('K', all)?.message, message);
    });
  }

  test('the remedy names every place', () => {
    const found = shadowedVariable('K', ['process=1', 'state=2', 'config=3'].map(place));
    assert.equal(found?.hint, 'take K out of <state> and <config>, or out of <process>');
  });
});
