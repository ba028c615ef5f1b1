/** Undo through the executable: what is said, with which code, and what hard places do to it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync, utimesSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type GatewayHost, onHost, type RunOptions } from './host.ts';

const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const key = (n: number) => `sk-or-v1-${'CANARY'.repeat(10)}${n}`;
const ID = 'openrouter:default';
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

async function succeed(host: GatewayHost, args: readonly string[], options: RunOptions = {}) {
  const run = await host.run(args, options);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.doesNotMatch(run.stdout + run.stderr, /CANARY/);
  return run;
}

const paste = (host: GatewayHost, n: number) =>
  succeed(host, ['models', 'auth', 'paste-api-key', '--provider', 'openrouter'], { stdin: key(n) });

const keyIn = (host: GatewayHost) => JSON.parse(host.read(mirror)).profiles[ID]?.key;

/** #1 profile_added, #2 config_profile_listed, #3 replaced */
async function furnished(work: (host: GatewayHost) => Promise<void>): Promise<void> {
  await onHost(async (host) => {
    await paste(host, 1);
    await paste(host, 2);
    await work(host);
  });
}

describe('undo', { concurrency: true }, () => {
  test('puts the earlier key back, remembers that, and can be undone', () =>
    furnished(async (host) => {
      const { stdout, stderr } = await succeed(host, ['undo', '3']);
      assert.match(
        stdout,
        /^undid #3: openrouter:default has the API key #[0-9a-f]{8} again for agent main in ~\/.*json\n$/,
      );
      assert.match(stderr, /wrote .*auth-profiles\.json of agent main/);
      assert.equal(keyIn(host), key(1));
      const history = await succeed(host, ['models', 'history']);
      assert.match(history.stdout, /#4 .* replaced openrouter:default\n(.*\n){3} {2}undoes #3\n/);
      assert.match(
        history.stdout,
        /#3 .* replaced openrouter:default\n(.*\n){3} {2}undone by #4\n/,
      );
      await succeed(host, ['undo', '4']);
      assert.equal(keyIn(host), key(2));
      await succeed(host, ['models', 'sync']);
      assert.equal(keyIn(host), key(2));
    }));

  test('a dry run writes nothing', () =>
    furnished(async (host) => {
      const before = host.snapshot();
      const { stdout } = await succeed(host, ['undo', '3', '--dry-run']);
      assert.match(stdout, /^would undo #3: openrouter:default has the API key/);
      assert.deepEqual(host.snapshot(), before);
    }));

  test('unknown numbers 66, what came later 77, wrong words 64; nothing changes', () =>
    furnished(async (host) => {
      const before = keyIn(host);
      for (const [args, code, said] of [
        [['99'], 66, /no change #99.*\nhint: epiloop models history/],
        [['1'], 77, /#3 \(replaced\) changed openrouter:default since.*\nhint: .*epiloop undo 3/],
        [['x'], 64, /whole number/],
      ] as const) {
        const run = await host.run(['undo', ...args]);
        assert.equal(run.code, code, run.stderr);
        assert.match(run.stderr, said);
        assert.equal(run.stdout, '');
      }
      assert.equal(keyIn(host), before);
      const json = await host.run(['undo', '99', '--json']);
      assert.equal(JSON.parse(json.stdout).error.code, 'not_found');
    }));

  test('a locked file: stored, 75, and written by the next run', () =>
    furnished(async (host) => {
      const lock = host.path(`${mirror}.lock`);
      mkdirSync(lock);
      const timer = setInterval(() => utimesSync(lock, new Date(), new Date()), 5_000);
      try {
        const { code, stderr } = await host.run(['undo', '3'], { timeoutMs: 90_000 });
        assert.equal(code, 75, stderr);
        assert.match(stderr, /stored; .*is locked/);
        assert.equal(keyIn(host), key(2));
      } finally {
        clearInterval(timer);
        rmdirSync(lock);
      }
      await succeed(host, ['models', 'sync']);
      assert.equal(keyIn(host), key(1));
      assert.equal((await host.run(['undo', '3'])).code, 77, 'it was done');
    }));

  test('where the state cannot be written: 77; a dry run answers', async (t) => {
    if (!canMount) return t.skip('cannot mount here');
    await furnished(async (host) => {
      const script = `mount --bind ${host.home} ${host.home}; mount -o remount,ro,bind ${host.home}`;
      const wrapper = ['unshare', '-m', 'sh', '-ec', `${script}\nexec "$@"`, 'sh'];
      const before = host.snapshot();
      const { code, stderr } = await host.run(['undo', '3'], { wrapper });
      assert.equal(code, 77, stderr);
      assert.match(stderr, /nothing was changed: the state cannot be written/);
      const dry = await succeed(host, ['undo', '3', '--dry-run'], { wrapper });
      assert.match(dry.stdout, /^would undo #3/);
      assert.deepEqual(host.snapshot(), before);
    });
  });

  test('as an ordinary user too', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('needs another user: run as root');
    await onHost(async (host) => {
      spawnSync('chown', ['65534:65534', host.home]);
      const wrapper = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
      const args = ['models', 'auth', 'paste-api-key', '--provider', 'openrouter'];
      await succeed(host, args, { stdin: key(1), wrapper });
      await succeed(host, ['undo', '1'], { wrapper });
      assert.equal(keyIn(host), undefined);
    });
  });
});

describe('models auth remove', { concurrency: true }, () => {
  test('takes it out of the config too, which undo puts back', () =>
    furnished(async (host) => {
      const listed = host.read('.epiloop/epiloop.json');
      const { stdout } = await succeed(host, ['models', 'auth', 'remove', ID]);
      assert.match(
        stdout,
        /^unlisted openrouter:default in .*; a running gateway restarts on it$/m,
      );
      assert.doesNotMatch(host.read('.epiloop/epiloop.json'), /openrouter/);
      const { stdout: undone } = await succeed(host, ['undo', '4']);
      assert.match(undone, /^#5 was made with it and still stands: epiloop undo 5$/m);
      await succeed(host, ['undo', '5']);
      assert.equal(host.read('.epiloop/epiloop.json'), listed);
      assert.equal(keyIn(host), key(2));
    }));

  test('--purge leaves the key nowhere, and says that this is for good', () =>
    furnished(async (host) => {
      const { stdout } = await succeed(host, ['models', 'auth', 'remove', ID, '--purge']);
      assert.match(
        stdout,
        /^erased openrouter:default of agent main(.*\n)+this cannot be undone\n$/,
      );
      for (const [name, content] of host.snapshot()) {
        const bytes = Buffer.from(content.split(' ')[1] ?? '', 'base64');
        assert.ok(!bytes.includes('CANARY'), name);
      }
      assert.equal((await host.run(['undo', '4'])).code, 77);
    }));
});
