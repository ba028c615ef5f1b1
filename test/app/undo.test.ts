/** Each kind of change: undone when fresh, refused when something came after, when done, when gone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { record } from '../../src/app/history.ts';
import { EpiloopError } from '../../src/errors.ts';
import * as history from '../../src/store/history.ts';
import * as mirrors from '../../src/store/mirrors.ts';
import * as usage from '../../src/store/usage.ts';
import { FILE, Workbench } from './workbench.ts';

const [K1, K2, K3] = [1, 2, 3].map((n) => `canary-key-of-alpha-${n}-0123456789`) as [
  string,
  string,
  string,
];
const ID = 'alpha:default';
const HALF_HOUR = 1_800_000;
const CONFIG = '{\n  // mine\n  gateway: { port: 1 },\n}\n';

type Step = (bench: Workbench) => Promise<unknown>;

interface Kind {
  readonly event: string;
  /** what is there before the change */
  readonly before?: Step;
  readonly make: Step;
  /** a later change of the same thing, by its event */
  readonly later: readonly [Step, string];
  /** nobody has what was there; undefined: nothing is needed */
  readonly lose?: Step;
}

const paste =
  (key: string): Step =>
  (bench) =>
    bench.paste('alpha', key);
const remove: Step = (bench) => bench.remove(ID);
const order =
  (...ids: string[]): Step =>
  (bench) =>
    bench.order('alpha', ids);

/** A change of usage as the commands for it write it. */
const mark =
  (event: string, errorCount: number): Step =>
  async (bench) => {
    await bench.inside((host) => {
      const { db } = host.store;
      const row = history
        .list(db, { limit: 100 })
        .find(({ event: each }) => each === 'profile_added');
      const key = row?.agentDir ?? '';
      const before = usage.list(db, key).get(ID);
      const after = { lastUsed: 5, errorCount };
      usage.set(db, key, ID, after);
      const entry =
        before === undefined
          ? null
          : { lastUsed: before.lastUsed ?? 0, errorCount: before.errorCount ?? 0 };
      mirrors.bump(db, [key]);
      record(host, { event, subject: ID, agentDir: key, path: row?.path, before: entry, after });
    });
    await bench.sync();
  };

const elapse: Step = async (bench) => {
  bench.now += 31 * 24 * 3_600_000;
  await bench.paste('beta', 'canary-key-of-beta-0123456789');
};

const kinds: readonly Kind[] = [
  { event: 'profile_added', make: paste(K1), later: [paste(K2), 'replaced'] },
  {
    ...{ event: 'profile_removed', before: paste(K1), make: remove },
    ...{ later: [paste(K2), 'profile_added'], lose: elapse },
  },
  {
    ...{ event: 'replaced', before: paste(K1), make: paste(K2) },
    ...{ later: [paste(K3), 'replaced'], lose: elapse },
  },
  {
    ...{ event: 'described', before: paste(K1), make: paste(K1) },
    ...{ later: [paste(K2), 'replaced'], lose: elapse },
  },
  {
    ...{ event: 'order_changed', before: paste(K1), make: order(ID) },
    later: [(bench) => bench.order('alpha'), 'order_removed'],
  },
  {
    event: 'order_removed',
    before: async (bench) => {
      await paste(K1)(bench);
      await order(ID)(bench);
    },
    ...{ make: (bench) => bench.order('alpha'), later: [order(ID), 'order_changed'] },
  },
  ...['cooldown_cleared', 'marked'].map(
    (event): Kind => ({
      event,
      before: async (bench) => {
        await paste(K1)(bench);
        await mark('marked', 1)(bench);
      },
      ...{ make: mark(event, 2), later: [mark('marked', 3), 'marked'] },
    }),
  ),
  {
    ...{ event: 'config_profile_listed', make: paste(K1) },
    later: [remove, 'config_profile_unlisted'],
  },
  {
    ...{ event: 'config_profile_unlisted', before: paste(K1), make: remove },
    later: [paste(K2), 'config_profile_listed'],
  },
];

/** Refused with this exit code, and nothing is written. */
async function refuses(bench: Workbench, change: number, exit: number, message: RegExp) {
  await bench.sync();
  const [before, rows] = [await bench.picture(), (await bench.history()).length];
  for (const dryRun of [true, false]) {
    await assert.rejects(bench.undo(change, dryRun), (error) => {
      assert.ok(error instanceof EpiloopError, String(error));
      assert.match(`${error.message}\n${error.hint}`, message);
      assert.equal(error.exitCode, exit, error.message);
      return true;
    });
  }
  assert.deepEqual(await bench.picture(), before);
  assert.equal((await bench.history()).length, rows);
}

for (const { event, before, make, later, lose } of kinds) {
  describe(event, { concurrency: true }, () => {
    test('is undone, and done again', async () => {
      using bench = new Workbench(CONFIG);
      await before?.(bench);
      const [start, known] = [await bench.picture(), (await bench.history())[0]?.id ?? 0];
      await make(bench);
      const [end, rows] = [await bench.picture(), await bench.history()];
      const made = rows.filter(({ id }) => id > known);
      assert.ok(made.some((row) => row.event === event));
      const undos: number[] = [];
      for (const { id } of made) {
        assert.deepEqual((await bench.undo(id, true)).madeChanges, []);
        undos.push(...(await bench.undo(id)).madeChanges);
      }
      assert.deepEqual(await bench.picture(), start);
      assert.equal(undos.length, made.length);
      for (const id of undos.toReversed()) await bench.undo(id);
      assert.deepEqual(await bench.picture(), end);
    });

    test('is refused once something came after, by its number', async () => {
      using bench = new Workbench(CONFIG);
      await before?.(bench);
      await make(bench);
      const change = await bench.last(event);
      const [change2, name] = later;
      await change2(bench);
      const since = await bench.last(name);
      await refuses(bench, change, 77, new RegExp(`#${since} \\(${name}\\).*undo ${since}`, 's'));
    });

    test('is not undone twice', async () => {
      using bench = new Workbench(CONFIG);
      await before?.(bench);
      await make(bench);
      const change = await bench.last(event);
      const [by] = (await bench.undo(change)).madeChanges;
      await refuses(bench, change, 77, new RegExp(`undone already, by #${by}.*undo ${by}`, 's'));
    });

    // for the others nothing is needed that could be lost
    if (lose === undefined) return;
    test('is refused when nobody has what was there', async () => {
      using bench = new Workbench(CONFIG);
      await before?.(bench);
      await make(bench);
      const change = await bench.last(event);
      await lose(bench);
      await refuses(bench, change, 66, /is gone/);
    });
  });
}

test('an unknown number is 66', async () => {
  using bench = new Workbench();
  await bench.sync();
  await refuses(bench, 7, 66, /no change #7/);
});

test('the gateway used the profile since: its usage is not put back', async () => {
  using bench = new Workbench();
  await paste(K1)(bench);
  await mark('marked', 1)(bench);
  await bench.sync();
  const file = JSON.parse(bench.read(FILE) ?? '{}');
  bench.write(FILE, { ...file, usageStats: { [ID]: { lastUsed: bench.now } } });
  await refuses(bench, await bench.last('marked'), 77, /not as it left it/);
});

test('what else the same run made is named, and stands', async () => {
  using bench = new Workbench(CONFIG);
  await paste(K1)(bench);
  const [added, listed] = [
    await bench.last('profile_added'),
    await bench.last('config_profile_listed'),
  ];
  assert.deepEqual((await bench.undo(added)).siblings, [listed]);
  assert.match(bench.read('epiloop.json') ?? '', /alpha:default/);
  const { siblings, result } = await bench.undo(listed);
  assert.deepEqual([siblings, result], [[], `${ID} is no longer listed`]);
  assert.equal(bench.read('epiloop.json'), CONFIG);
});

test('what another run changed of the same thing was not made with it', async () => {
  using bench = new Workbench(CONFIG);
  await paste(K1)(bench);
  for (const agent of ['main', 'lab']) {
    bench.now -= HALF_HOUR - 1000;
    bench.write('agents/lab/agent/auth-profiles.json', { version: 1, profiles: {} });
    const request = { provider: 'alpha', agent, ids: [ID] };
    await bench.run('models auth order set', (app) => app.setOrder(request));
  }
  const rows = (await bench.history()).filter(({ event }) => event === 'order_changed');
  assert.equal(rows.length, 2);
  for (const { id } of rows) assert.deepEqual((await bench.undo(id, true)).siblings, []);
});

test('an order that doctor tidied is undone, and named where it came after', async () => {
  using bench = new Workbench();
  await paste(K1)(bench);
  const profiles = JSON.parse(bench.read(FILE) ?? '{}');
  await order(ID)(bench);
  bench.write(FILE, { ...profiles, order: { alpha: [ID, 'alpha:gone'] } });
  await bench.sync();
  const set = await bench.last('order_changed');
  await bench.run('doctor', (app) => app.doctor({ warnWithinMs: 1, fix: true, dryRun: false }));
  const tidied = await bench.last('order_changed');
  assert.ok(tidied > set);
  assert.deepEqual(JSON.parse(bench.read(FILE) ?? '{}').order.alpha, [ID]);
  await refuses(bench, set, 77, new RegExp(`#${tidied} \\(order_changed\\)`));
  await bench.undo(tidied);
  assert.deepEqual(JSON.parse(bench.read(FILE) ?? '{}').order.alpha, [ID, 'alpha:gone']);
});
