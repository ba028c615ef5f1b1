/** A file that the gateway has locked: what is to be written there is stored, and waits. */
import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, utimesSync } from 'node:fs';
import { describe, test } from 'node:test';
import { AgentsHost, fileOf, opaque, SYNC, statesOf } from './agents-host.ts';
import { MIRROR, reasonsOf } from './seed-host.ts';

const ID = 'anthropic:default';
const due = () => Date.now() + 300_000;

/** Somebody holds the lock of main's file, and is alive: he touches it as the gateway does. */
class LockedHost extends AgentsHost {
  #timer: NodeJS.Timeout | undefined;

  static async refreshedInOps(): Promise<LockedHost> {
    const host = new LockedHost();
    for (const agent of ['main', 'ops']) host.has(agent, { [ID]: opaque(1, due()) });
    await host.sync();
    host.gatewaySets('ops', ID, opaque(2, due()));
    mkdirSync(host.#lock);
    host.#timer = setInterval(() => utimesSync(host.#lock, new Date(), new Date()), 5_000);
    return host;
  }

  get #lock(): string {
    return this.path(`${MIRROR}.lock`);
  }

  release(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    rmdirSync(this.#lock);
  }

  override [Symbol.dispose](): void {
    this.release();
    super[Symbol.dispose]();
  }
}

describe('a locked file', { concurrency: true }, () => {
  test('75 after the wait of the gateway; the next run writes what was stored', async () => {
    using host = await LockedHost.refreshedInOps();
    const start = Date.now();
    const run = await host.run(SYNC, { timeoutMs: 90_000 });
    assert.equal(run.code, 75, `${run.stdout}${run.stderr}`);
    assert.ok(Date.now() - start >= 44_000);
    const told = JSON.parse(run.stdout);
    assert.deepEqual(statesOf(told), ['main pending', 'ops current']);
    assert.deepEqual(reasonsOf(told.findings), ['mirror_pending']);
    assert.deepEqual(host.profile('main', ID)?.['refresh'], opaque(1)['refresh']);
    host.release();
    assert.deepEqual(statesOf(await host.sync()), ['main written', 'ops current']);
    assert.deepEqual(host.profile('main', ID), host.profile('ops', ID));
  });

  test('sync waits until it is free', async () => {
    using host = await LockedHost.refreshedInOps();
    const running = host.sync([], { timeoutMs: 90_000 });
    setTimeout(() => host.release(), 1_500);
    assert.deepEqual(statesOf(await running), ['main written', 'ops current']);
    assert.deepEqual(host.profile('main', ID), host.profile('ops', ID));
  });

  test('status and doctor do not wait: it stays pending, and is told', async () => {
    using host = await LockedHost.refreshedInOps();
    const start = Date.now();
    const report = await host.report(['--agent', 'ops']);
    assert.ok(reasonsOf(report.findings).includes('mirror_pending'));
    assert.deepEqual(
      report.mirrors.map(({ agentId, state }) => `${agentId} ${state}`),
      ['main pending', 'ops current'],
    );
    const checked = await host.run(['models', 'status', '--check', '--warn-within', '0m']);
    assert.deepEqual([checked.code, checked.stdout], [0, '']);
    const found = await host.doctor(1, ['--warn-within', '0m']);
    assert.deepEqual(reasonsOf(found), ['mirror_pending']);
    assert.match(found[0]?.message ?? '', /is locked .+: stored, not yet written there$/);
    assert.ok(Date.now() - start < 5_000);
    host.release();
    assert.deepEqual(await host.doctor(0, ['--warn-within', '0m']), []);
    assert.deepEqual(host.profile('main', ID), host.profile('ops', ID));
  });

  test('what is not to be written needs no lock', async () => {
    using host = await LockedHost.refreshedInOps();
    const synced = await host.sync(['--agent', 'ops', '--no-sync']);
    assert.deepEqual(statesOf(synced), ['main unchecked', 'ops current']);
    assert.deepEqual(Object.keys(host.fileIn('main').profiles), [ID]);
    assert.match(host.identity(fileOf('ops')), / 600$/);
  });
});
