import assert from 'node:assert/strict';
import { chownSync, statSync, symlinkSync } from 'node:fs';
import { describe, test } from 'node:test';
import { onHost } from './host.ts';

const canary = 'CANARY'.repeat(15);
const openai = `sk-proj-${canary}`;
const scripted = ['onboard', '--non-interactive', '--accept-risk'];

describe('.env of the state directory', () => {
  const file = '.epiloop/.env';
  const words = [...scripted, '--env-file', '--openai-api-key-env', 'K'];
  const env = { K: openai };

  test('keeps every other byte; what was open to others is closed, and told', () =>
    onHost(async (host) => {
      const before = '# mine\r\nexport OPENAI_API_KEY="old one" # why\r\nB=2';
      host.write(file, before, 0o644);
      const { code, stdout, stderr } = await host.run(words, { env });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^replaced OPENAI_API_KEY/);
      assert.match(stderr, /others could read .*\.env until now; it is 0600 from here on/);
      assert.equal(host.read(file), before.replace('"old one"', openai));
      assert.equal(statSync(host.path(file)).mode & 0o777, 0o600);
      const [row] = (await host.run(['models', 'history', '--json'])).stdout.split('"id"').slice(1);
      assert.match(row ?? '', /"env_variable_set".*OPENAI_API_KEY.*"before": \{\s+"fingerprint"/s);
      const again = await host.run(words, { env });
      assert.match(again.stdout, /^kept OPENAI_API_KEY/);
      assert.doesNotMatch((await host.run(['models', 'history'])).stdout, /#2 .*env_variable_set/);
    }));

  test('is written by one of us at a time: no variable is lost', () =>
    onHost(async (host) => {
      host.write(file, '# mine\n');
      const names = ['openai', 'zai', 'moonshot', 'synthetic', 'minimax', 'openrouter'];
      const beginnings: Record<string, string> = { openai: 'sk', openrouter: 'sk-or' };
      const keyOf = (name: string) => `${beginnings[name] ?? 'key'}-of-${name}`;
      const runs = names.map((name) =>
        host.run([...scripted, '--env-file', `--${name}-api-key-env`, 'K'], {
          env: { K: keyOf(name) },
        }),
      );
      const codes = (await Promise.all(runs)).map(({ code }) => code);
      assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
      const lines = host.read(file).trimEnd().split('\n');
      assert.deepEqual(lines.map((line) => line.split('=')[1] ?? line).toSorted(), [
        '# mine',
        ...names.map((name) => keyOf(name)).toSorted(),
      ]);
    }));

  test('that is a link is refused, and what it leads to stays', () =>
    onHost(async (host) => {
      host.write('elsewhere', 'A=1\n');
      host.write('.epiloop/x', '');
      symlinkSync(host.path('elsewhere'), host.path(file));
      const { code, stderr } = await host.run(words, { env });
      assert.equal(code, 77, stderr);
      assert.match(stderr, /\.env is a symbolic link/);
      assert.equal(host.read('elsewhere'), 'A=1\n');
      assert.doesNotMatch((await host.run(['models', 'history'])).stdout, /env_variable_set/);
    }));

  test('of somebody else is refused', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('needs another owner: run as root');
    await onHost(async (host) => {
      host.write('.epiloop/x', '');
      const path = host.write(file, 'A=1\n');
      chownSync(path, 65_534, 65_534);
      const { code, stderr } = await host.run(words, { env });
      assert.equal(code, 77, stderr);
      assert.match(stderr, /\.env belongs to uid 65534/);
      assert.equal(host.read(file), 'A=1\n');
    });
  });

  test('what comes before it is told', () =>
    onHost(async (host) => {
      host.write('.env', 'OPENAI_API_KEY=local\n');
      const both = {
        ...env,
        OPENAI_API_KEY: '',
        ANTHROPIC_OAUTH_TOKEN: 't',
        A: `sk-ant-api03-${canary}`,
      };
      const more = [...words, '--anthropic-api-key-env', 'A'];
      await host.run([...scripted, '--openai-api-key-env', 'K'], { env });
      const first = (await host.run(more, { env: both })).stderr;
      assert.match(
        first,
        /OPENAI_API_KEY is set to nothing in this environment, which comes before/,
      );
      assert.match(first, /ANTHROPIC_OAUTH_TOKEN is set, and used before ANTHROPIC_API_KEY/);
      assert.match(first, /agents that have openai:default use that before OPENAI_API_KEY/);
      const second = (await host.run([...words, '--cwd-env'], { env })).stderr;
      assert.match(second, /OPENAI_API_KEY of .*\/\.env comes before .*\/\.epiloop\/\.env/);
    }));
});
