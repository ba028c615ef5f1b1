/** What is remembered of an edit: the values, never a secret, and each entry by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inverseOf, traceOf, unpatch, withValues } from '../../src/config/edit-trace.ts';

const entry = { provider: 'p', mode: 'token' };

test('each profile is told by itself, and what had to be made for it', () => {
  const before = { gateway: {} };
  const after = { gateway: {}, auth: { profiles: { a: entry, b: entry } } };
  const trace = traceOf(before, after, []);
  assert.deepEqual(trace, {
    changes: [
      { keys: ['auth', 'profiles', 'a'], after: entry },
      { keys: ['auth', 'profiles', 'b'], after: entry },
    ],
    made: [['auth'], ['auth', 'profiles']],
    patch: [],
  });
  assert.deepEqual(withValues(after, trace ?? assert.fail()), before);
  const later = { auth: { profiles: { ...after.auth.profiles, c: entry } } };
  assert.deepEqual(withValues(later, trace ?? assert.fail()), { auth: { profiles: { c: entry } } });
});

test('of an entry that stays only what differs is told; lists are told whole', () => {
  const of = (mode: string, order: string[]) => ({
    auth: { profiles: { a: { ...entry, mode } }, order: { p: order } },
  });
  assert.deepEqual(traceOf(of('token', ['a']), of('oauth', ['b', 'a']), [])?.changes, [
    { keys: ['auth', 'profiles', 'a', 'mode'], before: 'token', after: 'oauth' },
    { keys: ['auth', 'order', 'p'], before: ['a'], after: ['b', 'a'] },
  ]);
});

test('what may be a secret, or is no JSON, is not remembered', () => {
  const secret = `sk-ant-api03-${'x'.repeat(40)}`;
  for (const after of [
    { models: { providers: { p: { apiKey: 'short' } } } },
    { env: { A: 'short' } },
    { gateway: { token: 'short' } },
    { auth: { profiles: { a: { note: `see "${secret}"` } } } },
    { auth: { profiles: { [secret]: {} } } },
    { auth: { cooldowns: Number.POSITIVE_INFINITY } },
  ]) {
    assert.equal(traceOf({}, after, []), undefined, JSON.stringify(after));
  }
});

test('a comment with a secret in it is no part of the patch; the values are told all the same', () => {
  const patch = [[[3, 0, `a: 1, // was sk-or-v1-${'y'.repeat(40)}`] as const]];
  const trace = traceOf({ auth: { a: 1 } }, { auth: {} }, patch);
  assert.deepEqual(trace, {
    changes: [{ keys: ['auth', 'a'], before: 1, follows: null }],
    made: [],
  });
});

test('splices are taken back, several at one place too', () => {
  const text = 'abcdef';
  const step = inverseOf(text, [
    { start: 4, end: 4, text: 'Y' },
    { start: 1, end: 3, text: '' },
    { start: 4, end: 4, text: 'Z' },
  ]);
  assert.deepEqual(unpatch('adYZef', [step]).text, text);
});
