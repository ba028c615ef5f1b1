/** `models auth setup-token`: what is run, what is kept, and what it is for a script. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { canary, installClaude, token } from './fake-claude.ts';
import { type GatewayHost, onHost } from './host.ts';
import { noTerminal, onTerminal, type Step } from './terminal.ts';

const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const setUp = ['models', 'auth', 'setup-token'];
const asked = 'the token that claude setup-token printed: ';
const id = 'anthropic:claude-cli';

interface Mirror {
  readonly profiles: Record<string, Record<string, unknown>>;
}

const profileOf = (host: GatewayHost) => (host.json(mirror) as Mirror).profiles[id];

function logIn(host: GatewayHost, expiresAt: number): void {
  const tokens = { accessToken: 'sk-ant-oat01-A', refreshToken: 'sk-ant-ort01-R' };
  host.write('.claude/.credentials.json', { claudeAiOauth: { ...tokens, expiresAt } });
}

describe('what is run', { skip: noTerminal }, () => {
  test('nothing of the working directory, whatever PATH says', () =>
    onHost(async (host) => {
      host.write('claude', '#!/bin/sh\ntouch ran\n', 0o755);
      host.write('bin/claude', '#!/bin/sh\ntouch ran\n', 0o755);
      for (const PATH of ['.:/usr/bin:/bin', ':/usr/bin:/bin', 'bin:./bin:/usr/bin:/bin']) {
        const { code, shown } = await onTerminal(host, [...setUp, '--yes'], [], { env: { PATH } });
        assert.equal(code, 66, shown);
        assert.match(shown, /no claude in the absolute folders of PATH/);
        assert.match(shown, /paste-token --provider anthropic/);
      }
      assert.ok(!host.snapshot().has('ran'));
    }));

  test('the first executable file of that name', () =>
    onHost(async (host) => {
      const { PATH } = installClaude(host, 'silent');
      mkdirSync(host.path('one/claude'), { recursive: true });
      host.write('two/claude', '#!/bin/sh\nexit 7\n', 0o644);
      const path = `${host.path('one')}:${host.path('two')}:${PATH}`;
      const steps: Step[] = [[asked, `${token}\r`]];
      const told = await onTerminal(host, [...setUp, '--yes'], steps, { env: { PATH: path } });
      assert.equal(told.code, 0, told.shown);
      assert.ok(told.shown.includes(`running ${host.path('bin/claude')} `));
    }));

  test('with nothing of ours open or locked, and of our environment what harms nobody', () =>
    onHost(async (host) => {
      await host.run(setUp, { stdin: token });
      const risky = ['BASH_ENV', 'NODE_OPTIONS', 'LD_BIND_NOW', 'NODE_TLS_REJECT_UNAUTHORIZED'];
      const secret = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'EPILOOP_GATEWAY_TOKEN'];
      const kept = { HTTPS_PROXY: 'http://127.0.0.1:9', NODE_EXTRA_CA_CERTS: '/nowhere.pem' };
      const env = {
        ...installClaude(host, 'looks'),
        ...Object.fromEntries(secret.map((name) => [name, `${canary}-0123456789`])),
        ...Object.fromEntries(risky.map((name) => [name, ''])),
        ...kept,
      };
      const steps: Step[] = [[asked, `${token}\r`]];
      const told = await onTerminal(host, [...setUp, '--yes'], steps, { env });
      assert.equal(told.code, 0, told.shown);
      assert.match(host.read('fds'), /->/, 'it could not look');
      assert.doesNotMatch(host.read('fds'), /auth\.sqlite|\.lock|auth-profiles/);
      assert.doesNotMatch(host.read('own'), /auth\.sqlite|auth-profiles/);
      assert.equal(host.read('locks'), '');
      const names: string[] = host.read('env').match(/^\w+(?==)/gm) ?? [];
      const ours = names.filter((name) => /^(?:EPILOOP|NODE|PKG|SEA)/.test(name));
      assert.deepEqual(ours, ['NODE_EXTRA_CA_CERTS']);
      assert.deepEqual(
        names.filter((name) => [...risky, ...secret].includes(name)),
        [],
      );
      for (const name of ['PATH', 'HOME', 'TERM', ...Object.keys(kept)]) {
        assert.ok(names.includes(name), name);
      }
      assert.ok(!host.read('env').includes(canary));
    }));
});

describe('what stands there already', () => {
  test('a login that renews itself is kept, before claude is run', { skip: noTerminal }, () =>
    onHost(async (host) => {
      const env = installClaude(host, 'fails');
      logIn(host, Date.now() + 9e6);
      const before = host.snapshot();
      const told = await onTerminal(host, [...setUp, '--yes'], [], { env });
      assert.equal(told.code, 77);
      assert.match(told.shown, /renews itself and is kept/);
      assert.doesNotMatch(told.shown, /running/);
      assert.deepEqual(host.snapshot(), before);
    }),
  );

  for (const command of ['setup-token', 'paste-token']) {
    test(`${command} from a pipe keeps it too`, () =>
      onHost(async (host) => {
        logIn(host, Date.now() + 9e6);
        const words = ['models', 'auth', command, '--provider', 'anthropic', '--profile-id', id];
        const { code, stderr } = await host.run(words, { stdin: token });
        assert.equal(code, 77);
        assert.match(stderr, /kept; nothing was stored\nhint: .*--profile-id anthropic:manual/);
        assert.equal(profileOf(host)?.access, 'sk-ant-oat01-A');
        assert.ok(![...host.snapshot().keys()].includes('.epiloop/epiloop.json'));
      }));
  }

  test('one that has expired makes room, and comes back when claude renews it', () =>
    onHost(async (host) => {
      logIn(host, Date.now() - 1000);
      const { code, stdout } = await host.run(setUp, { stdin: token });
      assert.equal(code, 0);
      assert.match(stdout, /^replaced anthropic:claude-cli/);
      await host.run(['models', 'sync']);
      assert.equal(profileOf(host)?.token, token);
      logIn(host, Date.now() + 9e6);
      await host.run(['models', 'sync']);
      assert.equal(profileOf(host)?.type, 'oauth', 'a login replaces a token');
    }));

  test('one that was removed, and that claude still has, would come back: refused', () =>
    onHost(async (host) => {
      logIn(host, Date.now() + 9e6);
      await host.run(['models', 'sync']);
      await host.run(['models', 'auth', 'remove', id, '--keep-out']);
      const refused = await host.run(setUp, { stdin: token });
      assert.equal(refused.code, 77);
      assert.match(refused.stderr, /was removed here.*\nhint: .*--profile-id anthropic:manual/);
      const beside = await host.run([...setUp, '--profile-id', 'anthropic:manual'], {
        stdin: token,
      });
      assert.equal(beside.code, 0, beside.stderr);
      assert.equal(profileOf(host), undefined);
    }));

  test('an older token is replaced', () =>
    onHost(async (host) => {
      await host.run(setUp, { stdin: token });
      const next = token.replace('-_t', '-_u');
      const { code, stdout } = await host.run([...setUp, '--expires-in', '30'], { stdin: next });
      assert.equal(code, 0);
      assert.match(stdout, /^replaced anthropic:claude-cli \(token #\w+, expires in 30d\)/);
      assert.equal(profileOf(host)?.token, next);
    }));
});

describe('for a script', () => {
  test('the token comes from a pipe, a file or a variable, and nothing is run', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'fails');
      const file = host.write('token', `export CLAUDE_CODE_OAUTH_TOKEN="${token}"\n`);
      const ways = [
        { words: [], stdin: `${token}\n` },
        { words: ['--from-file', file] },
        { words: ['--from-env', 'TOKEN'] },
      ];
      for (const { words, stdin = '' } of ways) {
        const all = [...setUp, ...words, '--json'];
        const options = { stdin, env: { ...env, TOKEN: token } };
        const { code, stdout, stderr } = await host.run(all, options);
        assert.equal(code, 0, stderr);
        assert.equal(JSON.parse(stdout).mode, 'oauth');
        assert.ok(!`${stdout}${stderr}`.includes(canary));
        assert.equal(profileOf(host)?.token, token);
      }
    }));

  test('with nothing it is 77, names the way without a browser, and makes nothing', () =>
    onHost(async (host) => {
      const { code, stderr } = await host.run(setUp);
      assert.equal(code, 77);
      assert.match(stderr, /--profile-id anthropic:claude-cli --expires-in 365d$/m);
      assert.deepEqual([...host.snapshot().keys()], []);
      const add = await host.run(['models', 'auth', 'add']);
      assert.equal(add.code, 77);
      assert.match(add.stderr, /paste-token or paste-api-key/);
      assert.deepEqual([...host.snapshot().keys()], []);
    }));

  test('for an agent: its own file; an unknown one is 66', () =>
    onHost(async (host) => {
      host.write('.epiloop/agents/ops/agent/.keep', '');
      const { code } = await host.run([...setUp, '--agent', 'ops'], { stdin: token });
      assert.equal(code, 0);
      const file = host.json('.epiloop/agents/ops/agent/auth-profiles.json') as Mirror;
      assert.equal(file.profiles[id]?.token, token);
      const none = await host.run([...setUp, '--agent', 'nobody'], { stdin: token });
      assert.equal(none.code, 66);
    }));

  test('a state that cannot be written is told, and nothing is stored', (t) => {
    if (process.getuid?.() !== 0) return t.skip('needs another user: run as root');
    return onHost(async (host) => {
      chmodSync(host.home, 0o755);
      mkdirSync(host.path('ro'), { mode: 0o755 });
      const wrapper = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
      const env = { HOME: host.path('ro') };
      const { code, stderr } = await host.run(setUp, { stdin: token, env, wrapper });
      assert.equal(code, 77, stderr);
      assert.match(stderr, /nothing was changed: the state cannot be written/);
    });
  });
});
