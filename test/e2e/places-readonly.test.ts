/** Disks that cannot be written, mounts that are missing, streams that are closed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import {
  asStranger,
  assertFailure,
  assertUnchanged,
  giveAway,
  inventory,
  isRoot,
  names,
  onFurnishedHost,
  runSafely,
} from './bad-host.ts';
import { executable, type GatewayHost } from './host.ts';

const status = ['models', 'status'];
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const needsMounts = canMount ? false : 'cannot mount here';

/** Runs in a mount namespace of its own, after these shell commands. */
function mounted(script: string): string[] {
  return ['unshare', '-m', 'sh', '-ec', `${script}\nexec "$@"`, 'sh'];
}

function readOnly(host: GatewayHost): string[] {
  return mounted(`mount --bind ${host.home} ${host.home}
    mount -o remount,ro,bind ${host.home}`);
}

/** All the ways to ask give the right answer, say that nothing is stored, and store nothing. */
async function answersWithout(
  host: GatewayHost,
  wrapper: readonly string[],
  check: number,
): Promise<void> {
  const before = inventory(host);
  const text = await runSafely(host, status, { wrapper });
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /anthropic:claude-cli/);
  assert.match(
    text.stderr,
    /^epiloop: .*auth\.sqlite cannot be written .*; answering without writing$/m,
  );
  const json = await runSafely(host, [...status, '--json'], { wrapper });
  assert.equal(json.code, 0, json.stderr);
  const reasons = JSON.parse(json.stdout).findings.map((each: { reason: string }) => each.reason);
  assert.ok(reasons.includes('store_stale'), String(reasons));
  const checked = await runSafely(host, [...status, '--check'], { wrapper });
  assert.equal(checked.code, check, checked.stdout + checked.stderr);
  const dry = await runSafely(host, [...status, '--no-sync'], { wrapper });
  assert.equal(dry.code, 0, dry.stderr);
  assertUnchanged(host, before, /^$/);
}

/** A log that nobody has taken into the database: the writer was killed after his commit. */
function leaveLog(host: GatewayHost): void {
  const path = host.path(names.database);
  const aside = host.path('aside');
  mkdirSync(aside);
  const db = new BetterSqlite3(path);
  db.exec("UPDATE credentials SET expires_at = 1000 WHERE type = 'token'");
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, join(aside, `kept${suffix}`));
  db.close();
  for (const suffix of ['', '-wal']) copyFileSync(join(aside, `kept${suffix}`), path + suffix);
}

const stores = [
  { what: 'no store', check: 0, prepare: async () => undefined },
  {
    what: 'a store',
    check: 0,
    prepare: async (host: GatewayHost) => void (await runSafely(host, status)),
  },
  {
    what: 'a store with an empty log',
    check: 0,
    prepare: async (host: GatewayHost) => {
      await runSafely(host, status);
      host.write(`${names.database}-wal`, '');
    },
  },
  {
    // what only the log says decides the verdict
    what: 'a store with a log',
    check: 1,
    prepare: async (host: GatewayHost) => {
      await runSafely(host, status);
      leaveLog(host);
    },
  },
];

describe('on a read-only disk', { skip: needsMounts, concurrency: 2 }, () => {
  for (const { what, check, prepare } of stores) {
    it(`${what}: answers with ${check}`, () =>
      onFurnishedHost(async (host) => {
        await prepare(host);
        await answersWithout(host, readOnly(host), check);
      }));
  }
});

describe('in a folder that may only be read', { concurrency: 2 }, () => {
  for (const { what, check, prepare } of stores) {
    it(`${what}: answers with ${check}`, () =>
      onFurnishedHost(async (host) => {
        await prepare(host);
        if (isRoot) giveAway(host);
        for (const name of [names.state, names.agentDir]) chmodSync(host.path(name), 0o555);
        try {
          await answersWithout(host, isRoot ? asStranger : [], check);
        } finally {
          for (const name of [names.state, names.agentDir]) chmodSync(host.path(name), 0o755);
        }
      }));
  }
});

describe('a host without the usual mounts', { skip: needsMounts, concurrency: 2 }, () => {
  const rows = [
    { what: 'no /proc', script: 'mount -t tmpfs none /proc' },
    { what: '/dev/shm noexec', script: 'mount -t tmpfs -o noexec none /dev/shm' },
    { what: '/dev/shm read-only', script: 'mount -t tmpfs -o ro none /dev/shm' },
    {
      what: 'no /proc and /dev/shm noexec',
      script: 'mount -t tmpfs none /proc; mount -t tmpfs -o noexec none /dev/shm',
    },
  ];
  for (const { what, script } of rows) {
    it(`${what}: works`, () =>
      onFurnishedHost(async (host) => {
        const run = await runSafely(host, status, { wrapper: mounted(script) });
        assert.equal(run.code, 0, run.stderr);
        assert.match(run.stderr, /^epiloop: wrote /m);
        assert.equal((await runSafely(host, [...status, '--check'])).code, 0);
      }));
  }

  it('nowhere to load a library from: 73, naming TMPDIR, which helps', () =>
    onFurnishedHost(async (host) => {
      const own = dirname(realpathSync(executable));
      const temp = realpathSync(tmpdir());
      const place = host.path('exec');
      mkdirSync(place);
      // the executable and one folder stay as they are, below a /tmp that forbids it
      const wrapper = mounted(`mount --bind ${own} ${own}; mount --bind ${place} ${place}
        mount -t tmpfs -o noexec none /dev/shm; mount -t tmpfs -o noexec none /var/tmp
        for each in /tmp ${temp}; do
          mount --rbind $each $each; mount -o remount,bind,noexec $each
        done`);
      const before = inventory(host);
      const refused = await runSafely(host, status, { wrapper });
      assertFailure(refused, 73, 'TMPDIR');
      assertUnchanged(host, before, /^$/);
      const env = { TMPDIR: place };
      const helped = await runSafely(host, status, { wrapper, env });
      assert.equal(helped.code, 0, helped.stderr);
      assert.ok(![...inventory(host).keys()].some((name) => name.startsWith('exec/')));
    }));
});

describe('streams', { concurrency: 2 }, () => {
  const shell = (script: string): string[] => ['bash', '-c', script, 'bash'];

  for (const closed of ['<&-', '>&-', '2>&-', '<&- >&- 2>&-']) {
    it(`closed (${closed}): the code is the answer`, () =>
      onFurnishedHost(async (host) => {
        const run = await runSafely(host, [...status, '--check'], {
          wrapper: shell(`exec "$@" ${closed}`),
        });
        assert.equal(run.code, 0, run.stderr);
        assert.deepEqual(JSON.parse(host.read(names.mirror)).version, 1);
      }));
  }

  for (const args of [status, [...status, '--json'], ['help'], ['--version']]) {
    it(`${args.join(' ')} > /dev/full: 74`, () =>
      onFurnishedHost(async (host) => {
        const run = await runSafely(host, args, { wrapper: shell('exec "$@" >/dev/full') });
        assertFailure(run, 74, 'standard output');
      }));
  }

  it('nobody reads any more: quiet, and the code stays', () =>
    onFurnishedHost(async (host) => {
      const script = '{ sleep 0.1; "$@"; echo "code $?" >&2; } | true';
      const run = await runSafely(host, [...status, '--json'], { wrapper: shell(script) });
      assert.match(run.stderr, /^(epiloop: (took|wrote) .*\n)*code 0\n$/);
    }));
});

const hasStrace = spawnSync('strace', ['-V']).status === 0;

describe('no socket is made', {
  skip: hasStrace ? false : 'strace is not installed',
  concurrency: 2,
}, () => {
  const commands = [
    [...status, '--offline'],
    [...status, '--check'],
    [...status, '--json', '--offline', '--compat-mask'],
    ['models', 'history', '--offline'],
    ['help', '--offline'],
    ['--version'],
  ];
  for (const args of commands) {
    it(args.join(' '), () =>
      onFurnishedHost(async (host) => {
        const log = host.path('trace');
        const wrapper = ['strace', '-f', '-qq', '-e', 'trace=socket,socketpair,connect', '-o', log];
        // the gateway's mask shows parts of secrets, which is what it is for
        const run = args.includes('--compat-mask')
          ? await host.run(args, { wrapper })
          : await runSafely(host, args, { wrapper, withinMs: 10_000 });
        assert.equal(run.code, 0, run.stderr);
        assert.doesNotMatch(readFileSync(log, 'utf8'), /^\d+ +(socket|connect)\(/m);
      }),
    );
  }

  it('the trace would show one', () =>
    onFurnishedHost(async (host) => {
      const log = host.path('trace');
      const script = 'require("net").connect(9, "127.0.0.1").on("error", () => process.exit())';
      spawnSync('strace', [
        '-f',
        '-qq',
        '-e',
        'trace=socket',
        '-o',
        log,
        process.execPath,
        '-e',
        script,
      ]);
      assert.match(readFileSync(log, 'utf8'), /^\d+ +socket\(AF_INET/m);
    }));
});
