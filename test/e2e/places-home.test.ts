/** Where the state is, whose it is, and who may get at it. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  asStranger,
  assertFailure,
  assertNoLitter,
  assertUnchanged,
  furnish,
  giveAway,
  inventory,
  isRoot,
  makeFolder,
  names,
  onFurnishedHost,
  runSafely,
  stranger,
} from './bad-host.ts';
import { onHost, type Run } from './host.ts';

const needsRoot = isRoot ? false : 'needs root';
const status = ['models', 'status'];
const nobodys = 54_321;
const asNobody = ['setpriv', `--reuid=${nobodys}`, `--regid=${nobodys}`, '--clear-groups'];

function accountHome(uid: number): string {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.split(':')[2] === String(uid));
  assert.ok(line !== undefined, `uid ${uid} has no account here`);
  return line.split(':')[5] ?? '';
}

describe('without a usable HOME', { skip: needsRoot, concurrency: 2 }, () => {
  for (const HOME of [undefined, '', 'not/absolute']) {
    it(`HOME=${HOME}: the account's home`, () =>
      onHost(async (host) => {
        const state = `${accountHome(stranger).replace(/\/$/, '')}/.epiloop`;
        chmodSync(host.home, 0o755);
        const run = await runSafely(host, status, { env: { HOME }, wrapper: asStranger });
        assert.equal(run.code, 0);
        assert.match(run.stderr, /answering without writing$/m);
        assert.ok(run.stderr.includes(state), run.stderr);
        assert.deepEqual([...inventory(host).keys()], []);
      }));

    it(`HOME=${HOME} and no account: 78, and --state-dir helps`, () =>
      onHost(async (host) => {
        const options = { env: { HOME }, wrapper: asNobody };
        chmodSync(host.home, 0o755);
        const refused = await runSafely(host, status, options);
        assertFailure(refused, 78, '--state-dir');
        const state = host.path('elsewhere');
        makeFolder(state);
        chownSync(state, nobodys, nobodys);
        const given = await runSafely(host, [...status, '--json', '--state-dir', state], options);
        assert.equal(given.code, 0, given.stderr);
        const { findings, configPath } = JSON.parse(given.stdout);
        assert.equal(configPath, `${state}/epiloop.json`);
        const reasons = findings.map((each: { reason: string }) => each.reason);
        assert.ok(reasons.includes('source_skipped'), String(reasons));
        assert.ok(inventory(host).has('elsewhere/auth.sqlite'));
      }));
  }
});

describe('the state directory is', { concurrency: 2 }, () => {
  const rows = [
    { what: 'EPILOOP_STATE_DIR', dir: 'there/state', env: 'there/state', args: [] },
    { what: '--profile x', dir: '.epiloop-x', env: undefined, args: ['--profile', 'x'] },
    { what: '--dev', dir: '.epiloop-dev', env: undefined, args: ['--dev'] },
    { what: '--profile default', dir: '.epiloop', env: undefined, args: ['--profile', 'default'] },
  ];
  for (const { what, dir, env, args } of rows) {
    it(`${what}: ${dir}, and no other`, () =>
      onHost(async (host) => {
        const options = {
          env: { EPILOOP_STATE_DIR: env === undefined ? undefined : host.path(env) },
        };
        assert.equal((await runSafely(host, [...status, ...args], options)).code, 0);
        assert.deepEqual([...host.snapshot().keys()], [`${dir}/auth.sqlite`]);
      }));
  }
});

describe('who may write to the state directory', { concurrency: 2 }, () => {
  it('everybody: 77 with the chmod', () =>
    onFurnishedHost(async (host) => {
      const state = host.path(names.state);
      chmodSync(state, 0o777);
      const before = inventory(host);
      const run = await runSafely(host, status);
      assertFailure(run, 77, state);
      assert.match(run.stderr, /^hint: chmod o-w /m);
      assertUnchanged(host, before, /^$/);
    }));

  for (const above of ['', '/..', '/../..']) {
    it(`everybody, to an agent's folder${above}: 77 with the chmod`, () =>
      onFurnishedHost(async (host) => {
        const folder = join(host.path(names.agentDir), above);
        chmodSync(folder, 0o777);
        const run = await runSafely(host, [...status, '--check']);
        assertFailure(run, 77, folder);
        assert.match(run.stderr, /^hint: chmod o-w /m);
      }));
  }

  it('everybody, to a folder above: 77, and nothing that is not ours is to be closed', () =>
    onFurnishedHost(async (host) => {
      chmodSync(host.home, 0o777);
      const run = await runSafely(host, status);
      assertFailure(run, 77, host.home);
      assert.match(run.stderr, /^hint: name a state directory elsewhere/m);
    }));

  it("others, to a mirror that is a link: 77 with the link's name", () =>
    onFurnishedHost(async (host) => {
      const mirror = host.path(names.mirror);
      renameSync(mirror, `${mirror}.good`);
      symlinkSync(`${mirror}.good`, mirror);
      assert.equal((await runSafely(host, status)).code, 0);
      chmodSync(host.path(names.agentDir), 0o770);
      const run = await runSafely(host, [...status, '--check']);
      assertFailure(run, 77, mirror);
      assert.match(run.stderr, /^hint: put the file itself there instead of the link$/m);
    }));

  it('everybody, with the sticky bit: it is used', () =>
    onFurnishedHost(async (host) => {
      chmodSync(host.path(names.state), 0o1777);
      assert.equal((await runSafely(host, status)).code, 0);
    }));

  it('a group: it is used, and told', () =>
    onFurnishedHost(async (host) => {
      chmodSync(host.path(names.state), 0o770);
      const run = await runSafely(host, [...status, '--json']);
      assert.equal(run.code, 0, run.stderr);
      const reasons = JSON.parse(run.stdout).findings.map(
        (each: { reason: string }) => each.reason,
      );
      assert.deepEqual(reasons, ['permissions']);
      assert.equal((await runSafely(host, [...status, '--check'])).code, 0);
    }));

  it("root, on another user's host: what is made is his", { skip: needsRoot }, () =>
    onFurnishedHost(async (host) => {
      giveAway(host);
      assert.equal((await runSafely(host, status)).code, 0);
      const mine = [...inventory(host)].filter(([, facts]) => !facts.startsWith('65534:65534 '));
      assert.deepEqual(mine, []);
      const his = await runSafely(host, [...status, '--check'], { wrapper: asStranger });
      assert.equal(his.code, 0, his.stdout + his.stderr);
    }),
  );

  it("another user's host: 77, never 1", { skip: needsRoot }, () =>
    onFurnishedHost(async (host) => {
      await runSafely(host, status);
      chmodSync(host.home, 0o755);
      for (const mode of [0o700, 0o755]) {
        chmodSync(host.path(names.state), mode);
        const before = inventory(host);
        const run = await runSafely(host, [...status, '--check'], { wrapper: asStranger });
        assertFailure(run, 77, host.path(names.state));
        assert.match(run.stderr, /belongs to uid 0.*uid 65534/);
        assert.match(run.stderr, /^hint: run it as uid 0$/m);
        assertUnchanged(host, before, /^$/);
      }
    }),
  );
});

describe('whatever the umask', { concurrency: 2 }, () => {
  const wrapped = (umask: string): readonly string[] => [
    ...(isRoot ? asStranger : []),
    ...['sh', '-c', `umask ${umask}; exec "$@"`, 'sh'],
  ];
  for (const umask of ['000', '022', '777']) {
    it(`${umask}: files are 0600, folders 0700`, () =>
      onHost(async (host) => {
        furnish(host);
        const given = new Set(inventory(host).keys());
        given.delete(names.mirror);
        if (isRoot) giveAway(host);
        const run = await runSafely(host, status, { wrapper: wrapped(umask) });
        assert.equal(run.code, 0, run.stderr);
        const made = [...inventory(host)].filter(([name]) => !given.has(name));
        assert.ok(made.length >= 2, 'nothing was made');
        for (const [name, facts] of made) assert.match(facts, /^\d+:\d+ 100600 /, name);
        assertNoLitter(host);
        await assertAgain(() => runSafely(host, status, { wrapper: wrapped(umask) }));
      }));

    it(`${umask}: a new home works as well`, () =>
      onHost(async (host) => {
        host.write(names.claude, {
          claudeAiOauth: { accessToken: 'x', expiresAt: Date.now() + 9e9 },
        });
        if (isRoot) giveAway(host);
        const run = await runSafely(host, status, { wrapper: wrapped(umask) });
        assert.equal(run.code, 0, run.stderr);
        assert.doesNotMatch(run.stderr, /without writing/);
        const made = inventory(host);
        assert.match(made.get(names.state) ?? '', /^\d+:\d+ 40700$/);
        assert.match(made.get(names.agentDir) ?? '', /^\d+:\d+ 40700$/);
        await assertAgain(() => runSafely(host, status, { wrapper: wrapped(umask) }));
      }));
  }
});

async function assertAgain(again: () => Promise<Run>): Promise<void> {
  const { code, stderr } = await again();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
}
