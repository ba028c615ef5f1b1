/** `models auth setup-token` on a real terminal, with stand-ins for claude. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs';
import { describe, test } from 'node:test';
import { canary, installClaude, token, wrapped } from './fake-claude.ts';
import { type GatewayHost, onHost } from './host.ts';
import { noTerminal, onTerminal, type Step } from './terminal.ts';

const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const config = '.epiloop/epiloop.json';
const setUp = ['models', 'auth', 'setup-token'];
const asked = 'the token that claude setup-token printed: ';
const pasted = `\x1b[200~ ${wrapped.join('\r ')}\r\x1b[201~`;

interface Mirror {
  readonly profiles: Record<string, Record<string, unknown>>;
}

const listed = {
  auth: { profiles: { 'anthropic:claude-cli': { provider: 'anthropic', mode: 'oauth' } } },
};

/** What was shown from our prompt on: before it, claude itself showed the token. */
function behindPrompt(shown: string): string {
  return shown.slice(shown.indexOf(asked));
}

function assertStored(host: GatewayHost): void {
  const { expires, ...profile } =
    (host.json(mirror) as Mirror).profiles['anthropic:claude-cli'] ?? {};
  assert.deepEqual(profile, { type: 'token', provider: 'anthropic', token });
  const left = Number(expires) - Date.now();
  assert.ok(Math.abs(left - 365 * 86_400_000) < 60_000, `${left}`);
  assert.deepEqual(host.json(config), listed);
}

describe('claude setup-token prints a token', { skip: noTerminal, concurrency: 2 }, () => {
  test('that is pasted on two lines, unseen, and stored', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'prints');
      const steps: Step[] = [
        ['lasts a year', '\r'],
        ['Paste code here: ', 'code#state\r'],
        [asked, `${pasted}\r`],
      ];
      const told = await onTerminal(host, setUp, steps, { env });
      assert.equal(told.code, 0, told.shown);
      assert.ok(told.restored);
      assertStored(host);
      assert.ok(told.shown.includes(`running ${host.path('bin/claude')} setup-token`));
      const after = behindPrompt(told.shown);
      assert.ok(!after.includes(canary) && !after.includes('_tAA'), after);
      assert.match(after, /stored anthropic:claude-cli \(token #[0-9a-f]{8}, expires in 365d\)/);
      assert.match(after, /Auth profile: anthropic:claude-cli \(anthropic\/oauth\)/);
      assert.match(after, /put together/);
      const history = await host.run(['models', 'history']);
      assert.match(history.stdout, /profile_added anthropic:claude-cli/);
      assert.match(history.stdout, /config_profile_listed anthropic:claude-cli/);
      assert.ok(!history.stdout.includes(canary));
      const { code } = await host.run(['models', 'status', '--check']);
      assert.equal(code, 0);
    }));

  test('that is copied with the advice around it', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'silent');
      const keys = `export CLAUDE_CODE_OAUTH_TOKEN="${token}"\r`;
      const told = await onTerminal(host, [...setUp, '--yes'], [[asked, keys]], { env });
      assert.equal(told.code, 0, told.shown);
      assert.ok(!told.shown.includes(canary));
      assertStored(host);
    }));

  test('under --json, which has standard output for itself', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'prints');
      const steps: Step[] = [
        ['Paste code here: ', 'code#state\r'],
        [asked, `${token}\r`],
      ];
      const redirect = `> ${host.path('out')}`;
      const words = [...setUp, '--yes', '--json'];
      const told = await onTerminal(host, words, steps, { env, redirect });
      assert.equal(told.code, 0, told.shown);
      const { profileId, mode } = host.json('out') as Record<string, unknown>;
      assert.deepEqual([profileId, mode], ['anthropic:claude-cli', 'oauth']);
      assert.ok(!host.read('out').includes(canary));
    }));

  test('as an ordinary user', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('needs another user: run as root');
    await onHost(async (host) => {
      const env = installClaude(host, 'silent');
      chmodSync(host.home, 0o700);
      for (const name of ['.', ...readdirSync(host.home, { recursive: true })]) {
        chownSync(host.path(String(name)), 65534, 65534);
      }
      const wrapper = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
      const steps: Step[] = [[asked, `${token}\r`]];
      const told = await onTerminal(host, [...setUp, '--yes'], steps, { env, wrapper });
      assert.equal(told.code, 0, told.shown);
      assert.equal(statSync(host.path(mirror)).uid, 65534);
      assertStored(host);
    });
  });
});

describe('claude setup-token stores a login', { skip: noTerminal }, () => {
  test('which is taken over instead, and listed', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'saves');
      const told = await onTerminal(host, [...setUp, '--yes'], [], { env });
      assert.equal(told.code, 0, told.shown);
      assert.ok(!told.shown.includes(canary) && !told.shown.includes(asked));
      assert.match(
        told.shown,
        /took over anthropic:claude-cli \(login #[0-9a-f]{8}\) for agent main/,
      );
      assert.match(told.shown, /Auth profile: anthropic:claude-cli \(anthropic\/oauth\)/);
      const profile = (host.json(mirror) as Mirror).profiles['anthropic:claude-cli'];
      assert.equal(profile?.refresh, `sk-ant-ort01-${canary}`);
      assert.deepEqual(host.json(config), listed);
      // and is kept from now on
      const before = host.read(mirror);
      const again = await host.run(setUp, { stdin: token });
      assert.equal(again.code, 77);
      assert.match(
        again.stderr,
        /renews itself and is kept.*\nhint: .*--profile-id anthropic:manual/,
      );
      assert.equal(host.read(mirror), before);
      const beside = await host.run([...setUp, '--profile-id', 'anthropic:manual'], {
        stdin: token,
      });
      assert.equal(beside.code, 0, beside.stderr);
      assert.match(beside.stdout, /Auth profile: anthropic:manual \(anthropic\/token\)/);
    }));
});

describe('where it comes to nothing', { skip: noTerminal, concurrency: 2 }, () => {
  const yes = [...setUp, '--yes'];
  const table: readonly [
    name: string,
    kind: Parameters<typeof installClaude>[1],
    words: readonly string[],
    steps: readonly Step[],
    code: number,
    text?: RegExp,
  ][] = [
    ['claude fails', 'fails', yes, [], 1, /ended with exit code 3, nothing was stored/],
    ['claude is killed in raw mode', 'dies', yes, [], 1, /ended with SIGKILL, nothing was stored/],
    ['Ctrl-C while claude waits', 'hangs', yes, [['browser', '\x03']], 130],
    ['Ctrl-C at the question', 'silent', setUp, [['lasts a year', '\x03']], 130],
    ['Escape at the question', 'silent', setUp, [['lasts a year', '\x1b']], 130],
    ['Ctrl-C at the prompt', 'silent', yes, [[asked, '\x03']], 130],
    ['Ctrl-C within the token', 'silent', yes, [[asked, `${token.slice(0, 50)}\x03`]], 130],
    ['Ctrl-D at the prompt', 'silent', yes, [[asked, '\x04']], 65, /the token is empty/],
    ['Enter at the prompt', 'silent', yes, [[asked, '\r']], 65, /--from-file - asks/],
    ['half a token', 'silent', yes, [[asked, `${wrapped[0]}\r`]], 65, /cut off at its end/],
    ['an API key', 'silent', yes, [[asked, `sk-ant-api03-${canary.repeat(16)}\r`]], 65, /API key/],
  ];
  for (const [name, kind, words, steps, code, text] of table) {
    test(`${name}: ${code}, no byte changed, the terminal as it was`, () =>
      onHost(async (host) => {
        const env = installClaude(host, kind);
        const fresh = host.snapshot();
        const first = await onTerminal(host, words, steps, { env });
        assert.deepEqual(host.snapshot(), fresh);
        host.write(config, '{ auth: { profiles: {} } } // mine');
        await host.run(['models', 'sync']);
        const before = host.snapshot();
        const told = await onTerminal(host, words, steps, { env });
        for (const { code: ended, shown, restored } of [first, told]) {
          assert.equal(ended, code, shown);
          if (text !== undefined) assert.match(shown, text);
          assert.ok(!shown.includes(canary), shown);
          assert.ok(restored, 'the terminal was left otherwise');
          assert.ok(shown.lastIndexOf('\x1b[?25h') >= shown.lastIndexOf('\x1b[?25l'), 'no cursor');
        }
        assert.deepEqual(host.snapshot(), before);
      }));
  }
});
