import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeLease, type LeaseFacts, standingOf } from '../../src/domain/lease.ts';

const lease = (state: LeaseFacts['state'], more: Partial<LeaseFacts> = {}): LeaseFacts => ({
  refreshHash: 'a',
  state,
  doubtful: false,
  ownerAlive: false,
  ...more,
});
const alive = { ownerAlive: true };
const doubtful = { doubtful: true };

describe('a lease on the refresh token that the login has now', () => {
  const rows: readonly [string, LeaseFacts | undefined, ReturnType<typeof judgeLease>][] = [
    ['none', undefined, 'free'],
    ['taken by a run that is alive', lease('taken', alive), 'wait'],
    ['redeemed by one that is alive', lease('redeeming', alive), 'wait'],
    ['a client being told by one that is alive', lease('write_back', alive), 'wait'],
    ['taken by a dead one, nothing sent', lease('taken'), 'free'],
    ['taken anew by a dead one, after a doubt', lease('taken', doubtful), 'in_doubt'],
    ['redeemed by a dead one', lease('redeeming'), 'in_doubt'],
    ['no answer came', lease('in_doubt'), 'in_doubt'],
    ['no answer came to one that is alive', lease('in_doubt', alive), 'in_doubt'],
    ['refused', lease('refused'), 'refused'],
    ['refused to one that is alive', lease('refused', alive), 'refused'],
    ['redeemed, and back again', lease('write_back'), 'refused'],
  ];
  for (const [name, facts, verdict] of rows) {
    test(`${name}: ${verdict}`, () => assert.equal(judgeLease(facts, 'a'), verdict));
  }
});

describe('a lease on an earlier token', () => {
  const rows: readonly [LeaseFacts, ReturnType<typeof judgeLease>][] = [
    [lease('taken', alive), 'wait'],
    [lease('taken', doubtful), 'free'],
    [lease('redeeming'), 'free'],
    [lease('in_doubt'), 'free'],
    [lease('refused'), 'free'],
    [lease('write_back'), 'unfinished'],
  ];
  for (const [facts, verdict] of rows) {
    test(`${facts.state}: ${verdict}`, () => assert.equal(judgeLease(facts, 'b'), verdict));
  }
});

test('a status tells what speaks against the next refresh, not what is under way', () => {
  assert.equal(standingOf(lease('redeeming', alive)), undefined);
  assert.equal(standingOf(lease('taken')), undefined);
  assert.equal(standingOf(lease('redeeming')), 'in_doubt');
  assert.equal(standingOf(lease('refused')), 'refused');
});
