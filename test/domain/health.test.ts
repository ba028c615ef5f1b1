import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assessHealth, expiryStatus } from '../../src/domain/health.ts';
import { facts, hostConfig, hour, now, profiles } from './judge-fixtures.ts';

describe('expiryStatus', () => {
  const day = 24 * hour;
  const rows = [
    ['api_key', now - 1, 'static'],
    ['api_key', undefined, 'static'],
    ['token', undefined, 'static'],
    ['token', 0, 'static'],
    ['token', -1, 'static'],
    ['token', Number.POSITIVE_INFINITY, 'static'],
    ['oauth', undefined, 'missing'],
    ['oauth', 0, 'missing'],
    ['oauth', Number.NaN, 'missing'],
    ['oauth', now - 1, 'expired'],
    ['token', now, 'expired'],
    ['token', now + 1, 'expiring'],
    ['oauth', now + day, 'expiring'],
    ['oauth', now + day + 1, 'ok'],
    ['token', now / 1000, 'expired'],
  ] as const;
  for (const [type, expiresAt, status] of rows) {
    test(`${type} at ${expiresAt === undefined ? 'nothing' : expiresAt - now} is ${status}`, () => {
      assert.equal(expiryStatus({ type, expiresAt }, now, day), status);
    });
  }

  test('with no window nothing is expiring', () => {
    assert.equal(expiryStatus({ type: 'token', expiresAt: now + 1 }, now, 0), 'ok');
  });
});

describe('assessHealth', () => {
  const config = hostConfig({
    listed: { 'b:1': { provider: 'b', mode: 'oauth', email: ' config@example.com ' } },
  }).auth.profiles;
  const stored = profiles(
    facts('b:2', { type: 'token', expiresAt: now + 90 * hour, email: ' own@example.com ' }),
    facts('b:1', { type: 'oauth', expiresAt: now + hour, email: 'own@example.com' }),
    facts('c:1', { type: 'oauth', expiresAt: 0 }),
    facts('a:1'),
    facts('d:1', { type: 'token', expiresAt: 0, email: ' ' }),
    facts('anthropic:claude-cli', { provider: 'B', type: 'oauth', expiresAt: now }),
    facts('openai-codex:codex-cli', { type: 'oauth', expiresAt: now - hour }),
  );
  const providers = ['openai-codex', 'none', 'd', 'c', 'b', 'a'];
  const health = assessHealth({ profiles: stored, config, providers, now, warnWithin: 24 * hour });

  test('profiles are sorted by provider and id; those of unlisted providers are left out', () => {
    const ids = health.profiles.map((entry) => entry.profileId);
    assert.deepEqual(ids, ['a:1', 'b:1', 'b:2', 'c:1', 'd:1', 'openai-codex:codex-cli']);
  });

  test('every listed provider has its verdict, with the soonest expiry', () => {
    const rows = health.providers.map((entry) => [entry.provider, entry.status, entry.remainingMs]);
    assert.deepEqual(rows, [
      ['a', 'static', undefined],
      ['b', 'expiring', hour],
      ['c', 'expired', -now],
      ['d', 'ok', undefined],
      ['none', 'missing', undefined],
      ['openai-codex', 'expired', -hour],
    ]);
  });

  test('the e-mail of the config comes first, and the source follows the id', () => {
    const shown = new Map(health.profiles.map((entry) => [entry.profileId, entry]));
    assert.equal(shown.get('b:1')?.label, 'b:1 (config@example.com)');
    assert.equal(shown.get('b:2')?.label, 'b:2 (own@example.com)');
    assert.equal(shown.get('a:1')?.label, 'a:1');
    assert.equal(shown.get('openai-codex:codex-cli')?.source, 'codex-cli');
    assert.equal(shown.get('b:1')?.source, 'store');
  });

  test('what is static has no expiry, whatever its file says', () => {
    assert.deepEqual(
      health.profiles.find((profile) => profile.profileId === 'd:1'),
      {
        profileId: 'd:1',
        provider: 'd',
        type: 'token',
        status: 'static',
        source: 'store',
        label: 'd:1',
      },
    );
  });

  test('a useless expiry is shown without a remaining time, as the gateway does', () => {
    const entry = health.profiles.find((profile) => profile.profileId === 'c:1');
    assert.equal(entry?.expiresAt, 0);
    assert.ok(entry !== undefined && !('remainingMs' in entry));
  });
});
