import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { onHost } from './host.ts';

const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const key = `sk-or-v1-${'CANARY'.repeat(10)}`;
const paste = ['models', 'auth', 'paste-api-key', '--provider', 'openrouter'];

interface Mirror {
  profiles: Record<string, Record<string, unknown>>;
  usageStats?: Record<string, Record<string, unknown>>;
}

describe('a secret that a person enters', () => {
  test('comes in through a pipe: stored, mirrored, listed, remembered', () =>
    onHost(async (host) => {
      const { code, stdout, stderr } = await host.run(paste, { stdin: `${key}\n` });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^stored openrouter:default \(API key #[0-9a-f]{8}\) for agent main/);
      const profile = (host.json(mirror) as Mirror).profiles['openrouter:default'];
      assert.deepEqual(profile, { type: 'api_key', provider: 'openrouter', key });
      assert.deepEqual(host.json('.epiloop/epiloop.json'), {
        auth: { profiles: { 'openrouter:default': { provider: 'openrouter', mode: 'api_key' } } },
      });
      const history = await host.run(['models', 'history']);
      assert.match(history.stdout, /profile_added openrouter:default/);
      assert.match(history.stdout, /config_profile_listed openrouter:default/);
      assert.doesNotMatch(stdout + stderr + history.stdout, /CANARY/);
    }));

  test('replaces the one before and ends its cooldown; the config is left alone', () =>
    onHost(async (host) => {
      await host.run(paste, { stdin: key });
      const before = host.json(mirror) as Mirror;
      const resting = { lastUsed: 5, cooldownUntil: Date.now() + 9e6, errorCount: 3 };
      host.write(mirror, { ...before, usageStats: { 'openrouter:default': resting } });
      const next = `${key}NEXT`;
      const { code, stdout } = await host.run(paste, { stdin: next });
      assert.equal(code, 0);
      assert.doesNotMatch(stdout, /restarts/);
      const after = host.json(mirror) as Mirror;
      assert.equal(after.profiles['openrouter:default']?.key, next);
      assert.deepEqual(after.usageStats, { 'openrouter:default': { lastUsed: 5 } });
    }));

  test('is refused when it is none, and nothing is made', () =>
    onHost(async (host) => {
      for (const stdin of ['', ' \n', 'two\nlines here\n', 'sk-ant-api03-of-another-provider']) {
        const { code, stderr } = await host.run(paste, { stdin });
        assert.equal(code, 65, stderr);
        assert.match(stderr, /nothing was stored/);
      }
      assert.deepEqual([...host.snapshot().keys()], []);
    }));

  test('is stored even where the config cannot be edited, and says so', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('needs another owner: run as root');
    await onHost(async (host) => {
      const as = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
      chmodSync(host.home, 0o755);
      mkdirSync(host.path('u'), { mode: 0o777 });
      chmodSync(host.path('u'), 0o1777);
      const config = host.write('config.json', '{ auth: { profiles: {} } } // mine', 0o644);
      const env = { HOME: host.path('u'), EPILOOP_CONFIG_PATH: config };
      const { code, stderr } = await host.run(paste, { stdin: key, env, wrapper: as });
      assert.ok((code ?? 0) >= 64, stderr);
      assert.match(stderr, /stored openrouter:default, but it is not listed in the config/);
      assert.equal(host.read('config.json'), '{ auth: { profiles: {} } } // mine');
      const stored = host.json(`u/${mirror}`) as Mirror;
      assert.equal(stored.profiles['openrouter:default']?.key, key);
    });
  });
});

describe('a profile that a person removes', () => {
  test('is gone from the file and stays away, and can be entered again', () =>
    onHost(async (host) => {
      await host.run(paste, { stdin: key });
      const old = host.read(mirror);
      const { code, stdout } = await host.run(['models', 'auth', 'remove', 'openrouter:default']);
      assert.equal(code, 0);
      assert.match(stdout, /^removed openrouter:default of agent main/);
      assert.deepEqual((host.json(mirror) as Mirror).profiles, {});
      host.write(mirror, old);
      await host.run(['models', 'sync']);
      assert.deepEqual((host.json(mirror) as Mirror).profiles, {}, 'a stale rewrite');
      await host.run(paste, { stdin: key });
      assert.equal((host.json(mirror) as Mirror).profiles['openrouter:default']?.key, key);
    }));

  test('that another program still has needs --keep-out, and is kept out then', () =>
    onHost(async (host) => {
      const login = (n: number) => ({
        claudeAiOauth: {
          accessToken: `sk-ant-oat01-CANARY${n}`,
          refreshToken: `sk-ant-ort01-CANARY${n}`,
          expiresAt: Date.now() + 6 * 3_600_000 + n,
        },
      });
      host.write('.claude/.credentials.json', login(1));
      await host.run(['models', 'sync']);
      const id = 'anthropic:claude-cli';
      const refused = await host.run(['models', 'auth', 'remove', id]);
      assert.equal(refused.code, 77);
      assert.match(refused.stderr, /comes from Claude Code.*\n.*--keep-out/);
      assert.equal((await host.run(['models', 'auth', 'remove', id, '--keep-out'])).code, 0);
      host.write('.claude/.credentials.json', login(2));
      await host.run(['models', 'sync']);
      assert.deepEqual((host.json(mirror) as Mirror).profiles, {});
    }));

  test('that the agent has not: 66, and nothing changes', () =>
    onHost(async (host) => {
      await host.run(paste, { stdin: key });
      const before = host.read(mirror);
      const { code } = await host.run(['models', 'auth', 'remove', 'openrouter:none']);
      assert.equal(code, 66);
      assert.equal(host.read(mirror), before);
    }));
});
