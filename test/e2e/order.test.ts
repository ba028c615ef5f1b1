/** `models auth order get|set|clear`: whose order is in force, and what is written where. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { AgentsHost, fileOf } from './agents-host.ts';
import { inForce, ORDER, OrderHost, type Told, WORK } from './order-host.ts';
import { MIRROR, pair } from './seed-host.ts';

describe('order get', { concurrency: 4 }, () => {
  test('--json: the gateway’s fields, then what is in force, of the default agent', async () => {
    using host = new OrderHost({ work: { zai: ['zai:w', 'zai:a'] } });
    assert.equal(
      (await host.order('get', ['--json'])).stdout,
      `${JSON.stringify(
        {
          agentId: 'work',
          agentDir: dirname(host.path(WORK)),
          provider: 'zai',
          authStorePath: `~/${WORK}`,
          order: ['zai:w', 'zai:a'],
          schemaVersion: 1,
          effective: { from: 'agent', order: ['zai:w', 'zai:a'] },
        },
        null,
        2,
      )}\n`,
    );
  });

  const main = ['zai:b', 'zai:a'];
  const places = [
    { orders: {}, own: null, effective: 'rotation: zai:a zai:b zai:w', line: undefined },
    {
      orders: { main: { zai: main } },
      own: null,
      effective: 'main: zai:b zai:a',
      line: "In force: zai:b, zai:a (from main's file)",
    },
    {
      orders: { config: { 'Z-AI': ['zai:a'] } },
      own: null,
      effective: 'config: zai:a',
      line: 'In force: zai:a (from auth.order of the config)',
    },
    {
      orders: { config: { zai: [] } },
      own: null,
      effective: 'config: ',
      line: 'In force: (none) (from auth.order of the config)',
    },
    {
      orders: { main: { 'z.ai': main }, config: { zai: ['zai:w'] }, work: { 'z.ai': ['zai:w'] } },
      own: ['zai:w'],
      effective: 'agent: zai:w',
      line: undefined,
    },
    {
      // the gateway finds main's spelling first: the agent's own order is there in vain
      orders: { main: { 'z.ai': main }, work: { zai: ['zai:w'] } },
      own: ['zai:w'],
      effective: 'main: zai:b zai:a',
      line: "In force: zai:b, zai:a (from main's file)",
    },
  ];
  for (const { orders, own, effective, line } of places) {
    test(`says whose order it is: ${JSON.stringify(orders)}`, async () => {
      using host = new OrderHost(orders);
      for (const provider of ['zai', 'Z.ai', 'z-ai']) {
        const told = await host.told('get', [], { provider });
        assert.deepEqual([told.provider, told.order, inForce(told)], ['zai', own, effective]);
      }
      assert.equal(
        (await host.order('get')).stdout,
        [
          ...['Agent: work', 'Provider: zai', `Auth file: ~/${WORK}`],
          ...[`Order override: ${own?.join(', ') ?? '(none)'}`, ...(line ? [line] : []), ''],
        ].join('\n'),
      );
    });
  }

  test('a profile that is not there is listed and passed over, and that is told', async () => {
    using host = new OrderHost({ work: { zai: ['zai:ghost', 'zai:w'] } });
    const { stdout, stderr } = await host.order('get');
    assert.match(stdout, /^Order override: zai:ghost, zai:w$/m);
    assert.equal(stderr, 'epiloop: zai:ghost stands in the order but is passed over: not stored\n');
    assert.equal(inForce(await host.told('get')), 'agent: zai:w');
  });

  test('an agent that nobody knows is answered with what it would inherit', async () => {
    using host = new OrderHost({ main: { zai: ['zai:b'] } });
    const { code, stdout, stderr } = await host.order('get', ['--agent', 'Ops Team', '--json']);
    const told: Told = JSON.parse(stdout);
    assert.deepEqual(
      [code, told.agentId, told.order, inForce(told)],
      [0, 'ops-team', null, 'main: zai:b'],
    );
    assert.match(stderr, /^epiloop: no agent ops-team .+: this is what it inherits$/m);
  });

  test('writes nothing, whether there is a store or not', async () => {
    using host = new OrderHost({ main: { zai: ['zai:b'] } });
    host.claudeWrites(pair(1));
    for (const prepare of [async () => undefined, () => host.sync()]) {
      await prepare();
      host.gatewayOrders({ zai: ['zai:w'] });
      const before = host.snapshot();
      for (const agent of ['main', 'work', 'nosuch']) await host.told('get', ['--agent', agent]);
      assert.deepEqual(host.snapshot(), before);
    }
    using empty = new AgentsHost();
    await empty.succeed([...ORDER, 'get', '--provider', 'zai']);
    assert.deepEqual(existsSync(empty.path('.epiloop')), false);
  });
});

describe('order set', { concurrency: 4 }, () => {
  test('writes the order into the agent’s own file, and none of main’s secrets', async () => {
    using host = new OrderHost();
    const main = host.identity(MIRROR);
    const { stdout, stderr } = await host.order('set', ['zai:b', 'zai:w', 'zai:b']);
    assert.equal(stdout, 'Agent: work\nProvider: zai\nOrder override: zai:b, zai:w\n');
    assert.equal(stderr, `epiloop: wrote ${host.path(WORK)} of agent work\n`);
    const { profiles, order } = host.fileIn('work');
    assert.deepEqual([Object.keys(profiles), order], [['zai:w'], { zai: ['zai:b', 'zai:w'] }]);
    assert.equal(host.identity(MIRROR), main);
    assert.equal(inForce(await host.told('get')), 'agent: zai:b zai:w');
    assert.match(host.identity(WORK), / 600$/);
  });

  test('makes the file of an agent that has none yet', async () => {
    using host = new OrderHost();
    host.config({ agents: { list: [{ id: 'new', default: true }] } });
    const { stderr } = await host.order('set', ['zai:a']);
    assert.equal(stderr, `epiloop: made ${host.path(fileOf('new'))} of agent new\n`);
    assert.deepEqual(host.json(fileOf('new')), {
      version: 1,
      profiles: {},
      order: { zai: ['zai:a'] },
    });
  });

  test('is remembered with what stood there before', async () => {
    using host = new OrderHost();
    await host.told('set', ['zai:w']);
    await host.told('set', ['zai:a', 'zai:w']);
    await host.told('clear');
    const place = { subject: 'zai', agentDir: dirname(host.path(WORK)), path: host.path(WORK) };
    const rows = (await host.orderRows()).map(({ event, subject, agentDir, path, ...marks }) => {
      assert.deepEqual({ subject, agentDir, path }, place);
      return [event, marks.before, marks.after];
    });
    assert.deepEqual(rows, [
      ['order_changed', null, ['zai:w']],
      ['order_changed', ['zai:w'], ['zai:a', 'zai:w']],
      ['order_removed', ['zai:a', 'zai:w'], null],
    ]);
  });

  test('what stands there already changes no byte and leaves no trace', async () => {
    using host = new OrderHost();
    await host.told('set', ['zai:w', 'zai:a']);
    const before = [host.identity(WORK), host.identity(MIRROR), await host.orderRows()];
    const { stdout, stderr } = await host.order('set', ['zai:w', 'zai:a', 'zai:w']);
    assert.equal(stdout, 'Agent: work\nProvider: zai\nOrder override: zai:w, zai:a\n');
    assert.equal(stderr, '');
    assert.deepEqual([host.identity(WORK), host.identity(MIRROR), await host.orderRows()], before);
  });

  const spellings = [
    { orders: { work: { 'z.ai': ['zai:w'] } }, written: { 'z.ai': ['zai:a'] } },
    { orders: { main: { 'z-ai': ['zai:b'] } }, written: { 'z-ai': ['zai:a'] } },
    {
      orders: { main: { 'z-ai': ['zai:b'] }, work: { zai: ['zai:w'] } },
      written: { zai: ['zai:w'], 'z-ai': ['zai:a'] },
    },
  ];
  for (const { orders, written } of spellings) {
    test(`under the spelling that the gateway follows: ${JSON.stringify(orders)}`, async () => {
      using host = new OrderHost(orders);
      const told = await host.told('set', ['zai:a']);
      assert.deepEqual([told.order, inForce(told)], [['zai:a'], 'agent: zai:a']);
      assert.deepEqual(host.fileIn('work').order, written);
      const cleared = await host.told('clear');
      assert.equal(cleared.order, null);
      assert.deepEqual(host.fileIn('work').order ?? {}, {});
    });
  }

  test('takes a login that another program has just made', async () => {
    using host = new OrderHost();
    host.claudeWrites(pair(1));
    const ids = ['--provider', 'anthropic', 'anthropic:claude-cli'];
    await host.succeed([...ORDER, 'set', ...ids]);
    assert.deepEqual(host.fileIn('work').order, { anthropic: ['anthropic:claude-cli'] });
    assert.ok(host.profile('main', 'anthropic:claude-cli'));
    assert.equal(host.profile('work', 'anthropic:claude-cli'), undefined);
  });
});

describe('order clear', { concurrency: 4 }, () => {
  const places = [
    { orders: {}, effective: 'rotation: zai:a zai:b zai:w', line: '' },
    {
      orders: { main: { zai: ['zai:b'] } },
      effective: 'main: zai:b',
      line: "In force: zai:b (from main's file)\n",
    },
    {
      orders: { config: { zai: ['zai:a'] } },
      effective: 'config: zai:a',
      line: 'In force: zai:a (from auth.order of the config)\n',
    },
  ];
  for (const { orders, effective, line } of places) {
    test(`tells what is left: ${JSON.stringify(orders)}`, async () => {
      const all = { 'z.ai': ['zai:w'], zai: ['zai:a'], openai: ['openai:k'] };
      using host = new OrderHost({ ...orders, work: all });
      const main = host.identity(MIRROR);
      const { code, stdout } = await host.order('clear');
      const said = 'Agent: work\nProvider: zai\nCleared per-agent order override.\n';
      assert.deepEqual([code, stdout], [0, said + line]);
      assert.equal(inForce(await host.told('get')), effective);
      assert.deepEqual(host.fileIn('work').order, { openai: ['openai:k'] });
      assert.equal(host.identity(MIRROR), main);
      const before = [host.identity(WORK), await host.orderRows()];
      const again = await host.order('clear');
      assert.deepEqual([again.code, again.stdout, again.stderr], [0, said + line, '']);
      assert.deepEqual([host.identity(WORK), await host.orderRows()], before);
    });
  }

  test('on an empty host makes no file but the store', async () => {
    using host = new AgentsHost();
    await host.succeed([...ORDER, 'clear', '--provider', 'zai']);
    const made = [...host.snapshot().keys()].filter((path) => !/auth\.sqlite/.test(path));
    assert.deepEqual(made, []);
    assert.equal(existsSync(host.path('.epiloop/agents')), false);
    assert.deepEqual(await host.history(), []);
  });
});
