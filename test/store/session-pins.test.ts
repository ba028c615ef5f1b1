import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionPin } from '../../src/domain/session-pin.ts';
import * as sessionLists from '../../src/store/session-lists.ts';
import * as sessionPins from '../../src/store/session-pins.ts';
import fc from '../property.ts';
import { text } from './arbitraries.ts';
import { now, scratch } from './state.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9.:@+-]{0,12}$/);
const plain = { noNullPrototype: true } as const;
const seenPins: fc.Arbitrary<SessionPin> = fc.record(
  { profile: fc.record({ id: word, source: fc.constantFrom('user', 'auto') }, plain) },
  plain,
);
const pins: fc.Arbitrary<SessionPin> = fc.record(
  {
    model: fc.record({ provider: word, model: text }, plain),
    profile: fc.oneof(
      fc.record({ id: text, source: fc.constantFrom('user', 'auto') }, plain),
      fc.record({ id: text, source: fc.constant('auto'), compactions: fc.nat() }, plain),
    ),
  },
  { ...plain, requiredKeys: [] },
);

test('what goes in comes out, by agent and session', (t) => {
  const { db } = scratch(t);
  fc.assert(
    fc.property(
      text,
      text,
      pins,
      fc.option(seenPins),
      fc.boolean(),
      (dir, key, pin, was, pending) => {
        const seen = was ?? undefined;
        sessionPins.set(db, dir, key, { pin, pending, seen }, now);
        assert.deepEqual(sessionPins.get(db, dir, key), { pin, pending, seen });
        assert.equal(sessionPins.get(db, `${dir}/other`, key), undefined);
        assert.equal(sessionPins.remove(db, dir, key), true);
        assert.equal(sessionPins.get(db, dir, key), undefined);
      },
    ),
    { numRuns: 200 },
  );
});

test('a later pin replaces the earlier one whole', (t) => {
  const { db } = scratch(t);
  const profile = { id: 'a', source: 'auto', compactions: 3 } as const;
  const model = { provider: 'p', model: 'm' };
  sessionPins.set(db, '/a', 's', { pin: { model, profile }, pending: true }, now);
  sessionPins.set(db, '/a', 's', { pin: { model }, pending: false, seen: { model } }, now);
  assert.deepEqual(sessionPins.get(db, '/a', 's'), {
    pin: { model },
    pending: false,
    seen: { model },
  });
});

test('half a pin is refused', (t) => {
  const { db } = scratch(t);
  const put = (columns: string, values: string) => () =>
    db.exec(
      `INSERT INTO session_pins (agent_dir, session_key, pending, updated_at, ${columns})
       VALUES ('a', 's', 0, 1, ${values})`,
    );
  assert.throws(put('provider', "'p'"), /CHECK/);
  assert.throws(put('profile', "'p'"), /CHECK/);
  assert.throws(put('source', "'user'"), /CHECK/);
  assert.throws(put('profile, source', "'p', 'somebody'"), /CHECK/);
});

test('the last list is kept in its order', (t) => {
  const { db } = scratch(t);
  const refs = ['b', 'a', 'c'].map((model) => ({ provider: 'p', model }));
  assert.equal(sessionLists.get(db, '/a', 's'), undefined);
  sessionLists.set(db, '/a', 's', refs.slice(1), now);
  sessionLists.set(db, '/a', 's', refs, now + 1);
  assert.deepEqual(sessionLists.get(db, '/a', 's'), refs);
});
