import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { keyChoices } from '../../src/domain/onboarding.ts';
import { jwt } from '../sources/reading.ts';
import { type GatewayHost, onHost } from './host.ts';

const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const canary = 'CANARY'.repeat(15);
const openai = `sk-proj-${canary}`;
const scripted = ['onboard', '--non-interactive', '--accept-risk'];

interface Mirror {
  profiles: Record<string, Record<string, unknown>>;
}

const profilesOf = (host: GatewayHost) => (host.json(mirror) as Mirror).profiles;

/** Names of the files below HOME that hold the canary. */
function holders(host: GatewayHost): string[] {
  return [...host.snapshot()]
    .filter(([, held]) => Buffer.from(held.split(' ')[1] ?? '', 'base64').includes('CANARY'))
    .map(([name]) => name.replace(/-wal$/, ''))
    .toSorted();
}

function keyFor(provider: string, n: number): string {
  const known: Record<string, string> = { anthropic: 'sk-ant-api03-', openrouter: 'sk-or-' };
  return `${known[provider] ?? 'k-'}${canary}${n}`;
}

describe('every choice of the gateway that is a key', () => {
  for (const [n, { name, provider, flag }] of keyChoices.entries()) {
    test(`${name}: by its flag, then a file, a variable and a pipe`, () =>
      onHost(async (host) => {
        const key = (way: number) => keyFor(provider, n * 10 + way);
        const command = [...scripted, '--auth-choice', name];
        const file = host.write('key.txt', `${key(2)}\n`);
        const ways = [
          await host.run([...command, `--${flag}`, key(1)]),
          await host.run([...command, '--from-file', file]),
          await host.run([...command, `--${flag}-env`, 'K'], { env: { K: key(3) } }),
          await host.run(command, { stdin: `${key(4)}\n` }),
        ];
        const done = ways.map(({ code, stdout }) => [code, stdout.split(' ')[0]]);
        const others = [0, 'replaced'];
        assert.deepEqual(done, [[0, 'stored'], others, others, others]);
        const profile = { type: 'api_key', provider, key: key(4) };
        assert.deepEqual(profilesOf(host), { [`${provider}:default`]: profile });
        const config = {
          auth: { profiles: { [`${provider}:default`]: { provider, mode: 'api_key' } } },
        };
        assert.deepEqual(host.json('.epiloop/epiloop.json'), config);
        const told = ways.map(({ stdout, stderr }) => stdout + stderr).join('');
        assert.doesNotMatch(told, /CANARY/);
        assert.equal(told.split('others on this host can read it').length, 2, told);
      }));
  }
});

describe('a key on the command line', () => {
  test('is in the store and the agent’s file, and nowhere else', () =>
    onHost(async (host) => {
      const { code, stderr } = await host.run([...scripted, '--openai-api-key', openai]);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /--openai-api-key has a secret on the command line/);
      assert.deepEqual([...new Set(holders(host))], [mirror, '.epiloop/auth.sqlite'].toSorted());
      const history = await host.run(['models', 'history', '--json']);
      assert.match(history.stdout, /"profile_added"/);
      assert.match(history.stdout, /"command": "onboard"/);
      assert.doesNotMatch(history.stdout + stderr, /CANARY/);
    }));

  test('with --env-file is in .env, and nowhere else', () =>
    onHost(async (host) => {
      const { code, stdout } = await host.run([
        ...scripted,
        '--env-file',
        '--openai-api-key',
        openai,
      ]);
      assert.equal(code, 0);
      assert.match(stdout, /^set OPENAI_API_KEY \(#[0-9a-f]{8}\) in ~\/\.epiloop\/\.env\n$/);
      assert.equal(host.read('.epiloop/.env'), `OPENAI_API_KEY=${openai}\n`);
      assert.deepEqual(holders(host), ['.epiloop/.env']);
      const { stdout: status } = await host.run(['models', 'status', '--no-sync']);
      assert.match(status, /openai effective=env/);
    }));

  test('is in no file where it is refused', () =>
    onHost(async (host) => {
      const { code, stderr } = await host.run([...scripted, '--anthropic-api-key', openai]);
      assert.equal(code, 65);
      assert.doesNotMatch(stderr, /CANARY/);
      assert.deepEqual([...host.snapshot().keys()], []);
    }));
});

test('several at once: one that is bad, and nothing is stored; else all', () =>
  onHost(async (host) => {
    const words = [...scripted, '--openai-api-key', openai, '--zai-api-key-env', 'Z'];
    assert.equal((await host.run(words, { env: { Z: 'two words' } })).code, 65);
    assert.deepEqual([...host.snapshot().keys()], []);
    assert.equal((await host.run(words, { env: { Z: 'zai-key-1' } })).code, 0);
    assert.deepEqual(Object.keys(profilesOf(host)), ['openai:default', 'zai:default']);
  }));

test('several, and the config cannot be edited: what is stored and what is not is told', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs another owner: run as root');
  await onHost(async (host) => {
    const wrapper = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    chmodSync(host.home, 0o755);
    mkdirSync(host.path('u'), { mode: 0o777 });
    chmodSync(host.path('u'), 0o1777);
    const config = host.write('config.json', '{ auth: { profiles: {} } }', 0o644);
    const env = { HOME: host.path('u'), EPILOOP_CONFIG_PATH: config, A: openai, B: 'zai-key-1' };
    const words = [...scripted, '--openai-api-key-env', 'A', '--zai-api-key-env', 'B'];
    const { code, stderr } = await host.run(words, { env, wrapper });
    assert.ok((code ?? 0) >= 64, stderr);
    assert.match(stderr, /stored openai:default, but it is not listed.*; not stored: zai:default/);
    const { profiles } = host.json(`u/${mirror}`) as Mirror;
    assert.deepEqual(Object.keys(profiles), ['openai:default']);
  });
});

describe('a key as the gateway looks for it', () => {
  const words = [...scripted, '--auth-choice', 'openai-api-key'];

  test('in the environment, its .env, then the store; an empty variable is none', () =>
    onHost(async (host) => {
      assert.equal((await host.run(words, { env: { OPENAI_API_KEY: ' ' } })).code, 64);
      const env = { OPENAI_API_KEY: openai };
      assert.match((await host.run(words, { env })).stdout, /^stored openai:default/);
      const kept = await host.run(words);
      assert.equal(kept.code, 0);
      assert.match(kept.stdout, /^kept openai:default \(#[0-9a-f]{8}\) for agent main/);
      host.write('.epiloop/.env', 'OPENAI_API_KEY=sk-of-the-file\n');
      assert.match((await host.run(words)).stdout, /^replaced openai:default/);
      assert.equal(profilesOf(host)['openai:default']?.key, 'sk-of-the-file');
    }));

  test('one that is stored, and not listed, is listed', () =>
    onHost(async (host) => {
      host.write(mirror, {
        version: 1,
        profiles: { 'openai:old': { type: 'api_key', provider: 'openai', key: 'sk-old' } },
      });
      const { stdout } = await host.run(words);
      assert.match(stdout, /^kept openai:old .*\nlisted in ~\/\.epiloop\/epiloop\.json; a running/);
      assert.equal((await host.run(words)).stdout.split('\n').length, 2, 'listed twice');
    }));
});

test('a token, as the gateway’s flags have it', () =>
  onHost(async (host) => {
    const token = `sk-ant-oat01-${canary}`;
    const words = `--auth-choice token --token-provider anthropic --token-expires-in 365d --token`;
    const before = Date.now();
    const { code, stderr } = await host.run([...scripted, ...words.split(' '), token]);
    assert.equal(code, 0, stderr);
    const { expires, ...rest } = profilesOf(host)['anthropic:default'] ?? {};
    assert.deepEqual(rest, { type: 'token', provider: 'anthropic', token });
    const year = 365 * 86_400_000;
    assert.ok(Number(expires) >= before + year && Number(expires) <= Date.now() + year);
  }));

describe('a state that cannot be written', () => {
  test('is 77, and nothing is stored', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('needs another owner: run as root');
    await onHost(async (host) => {
      const wrapper = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
      chmodSync(host.home, 0o755);
      const words = [...scripted, '--env-file', '--openai-api-key', openai];
      const { code, stderr } = await host.run(words, { wrapper });
      assert.equal(code, 77, stderr);
      assert.deepEqual([...host.snapshot().keys()], []);
    });
  });

  test('--no-sync is refused', () =>
    onHost(async (host) => {
      const { code } = await host.run([...scripted, '--openai-api-key', openai, '--no-sync']);
      assert.equal(code, 77);
      assert.deepEqual([...host.snapshot().keys()], []);
    }));
});

describe('the login of Claude Code', () => {
  const id = 'anthropic:claude-cli';
  const words = [...scripted, '--auth-choice', 'claude-cli'];
  const credentials = '.claude/.credentials.json';
  const login = (expiresAt = Date.now() + 6e6) => ({
    claudeAiOauth: { accessToken: 'sk-ant-oat01-A', refreshToken: 'sk-ant-ort01-R', expiresAt },
  });

  test('is taken, listed as oauth, and kept the next time', () =>
    onHost(async (host) => {
      host.write(credentials, login());
      const { code, stdout } = await host.run(words);
      assert.equal(code, 0);
      assert.match(stdout, /^stored anthropic:claude-cli \(#[0-9a-f]{8}\) for agent main in /);
      assert.equal(profilesOf(host)[id]?.type, 'oauth');
      const listed = { auth: { profiles: { [id]: { provider: 'anthropic', mode: 'oauth' } } } };
      assert.deepEqual(host.json('.epiloop/epiloop.json'), listed);
      assert.match((await host.run(words)).stdout, /^kept anthropic:claude-cli/);
    }));

  test('that was removed here comes back, since it is asked for', () =>
    onHost(async (host) => {
      host.write(credentials, login());
      await host.run(words);
      await host.run(['models', 'auth', 'remove', id, '--keep-out']);
      assert.deepEqual(profilesOf(host), {});
      assert.match((await host.run(words)).stdout, /^stored anthropic:claude-cli/);
      assert.equal(profilesOf(host)[id]?.access, 'sk-ant-oat01-A');
    }));

  test('is not there, blank or broken: what to run, and nothing is listed', () =>
    onHost(async (host) => {
      const table = [
        [undefined, 66, /no login of Claude Code on this host: there is no file/],
        [
          { claudeAiOauth: { accessToken: '', refreshToken: '', expiresAt: 0 } },
          66,
          /there is none in/,
        ],
        ['{', 65, /credentials\.json: /],
      ] as const;
      for (const [content, exit, message] of table) {
        if (content !== undefined) host.write(credentials, content);
        const { code, stderr } = await host.run(words);
        assert.equal(code, exit, stderr);
        assert.match(stderr, message);
        assert.match(stderr, /^hint: run claude auth login, then try again$/m);
      }
      assert.ok(!host.snapshot().has('.epiloop/epiloop.json'));
    }));

  test('Codex’s, which another profile of main has already, is not taken twice', () =>
    onHost(async (host) => {
      const exp = Math.trunc(Date.now() / 1000) + 864_000;
      const access = jwt({ exp, sub: 'u' });
      const tokens = { access_token: access, refresh_token: 'r', account_id: 'a' };
      host.write('.codex/auth.json', { tokens });
      const profile = {
        type: 'oauth',
        provider: 'openai-codex',
        access,
        refresh: 'r',
        expires: exp * 1000,
      };
      host.write(mirror, { version: 1, profiles: { 'openai-codex:me': profile } });
      const { code, stderr } = await host.run([...scripted, '--auth-choice', 'codex-cli']);
      assert.equal(code, 1, stderr);
      assert.match(
        stderr,
        /was not taken as openai-codex:codex-cli\nhint: epiloop models auth list/,
      );
    }));
});
