import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Agent } from '../../src/app/agents.ts';
import { isBuried } from '../../src/app/lookup.ts';
import { peopleOf } from '../../src/app/people.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { compareIdentity, identityOf } from '../../src/domain/identity.ts';
import * as credentials from '../../src/store/credentials.ts';
import * as tombstones from '../../src/store/tombstones.ts';
import { jwt, key, minute, oauth } from '../domain/reconcile-fixtures.ts';
import fc from '../property.ts';
import { now, scratch } from '../store/state.ts';

const agent: Agent = {
  id: 'main',
  dir: '/agent',
  key: '/agent',
  path: '/agent/auth-profiles.json',
  listed: true,
  unknown: false,
};

describe('what was removed is taken back', () => {
  const rows = [
    ['not from a file of the moment before ten minutes are over', 10 * minute - 1, true],
    ['from a later file', 10 * minute, false],
  ] as const;
  for (const [what, later, expected] of rows) {
    test(what, (t) => {
      const store = scratch(t);
      const profile = key('a:x', 'k1');
      const secretHash = store.hash('k1');
      tombstones.set(store.db, agent.key, profile.id, {
        secretHash,
        removedAt: now,
        keepsOut: true,
      });
      const findings: Finding[] = [];
      assert.equal(isBuried({ store, findings }, agent, profile, now + later), expected);
      assert.equal(findings.length, expected ? 1 : 0);
      assert.equal(isBuried({ store, findings }, agent, key('a:x', 'k2'), now), false);
    });
  }
});

describe('the same person among the stored logins', () => {
  const some = fc.constantFrom('1', '2');
  const person = fc.record(
    { sub: some, accountId: some, email: fc.constantFrom('a@x', 'A@x', 'b@x') },
    { requiredKeys: [] },
  );
  const login = ({ sub, accountId, email }: { [K in 'sub' | 'accountId' | 'email']?: string }) =>
    oauth('p:x', `${sub === undefined ? 'opaque' : jwt({ sub })}/R`, 1, {
      ...(email !== undefined && { email }),
      extra: accountId === undefined ? {} : { accountId },
    });

  test('is the oldest that comparing each would find', (t) => {
    const store = scratch(t);
    const { db, hash } = store;
    fc.assert(
      fc.property(fc.array(person, { maxLength: 8 }), person, (stored, wanted) => {
        db.prepare('DELETE FROM credentials').run();
        const row = { provider: 'p', source: 'file', hash, now };
        const ids = stored.map((each) => {
          const profile = login(each);
          const { credential } = profile;
          return credentials.insert(db, { ...row, credential, identity: identityOf(profile) });
        });
        const identity = identityOf(login(wanted));
        const at = stored.findIndex((each) => {
          return compareIdentity(identityOf(login(each)), identity) === 'same';
        });
        assert.equal(peopleOf({ store })(login(wanted)), at < 0 ? undefined : ids[at]);
      }),
    );
  });

  test('is looked for in one reading of them, however many ask', (t) => {
    const store = scratch(t);
    const { db, hash } = store;
    const find = peopleOf({ store });
    const profile = login({ sub: '1' });
    assert.equal(find(profile), undefined);
    const { credential } = profile;
    const identity = identityOf(profile);
    credentials.insert(db, { provider: 'p', source: 'file', hash, now, credential, identity });
    assert.equal(find(profile), undefined);
    assert.notEqual(peopleOf({ store })(profile), undefined);
  });
});
