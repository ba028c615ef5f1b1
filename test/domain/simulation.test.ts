import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventsOf, type Step, simulate } from '../../src/domain/simulation.ts';
import { EpiloopError } from '../../src/errors.ts';
import { environment, facts, hostConfig, minute, now, profiles, view } from './judge-fixtures.ts';

const ids = ['zai:a', 'zai:b', 'odd=id'];
const stored = profiles(facts('zai:a'), facts('zai:b'), facts('odd=id', { provider: 'zai' }));

/** `next: the order`, with minutes of rest. */
function shown({ next, order, at }: Step): string {
  const places = order.map(({ id, until }) =>
    until === undefined ? id : `${id} +${(until - at) / minute}`,
  );
  return `${next ?? '-'}: ${places.join(' ')}`;
}

function replay(script: string) {
  const asked = view({ profiles: stored, order: new Map([['zai', ids]]) });
  const before = structuredClone(asked.usage);
  const config = hostConfig();
  const input = { view: asked, config, env: environment(), fileExists: () => false, now };
  const steps = simulate('zai', input, eventsOf(script, ids));
  assert.deepEqual(asked.usage, before, 'nothing is changed');
  return steps;
}

describe('simulate', () => {
  test('replays failures, successes and time', () => {
    const script = 'zai:a=rate_limit, zai:a=auth,+5m,zai:a=ok,odd=id=billing,zai:a=timeout';
    assert.deepEqual(replay(script).map(shown), [
      'zai:b: zai:b odd=id zai:a +1',
      'zai:b: zai:b odd=id zai:a +5',
      'zai:a: zai:a zai:b odd=id',
      'zai:a: zai:a zai:b odd=id',
      'zai:a: zai:a zai:b odd=id +300',
      'zai:b: zai:b zai:a +1 odd=id +300',
    ]);
  });

  test('tells what happened, as typed, and when', () => {
    const steps = replay('+90,+1h,zai:b=format');
    assert.deepEqual(
      steps.map(({ event, at }) => [event, (at - now) / minute]),
      [
        ['+90', 90],
        ['+1h', 150],
        ['zai:b=format', 150],
      ],
    );
  });

  const wrong = [
    ['', 'usage', /piece 1/],
    ['zai:a=ok,,', 'usage', /piece 2/],
    ['zai:a', 'usage', /piece 1/],
    ['=ok', 'usage', /piece 1/],
    ['zai:a=maybe', 'usage', /piece 1/],
    ['+', 'usage', /piece 1/],
    ['+5 parsecs', 'usage', /piece 1/],
    ['zai:c=ok', 'not_found', /zai:c is no candidate/],
  ] as const;
  for (const [script, code, message] of wrong) {
    test(`refuses ${JSON.stringify(script)}`, () => {
      const check = (error: unknown) =>
        error instanceof EpiloopError && error.code === code && message.test(error.message);
      assert.throws(() => eventsOf(script, ids), check);
    });
  }
});
