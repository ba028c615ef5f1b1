import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, isBlank } from '../../src/domain/credential.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { entryOf, modelProfile, modelUsage, usageEntry } from '../../src/mirror/format.ts';

function modelled(raw: Json): Profile {
  const found = modelProfile('id', raw);
  assert('profile' in found);
  return found.profile;
}

test('the three types', () => {
  const key = modelled({ type: 'api_key', provider: ' Z.ai ', key: 'k', email: 'a@b.c' });
  assert.deepEqual([key.provider, bearer(key.credential).reveal()], [' Z.ai ', 'k']);
  assert.deepEqual([key.id, key.email, key.extra], ['id', 'a@b.c', {}]);

  const token = modelled({ type: 'token', provider: 'x', token: 't', expires: 1795089600000.9 });
  assert(token.credential.type === 'token');
  assert.equal(token.credential.expiresAt, 1795089600000);

  const oauth = modelled({ type: 'oauth', provider: 'x', access: 'a', refresh: 'r', accountId: 1 });
  assert(oauth.credential.type === 'oauth');
  assert.equal(oauth.credential.refresh?.reveal(), 'r');
  assert.equal(oauth.credential.expiresAt, undefined);
  assert.deepEqual(oauth.extra, { accountId: 1 });
});

test('a secret that is missing or no text is blank', () => {
  for (const raw of [
    { type: 'api_key', provider: 'x' },
    { type: 'token', provider: 'x', token: 5 },
    { type: 'oauth', provider: 'x', access: null, refresh: { a: 1 } },
    { type: 'oauth', provider: 'x', access: '  ' },
  ]) {
    assert(isBlank(modelled(raw).credential), JSON.stringify(raw));
  }
});

test('no refresh token at all is not the same as a blank one', () => {
  const without = modelled({ type: 'oauth', provider: 'x', access: 'a' }).credential;
  const blank = modelled({ type: 'oauth', provider: 'x', access: 'a', refresh: '' }).credential;
  assert(without.type === 'oauth' && blank.type === 'oauth');
  assert.equal(without.refresh, undefined);
  assert.equal(blank.refresh?.blank, true);
});

const oddExpiries: Json[] = ['1795089600000', null, true, [5], {}, 1e300];
for (const expires of oddExpiries) {
  test(`an expiry of ${JSON.stringify(expires)} is none, and is written back as it was`, () => {
    const profile = modelled({ type: 'token', provider: 'x', token: 't', expires, z: 1 });
    assert(profile.credential.type === 'token');
    assert.equal(profile.credential.expiresAt, undefined);
    assert.deepEqual(profile.extra, { expires, z: 1 });
    assert.deepEqual(entryOf(profile)['expires'], expires);
  });
}

test('a new expiry takes the place of an odd one', () => {
  const profile = modelled({ type: 'token', provider: 'x', token: 't', expires: 'soon' });
  const credential = { ...profile.credential, expiresAt: 7 };
  assert.equal(entryOf({ ...profile, credential })['expires'], 7);
});

test('fields that another type would model are kept as they are', () => {
  const raw = { type: 'api_key', provider: 'x', key: 'k', access: 'a', expires: 5, email: 7 };
  const profile = modelled(raw);
  assert.deepEqual(profile.extra, { access: 'a', expires: 5, email: 7 });
  assert.deepEqual(entryOf(profile), raw);
});

test('the order of fields is the gateway’s, unknown ones behind', () => {
  const raw = { zeta: 1, email: 'e', expires: 5, refresh: 'r', access: 'a', provider: 'x' };
  const profile = modelled({ ...raw, type: 'oauth', alpha: 2 });
  assert.deepEqual(Object.keys(entryOf(profile)), [
    'type',
    'provider',
    'access',
    'refresh',
    'expires',
    'email',
    'zeta',
    'alpha',
  ]);
});

test('a field named __proto__ is kept and changes nothing', () => {
  const raw = JSON.parse('{"type":"token","provider":"x","token":"t","__proto__":{"key":"evil"}}');
  const entry = entryOf(modelled(raw));
  assert.equal(JSON.stringify(entry), JSON.stringify(raw));
  assert.equal(Object.getPrototypeOf(entry), Object.prototype);
});

test('a secret does not show when a profile is printed', () => {
  const profile = modelled({ type: 'oauth', provider: 'x', access: 'SEC1', refresh: 'SEC2' });
  assert.doesNotMatch(JSON.stringify(profile), /SEC/);
});

const usages: [string, JsonObject, JsonObject | undefined][] = [
  ['all fields', { lastUsed: 1, cooldownUntil: 2, disabledUntil: 3, errorCount: 4 }, undefined],
  ['counts', { failureCounts: { billing: 1, novel: 2 }, lastFailureAt: 9 }, undefined],
  ['a reason', { disabledReason: 'billing' }, undefined],
  [
    'odd numbers',
    { lastUsed: 1.5, errorCount: '2', cooldownUntil: 1e300 },
    {
      lastUsed: 1.5,
      errorCount: '2',
      cooldownUntil: 1e300,
    },
  ],
  ['odd counts', { failureCounts: { a: 1.5 }, lastUsed: 3 }, { failureCounts: { a: 1.5 } }],
  ['an odd reason', { disabledReason: 5 }, { disabledReason: 5 }],
  ['unknown fields', { lastUsed: 3, mood: 'good' }, { mood: 'good' }],
];
for (const [name, raw, extra] of usages) {
  test(`usage with ${name} is written back as it was`, () => {
    const usage = modelUsage(raw);
    assert(usage !== undefined);
    assert.deepEqual(usage.extra, extra);
    assert.deepEqual(usageEntry(usage), raw);
  });
}

test('usage that is no object is none', () => {
  for (const raw of [null, 5, 'x', [1]]) assert.equal(modelUsage(raw), undefined);
});
