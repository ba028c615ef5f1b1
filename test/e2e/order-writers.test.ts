/** `models auth order set|clear` where others write too, or where nothing may be written. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmdirSync, statSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { AgentsHost, errorOf, fileOf, statesOf } from './agents-host.ts';
import { asStranger, giveAway, isRoot } from './bad-host.ts';
import { inForce, ORDER, OrderHost, WORK } from './order-host.ts';

const CHANGES = [['set', 'zai:w'], ['set', 'zai:b', 'zai:w'], ['clear']] as const;
const MINUTES = 60_000;

/** As if all that was ordered had been ordered so long ago. */
function age(host: OrderHost, ms: number): void {
  const db = new BetterSqlite3(host.path('.epiloop/auth.sqlite'));
  db.prepare(
    `UPDATE order_overrides SET superseded = (SELECT
       json_group_array(json_set(value, '$.at', value ->> '$.at' - ?)) FROM json_each(superseded))`,
  ).run(ms);
  db.close();
}

describe('beside a gateway that writes the order which it has in memory', () => {
  test('the order that was in force minutes ago is put back', async () => {
    using host = new OrderHost();
    for (const [verb, ...ids] of CHANGES) {
      const stale = host.fileIn('work').order;
      const { order } = await host.told(verb, ids);
      const ours = host.fileIn('work').order ?? {};
      for (const writer of [['status', '--agent', 'work'], ['sync'], ['status', '--all-agents']]) {
        host.gatewayOrders(stale);
        assert.deepEqual((await host.told('get')).order, order);
        await host.succeed(['models', ...writer]);
        assert.deepEqual(host.fileIn('work').order ?? {}, ours, `${verb} ${ids}: ${writer}`);
      }
      host.gatewayOrders(stale);
      assert.deepEqual((await host.told(verb, ids)).order, order);
      assert.deepEqual(host.fileIn('work').order ?? {}, ours);
    }
    assert.equal((await host.orderRows()).length, CHANGES.length);
  });

  const standing = [{}, { work: { zai: ['zai:b', 'zai:a'] } }];
  for (const orders of standing) {
    test(`so is the one before two others: ${JSON.stringify(orders)}`, async () => {
      using host = new OrderHost(orders);
      const { order } = host.fileIn('work');
      await host.told('set', ['zai:a']);
      await host.told('set', ['zai:b']);
      host.gatewayOrders(order);
      assert.equal(inForce(await host.told('get')), 'agent: zai:b');
      await host.succeed(['models', 'sync']);
      assert.deepEqual(host.fileIn('work').order, { zai: ['zai:b'] });
      age(host, 10 * MINUTES);
      host.gatewayOrders(order);
      await host.succeed(['models', 'sync']);
      assert.deepEqual(host.fileIn('work').order, order);
    });
  }

  test('what it orders is remembered with what stood there before', async () => {
    using host = new OrderHost();
    for (const order of [{ zai: ['zai:a'] }, { zai: ['zai:b'] }, {}]) {
      host.gatewayOrders(order);
      await host.succeed(['models', 'sync']);
      age(host, 10 * MINUTES);
    }
    assert.deepEqual(
      (await host.orderRows()).map(({ event, before, after }) => [event, before, after]),
      [
        ['order_changed', null, ['zai:a']],
        ['order_changed', ['zai:a'], ['zai:b']],
        ['order_removed', ['zai:b'], null],
      ],
    );
  });

  test('after that it is a change, and so is an order that we never had', async () => {
    using host = new OrderHost({ work: { zai: ['zai:w'] } });
    await host.told('set', ['zai:a', 'zai:w']);
    host.gatewayOrders({ zai: ['zai:b'] });
    assert.equal(inForce(await host.told('get')), 'agent: zai:b');
    await host.told('set', ['zai:a']);
    age(host, 9 * MINUTES);
    host.gatewayOrders({ zai: ['zai:b'] });
    assert.equal(inForce(await host.told('get')), 'agent: zai:a');
    age(host, MINUTES);
    assert.equal(inForce(await host.told('get')), 'agent: zai:b');
    await host.succeed(['models', 'sync']);
    assert.deepEqual(host.fileIn('work').order, { zai: ['zai:b'] });
  });

  test('what the gateway changed meanwhile is kept', async () => {
    using host = new OrderHost();
    await host.told('set', ['zai:w']);
    host.gatewayOrders({ zai: ['zai:w'], openai: ['openai:k'] });
    await host.told('set', ['zai:a']);
    assert.deepEqual(host.fileIn('work').order, { zai: ['zai:a'], openai: ['openai:k'] });
  });
});

describe('what is refused changes nothing', { concurrency: 4 }, () => {
  const refusals = [
    {
      args: ['set', 'zai:w', 'openai:k'],
      code: 64,
      told: 'profile openai:k is for openai, not zai',
    },
    { args: ['set', 'zai:a', 'zai:ghost'], code: 66, told: 'no profile zai:ghost for agent work' },
    { args: ['set'], code: 64, told: '<ids> is missing' },
    { args: ['get', 'zai:a'], code: 64, told: /zai:a/ },
    { args: ['set', '--agent', 'Ops', 'zai:a'], code: 66, told: /^no agent ops in agents\.list/ },
    { args: ['clear', '--agent', 'Ops'], code: 66, told: /^no agent ops in agents\.list/ },
    {
      args: ['set', '--agent', 'main', 'zai:w'],
      code: 66,
      told: 'no profile zai:w for agent main',
    },
    { args: ['set', '--no-sync', 'zai:a'], code: 77, told: /^nothing was changed: --no-sync/ },
    { args: ['clear', '--no-sync'], code: 77, told: /^nothing was changed: --no-sync/ },
  ];
  for (const { args, code, told } of refusals) {
    test(`${code}: ${args.join(' ')}`, async () => {
      const standing = ['zai:w', 'zai:b'];
      using host = new OrderHost({ work: { zai: standing } });
      const before = host.files();
      const [verb = '', ...rest] = args;
      const text = await host.order(verb, rest);
      assert.deepEqual([text.code, text.stdout], [code, '']);
      const json = await host.order(verb, [...rest, '--json']);
      assert.deepEqual([json.code, json.stderr], [code, '']);
      const { message } = errorOf(json);
      if (typeof told === 'string') assert.equal(message, told);
      else assert.match(message, told);
      assert.ok(text.stderr.startsWith(`epiloop: ${message}`), text.stderr);
      assert.deepEqual(host.files(), before);
      // what the file says may have been taken in
      for (const { after } of await host.orderRows()) assert.deepEqual(after, standing);
      assert.deepEqual((await host.told('get')).order, standing);
    });
  }

  test('65: a file that was damaged before it was ever read', async () => {
    using host = new OrderHost();
    host.write(WORK, '{"version": 1, "profiles": {"zai:w": {"key": "AGENTkey-half');
    const before = host.files();
    for (const args of [['set', 'zai:a'], ['clear'], ['get']]) {
      const [verb = '', ...ids] = args;
      const { code, stderr, stdout } = await host.order(verb, ids);
      assert.deepEqual([code, stdout], [65, ''], stderr);
      assert.doesNotMatch(stderr, /AGENT/);
      assert.deepEqual(host.files(), before);
    }
  });

  const needsRoot = isRoot ? false : 'only root can run it as another user';

  test('77: a state that cannot be written', { skip: needsRoot }, async () => {
    using host = new OrderHost({ work: { zai: ['zai:w'] } });
    for (const prepare of [async () => undefined, () => host.sync()]) {
      await prepare();
      giveAway(host);
      const folders = ['.epiloop', dirname(WORK)].map((name) => host.path(name));
      for (const folder of folders) chmodSync(folder, 0o555);
      const before = host.snapshot();
      for (const args of [['set', 'zai:a'], ['clear']]) {
        const [verb = '', ...ids] = args;
        const run = await host.order(verb, [...ids, '--json'], { wrapper: asStranger });
        const { code, message } = errorOf(run);
        assert.deepEqual([run.code, code, run.stderr], [77, 'refused', '']);
        assert.equal(message, 'nothing was changed: the state cannot be written');
      }
      const told = await host.told('get', [], { wrapper: asStranger });
      assert.deepEqual(told.order, ['zai:w']);
      assert.deepEqual(host.snapshot(), before);
      for (const folder of folders) chmodSync(folder, 0o755);
    }
  });
});

describe('a file that cannot be written now', { concurrency: true }, () => {
  test('75 after the wait for its lock: stored, in force here, written by the next sync', async () => {
    using host = new OrderHost();
    const lock = host.path(`${WORK}.lock`);
    mkdirSync(lock);
    const holder = setInterval(() => utimesSync(lock, new Date(), new Date()), 5_000);
    const before = host.identity(WORK);
    const start = Date.now();
    const { code, stdout, stderr } = await host
      .order('set', ['zai:b'], { timeoutMs: 90_000 })
      .finally(() => clearInterval(holder));
    assert.deepEqual([code, stdout], [75, ''], stderr);
    assert.ok(Date.now() - start >= 44_000);
    assert.equal(
      stderr,
      `epiloop: stored; ${host.path(WORK)} is locked by another program\n` +
        'hint: the next run writes it, or run epiloop models sync\n',
    );
    assert.equal(host.identity(WORK), before);
    assert.equal(inForce(await host.told('get')), 'agent: zai:b');
    assert.deepEqual(
      (await host.orderRows()).map(({ event, after }) => [event, after]),
      [['order_changed', ['zai:b']]],
    );
    rmdirSync(lock);
    assert.deepEqual(statesOf(await host.sync()), ['main current', 'work written']);
    assert.deepEqual(host.fileIn('work').order, { zai: ['zai:b'] });
  });

  test('waits until the lock is free', async () => {
    using host = new OrderHost();
    const lock = host.path(`${WORK}.lock`);
    mkdirSync(lock);
    setTimeout(() => rmdirSync(lock), 1_500);
    await host.told('set', ['zai:b'], { timeoutMs: 90_000 });
    assert.deepEqual(host.fileIn('work').order, { zai: ['zai:b'] });
  });

  test('a lock whose holder died is taken over', async () => {
    using host = new OrderHost();
    const lock = host.path(`${WORK}.lock`);
    mkdirSync(lock);
    utimesSync(lock, new Date(0), new Date(Date.now() - 120_000));
    await host.told('set', ['zai:b']);
    assert.deepEqual(host.fileIn('work').order, { zai: ['zai:b'] });
    assert.throws(() => statSync(lock), { code: 'ENOENT' });
  });

  test('several at once: each is stored, and the file says the last', async () => {
    using host = new OrderHost();
    const orders = [['zai:a'], ['zai:b'], ['zai:w'], ['zai:b', 'zai:a'], ['zai:w', 'zai:a']];
    await Promise.all(orders.map((ids) => host.told('set', ids, { timeoutMs: 90_000 })));
    const rows = await host.orderRows();
    assert.deepEqual(
      rows.map(({ after }) => JSON.stringify(after)).sort(),
      orders.map((ids) => JSON.stringify(ids)).sort(),
    );
    for (const [at, { before }] of rows.entries()) {
      assert.deepEqual(before, at === 0 ? null : rows[at - 1]?.after);
    }
    assert.deepEqual(host.fileIn('work').order, { zai: rows.at(-1)?.after });
    assert.deepEqual(statesOf(await host.sync()), ['main current', 'work current']);
  });

  test('an agent of its own folder: nobody else’s file is touched', async () => {
    using host = new AgentsHost();
    const dir = host.path('elsewhere');
    host.config({ agents: { list: [{ id: 'far', agentDir: dir, default: true }] } });
    host.has('main', { 'zai:a': { type: 'api_key', provider: 'zai', key: 'AGENTkey-0123456789' } });
    const main = host.identity(fileOf('main'));
    await host.succeed([...ORDER, 'set', '--provider', 'z.ai', 'zai:a']);
    const made = { version: 1, profiles: {}, order: { zai: ['zai:a'] } };
    assert.deepEqual(host.json('elsewhere/auth-profiles.json'), made);
    assert.equal(host.identity(fileOf('main')), main);
  });
});
