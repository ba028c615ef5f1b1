/** The database, the state directory, the agent's and the lock, each gone bad. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs';
import { describe, it } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import {
  asStranger,
  assertFailure,
  assertUnchanged,
  furnish,
  giveAway,
  inventory,
  isRoot,
  names,
  onFurnishedHost,
  ownStore,
  ownStoreAndMirror,
  runSafely,
} from './bad-host.ts';
import {
  type ForeignKindName,
  foreignKinds,
  type Kind,
  type KindName,
  kinds,
} from './bad-kinds.ts';
import { executable, type GatewayHost } from './host.ts';

/** Changes a database as somebody else's tool would. */
function inDatabase(sql: string): Kind {
  return (path) => {
    const db = new BetterSqlite3(path);
    db.exec(sql);
    db.close();
  };
}

interface Row {
  readonly kind: string;
  readonly spoil: Kind;
  readonly foreign?: boolean;
  readonly exit: number;
}

function row(kind: KindName, exit: number): Row {
  return { kind, spoil: kinds[kind], exit };
}

function foreignRow(kind: ForeignKindName, exit: number): Row {
  return { kind, spoil: foreignKinds[kind], foreign: true, exit };
}

const foreignDatabase: Kind = (path) => {
  rmSync(path);
  inDatabase('CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)')(path);
};

const databaseRows: readonly Row[] = [
  row('garbage', 65),
  row('truncated', 65),
  {
    kind: 'half of it',
    spoil: (path) => truncateSync(path, Math.ceil(statSync(path).size / 8192) * 4096),
    exit: 65,
  },
  row('empty', 0),
  row('byte order mark', 65),
  row('NUL tail', 0),
  row('folder', 77),
  row('pipe', 77),
  row('link', 77),
  row('dangling link', 77),
  row('link loop', 77),
  row('hard link', 77),
  row('device behind a link', 77),
  row('gigabyte', 0),
  { kind: 'newer schema', spoil: inDatabase('PRAGMA user_version = 9999'), exit: 78 },
  {
    kind: 'altered migration',
    spoil: inDatabase("UPDATE migrations SET sha256 = 'x' WHERE version = 2"),
    exit: 78,
  },
  {
    kind: 'planted trigger',
    spoil: inDatabase(
      'CREATE TRIGGER t AFTER INSERT ON history BEGIN DELETE FROM credentials; END',
    ),
    exit: 78,
  },
  { kind: "another program's", spoil: foreignDatabase, exit: 65 },
  foreignRow('mode 000', 77),
  foreignRow("root's private", 77),
  foreignRow("a third user's", 77),
];

/** Everything above it answers too, only that nothing can be stored. */
const stateRows: readonly Row[] = [
  row('plain file', 0),
  row('pipe', 0),
  row('link', 0),
  row('dangling link', 0),
  row('device behind a link', 0),
  row('link loop', 65),
  foreignRow('mode 000', 77),
  foreignRow("root's private", 77),
  foreignRow("a third user's", 77),
];

const agentDirRows: readonly Row[] = [
  row('plain file', 0),
  row('pipe', 0),
  row('link', 0),
  row('dangling link', 0),
  row('device behind a link', 0),
  row('link loop', 65),
  foreignRow('mode 000', 77),
  foreignRow("root's private", 77),
  foreignRow("a third user's", 77),
];

async function judge(
  host: GatewayHost,
  name: string,
  { spoil, foreign, exit }: Row,
  but: RegExp,
): Promise<void> {
  if (foreign === true) giveAway(host);
  spoil(host.path(name));
  const before = inventory(host);
  const options = foreign === true ? { wrapper: asStranger } : {};
  const run = await runSafely(host, ['models', 'status'], options);
  if (exit === 0) assert.equal(run.code, 0, run.stderr);
  else assertFailure(run, exit, host.path(name));
  if (foreign === true) assert.match(run.stderr, /belongs to uid \d+.*(this is|we are) uid 65534/);
  const json = await runSafely(host, ['models', 'status', '--check', '--json'], options);
  assert.equal(json.code, exit, json.stdout);
  if (exit > 0) assert.ok(JSON.stringify(JSON.parse(json.stdout).error).includes(host.path(name)));
  assertUnchanged(host, before, but);
}

describe('the database, after a run', { concurrency: 2 }, () => {
  for (const each of databaseRows) {
    const skip = each.foreign === true && !isRoot ? 'needs root' : false;
    it(`${each.kind}: ${each.exit}`, { skip }, () =>
      onFurnishedHost(async (host) => {
        assert.equal((await runSafely(host, ['models', 'status'])).code, 0);
        await judge(host, names.database, each, each.exit === 0 ? ownStoreAndMirror : /^$/);
      }),
    );
  }
});

describe('the state directory', { concurrency: 2 }, () => {
  for (const each of stateRows) {
    const skip = each.foreign === true && !isRoot ? 'needs root' : false;
    it(`${each.kind}: ${each.exit}`, { skip }, () =>
      onFurnishedHost(async (host) => {
        const but = each.kind === 'link' ? /\.sqlite|auth-profiles\.json/ : /^$/;
        await judge(host, names.state, each, but);
      }),
    );
  }
});

describe("the agent's directory", { concurrency: 2 }, () => {
  for (const each of agentDirRows) {
    const skip = each.foreign === true && !isRoot ? 'needs root' : false;
    it(`${each.kind}: ${each.exit}`, { skip }, () =>
      onFurnishedHost(async (host) => {
        const but = each.kind === 'link' ? /\.sqlite|auth-profiles\.json/ : ownStore;
        await judge(host, names.agentDir, each, but);
      }),
    );
  }
});

describe('what stands where the lock should', { concurrency: 2 }, () => {
  for (const kind of ['folder', 'plain file', 'pipe', 'dangling link', 'link loop'] as const) {
    it(`${kind}: the answer comes at once, the file later`, () =>
      onFurnishedHost(async (host) => {
        const lock = host.path(names.lock);
        if (kind !== 'folder') mkdirSync(lock);
        if (kind === 'folder') mkdirSync(lock);
        else kinds[kind](lock);
        const before = inventory(host);
        const run = await runSafely(host, ['models', 'status', '--json'], { withinMs: 1_200 });
        assert.equal(run.code, 0, run.stderr);
        const { findings, mirrors } = JSON.parse(run.stdout);
        const pending = findings.find(
          (each: { reason: string }) => each.reason === 'mirror_pending',
        );
        assert.equal(pending.path, host.path(names.mirror));
        assert.equal(mirrors[0].state, 'pending');
        assertUnchanged(host, before, ownStore);
        rmSync(lock, { recursive: true });
        const later = await runSafely(host, ['models', 'status']);
        assert.match(later.stderr, /^epiloop: wrote .*auth-profiles\.json of agent main$/m);
      }));
  }

  it('a plain file older than 30 s is removed', () =>
    onFurnishedHost(async (host) => {
      const lock = host.write(names.lock, '');
      const old = Date.now() / 1000 - 31;
      utimesSync(lock, old, old);
      const run = await runSafely(host, ['models', 'status'], { withinMs: 1_200 });
      assert.match(run.stderr, /^epiloop: wrote .*auth-profiles\.json of agent main$/m);
      assert.ok(!inventory(host).has(names.lock));
    }));
});

describe('a gigabyte', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  for (const name of ['config', 'dotenv', 'mirror', 'claude', 'database'] as const) {
    it(`${name}: costs no memory`, () =>
      onFurnishedHost(async (host) => {
        if (name === 'database') await runSafely(host, ['models', 'status']);
        const usual = await peakMemory(host);
        rmSync(host.home, { recursive: true });
        furnish(host);
        if (name === 'database') await runSafely(host, ['models', 'status']);
        kinds.gigabyte(host.path(names[name]));
        const peak = await peakMemory(host);
        assert.ok(peak < usual + 40_000, `${peak} kB, usually ${usual} kB`);
      }));
  }
});

/** kB at its highest, as far as looking every few milliseconds tells. */
async function peakMemory(host: GatewayHost): Promise<number> {
  const child = spawn(executable, ['models', 'status'], {
    env: { HOME: host.home },
    stdio: 'ignore',
  });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, highWater(child.pid));
  }, 2);
  await once(child, 'exit');
  clearInterval(timer);
  assert.ok(peak > 0, 'it was never seen');
  return peak;
}

function highWater(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    // it has just ended
    return 0;
  }
}
