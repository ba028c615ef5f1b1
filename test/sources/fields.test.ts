import assert from 'node:assert/strict';
import { test } from 'node:test';
import { believed, loginOf } from '../../src/sources/fields.ts';

const day = 86_400_000;
const expiresAt = 900 * day;

test('a token with a blank, a line break or without end is broken', () => {
  for (const odd of ['a b', 'a\r\nb', 'ä', 'x'.repeat(16_385)]) {
    assert.equal(loginOf({ access: odd, refresh: 'r', expiresAt }).kind, 'broken');
    assert.equal(loginOf({ access: 'a', refresh: odd, expiresAt }).kind, 'broken');
  }
  assert.equal(loginOf({ access: 'x'.repeat(16_384), refresh: '', expiresAt }).kind, 'login');
});

test('an expiry more than 400 days away is broken', () => {
  const login = loginOf({ access: 'a', refresh: 'r', expiresAt });
  assert.equal(believed(login, expiresAt - 400 * day).kind, 'login');
  assert.equal(believed(login, expiresAt - 400 * day - 1).kind, 'broken');
});
