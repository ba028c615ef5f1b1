/** Many at once, killed ones, held locks and clocks that were set. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync, utimesSync } from 'node:fs';
import { describe, it } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { assertNoLitter, inventory, names, onFurnishedHost, runSafely } from './bad-host.ts';
import type { GatewayHost } from './host.ts';

const status = ['models', 'status'];
const profileIds = ['anthropic:work', 'openai:default', 'anthropic:claude-cli'];

function assertWhole(host: GatewayHost): void {
  const db = new BetterSqlite3(host.path(names.database), { readonly: true });
  assert.equal(db.pragma('integrity_check', { simple: true }), 'ok');
  assert.equal(db.prepare('SELECT count(*) FROM credentials').pluck().get(), profileIds.length);
  db.close();
  assert.deepEqual(Object.keys(JSON.parse(host.read(names.mirror)).profiles), profileIds);
  assertNoLitter(host);
}

describe('first runs', () => {
  it('20 at once: all exit alike, one store, one valid mirror', () =>
    onFurnishedHost(async (host) => {
      const runs = await Promise.all(
        Array.from({ length: 20 }, () => runSafely(host, status, { withinMs: 15_000 })),
      );
      assert.deepEqual(
        new Set(runs.map(({ code, stderr }) => (code === 0 ? 0 : stderr))),
        new Set([0]),
      );
      const check = await runSafely(host, [...status, '--check']);
      assert.equal(check.code, 0, check.stdout + check.stderr);
      assertWhole(host);
    }));

  it('killed 30 times at random: the next one succeeds and leaves no litter', () =>
    onFurnishedHost(async (host) => {
      for (let round = 0; round < 30; round += 1) {
        const timeoutMs = 10 + Math.round(Math.random() * 80);
        const { code, signal, stderr } = await host.run(status, { timeoutMs });
        assert.ok(signal === 'SIGKILL' || code === 0, `after ${timeoutMs} ms: ${stderr}`);
        JSON.parse(host.read(names.mirror));
      }
      ageLock(host);
      const run = await runSafely(host, status);
      assert.equal(run.code, 0, run.stderr);
      assertWhole(host);
    }));
});

/** For one killed after it took a lock and before it noted that: 30 s go by. */
function ageLock(host: GatewayHost): void {
  const old = Date.now() / 1000 - 31;
  if (inventory(host).has(names.lock)) utimesSync(host.path(names.lock), old, old);
}

const hasStrace = spawnSync('strace', ['-V']).status === 0;

describe('the lock of the gateway', () => {
  it('held: the answer within a second, the file written after its release', () =>
    onFurnishedHost(async (host) => {
      mkdirSync(host.path(names.lock));
      const before = host.read(names.mirror);
      const run = await runSafely(host, [...status, '--json'], { withinMs: 1_000 });
      assert.equal(run.code, 0, run.stderr);
      assert.equal(JSON.parse(run.stdout).mirrors[0].state, 'pending');
      assert.equal(host.read(names.mirror), before);
      rmdirSync(host.path(names.lock));
      await runSafely(host, status);
      assertWhole(host);
    }));

  for (const call of ['rename', 'fsync']) {
    const skip = hasStrace ? false : 'strace is not installed';
    it(`left by a run of ours that was killed at ${call}: removed at once`, { skip }, () =>
      onFurnishedHost(async (host) => {
        await killHoldingTheLock(host, call);
        assert.ok(inventory(host).has(names.lock), 'it was not killed while it held the lock');
        const run = await runSafely(host, status, { withinMs: 1_000 });
        assert.equal(run.code, 0, run.stderr);
        if (call === 'rename') assert.match(run.stderr, /^epiloop: wrote .*auth-profiles\.json/m);
        assertWhole(host);
      }),
    );
  }
});

/** Kills a run at its first such call that concerns a temp file of the mirror. */
async function killHoldingTheLock(host: GatewayHost, call: string): Promise<void> {
  for (let when = 1; when <= 20 && !inventory(host).has(names.lock); when += 1) {
    const inject = `inject=${call}:signal=SIGKILL:when=${when}`;
    const wrapper = ['strace', '-f', '-qq', '-e', `trace=${call}`, '-e', inject, '-o', '/dev/null'];
    await host.run(status, { wrapper });
  }
}

describe('a clock that was set back', () => {
  it('--check cannot tell: 78', () =>
    onFurnishedHost(async (host) => {
      await runSafely(host, status);
      const db = new BetterSqlite3(host.path(names.database));
      db.prepare("INSERT INTO history (at, event, command, host) VALUES (?, 'x', 'x', 'x')").run(
        Date.now() + 3_600_000,
      );
      db.close();
      const run = await runSafely(host, [...status, '--check']);
      assert.equal(run.code, 78);
      assert.match(run.stdout, /^clock_behind: .*1h behind/m);
      assert.equal((await runSafely(host, status)).code, 0);
    }));

  it('a few minutes are nothing', () =>
    onFurnishedHost(async (host) => {
      await runSafely(host, status);
      const db = new BetterSqlite3(host.path(names.database));
      db.prepare("INSERT INTO history (at, event, command, host) VALUES (?, 'x', 'x', 'x')").run(
        Date.now() + 240_000,
      );
      db.close();
      assert.equal((await runSafely(host, [...status, '--check'])).code, 0);
    }));
});
