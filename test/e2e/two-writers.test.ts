/**
 * Real processes for ten seconds: gateways that write three agents' files, with their lock and
 * without it, while `models sync` runs in two loops. EPILOOP_SECONDS makes it longer.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isJsonObject, type Json } from '../../src/domain/json.ts';
import { entryOf } from '../../src/mirror/format.ts';
import * as credentials from '../../src/store/credentials.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import * as profiles from '../../src/store/profiles.ts';
import * as tombstones from '../../src/store/tombstones.ts';
import { GatewayHost } from './host.ts';
import type { MirrorFile } from './seed-host.ts';

const seconds = Number(process.env['EPILOOP_SECONDS'] ?? 10);
const agents = ['main', 'work', 'ops'];
/** Every gateway knows them from the start. */
const logins = Object.fromEntries(
  [0, 1, 2, 3].map((n) => [
    `anthropic:login-${n}`,
    {
      type: 'oauth',
      provider: 'anthropic',
      ...pairOf(n),
      email: `${n}@x.test`,
      accountId: `acc-${n}`,
    },
  ]),
);

function pairOf(n: number) {
  return { access: `A${n}-0`, refresh: `R${n}-0`, expires: Date.now() + 3_600_000 };
}

const fileOf = (agent: string) => `.epiloop/agents/${agent}/agent/auth-profiles.json`;

/**
 * What one gateway does, as it does it (2026.1.24): under proper-lockfile with its options it
 * counts usage up, adds keys and refreshes the login that it alone may refresh; without the lock it
 * writes what it had in memory, with other usage, sometimes a while later. It prints each key and each pair once it stands.
 * A file that it finds half written it leaves alone.
 */
const writer = `
const [seed, until, ...files] = process.argv.slice(1);
const fs = require('node:fs');
const lockfile = require('proper-lockfile');
const options = { retries: { retries: 10, factor: 2, minTimeout: 100, maxTimeout: 10000,
  randomize: true }, stale: 30000 };
let state = Number(seed) * 7919 + 1;
const random = (n) => (state = (state * 48271) % 2147483647) % n;
const read = (file) => { try { return JSON.parse(fs.readFileSync(file, 'utf8')); } catch (error) { if (!(error instanceof SyntaxError)) throw error; } };
const save = (file, store) => fs.writeFileSync(file, JSON.stringify(store, null, 2) + '\\n');
const memory = new Map();
let serial = 0;
const pause = (atMost) => new Promise((done) => setTimeout(done, random(atMost)));
const use = (store) => {
  const id = 'anthropic:login-' + seed;
  store.usageStats = { ...store.usageStats, [id]: { lastUsed: Date.now() } };
};
async function locked(file) {
  const release = await lockfile.lock(file, options);
  try {
    const store = read(file);
    if (!store?.profiles) return;
    use(store);
    const what = random(4);
    const mine = 'anthropic:login-' + seed;
    const n = ++serial;
    if (what === 0) {
      store.profiles['zai:' + seed + '-' + n] = { type: 'api_key', provider: 'zai', key: 'K' + seed + '-' + n };
    } else if (what === 1) {
      const expires = Date.now() + 8 * 3600000;
      store.profiles[mine] = { type: 'oauth', provider: 'anthropic', access: 'A' + seed + '-' + n,
        refresh: 'R' + seed + '-' + n, expires, email: seed + '@x.test', accountId: 'acc-' + seed };
    }
    save(file, store);
    if (what < 2) console.log(file + ' ' + (what === 0 ? 'K' : 'A') + seed + '-' + n);
    memory.set(file, store);
  } finally { await release(); }
}
function unlocked(file) {
  const store = memory.get(file);
  if (!store || !read(file)) return;
  use(store);
  save(file, store);
}
(async () => {
  while (Date.now() < Number(until)) {
    const file = files[random(files.length)];
    const what = random(8);
    if (what === 0) await pause(400);
    if (what < 2) unlocked(file); else await locked(file);
    await pause(40);
  }
})();
`;

class BusyHost extends GatewayHost {
  /** one gateway per agent, and a second one for work */
  start(until: number): { children: ChildProcess[]; said: () => string } {
    let said = '';
    const children = [agents[0], agents[1], agents[1], agents[2]].map((agent = 'main', seed) => {
      const args = ['-e', writer, String(seed), String(until), this.path(fileOf(agent))];
      const cwd = join(import.meta.dirname, '../..');
      const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
      return child;
    });
    return { children, said: () => said };
  }

  mirrorOf(agent: string): MirrorFile {
    return JSON.parse(this.read(fileOf(agent)));
  }

  identities(): string[] {
    return agents.map((agent) => {
      const { ino, mtimeNs, ctimeNs } = statSync(this.path(fileOf(agent)), { bigint: true });
      return `${ino} ${mtimeNs} ${ctimeNs}`;
    });
  }
}

/** What the store has held after a run. */
class Witness {
  readonly #host: BusyHost;
  readonly #store: Store;
  /** `agent id` → the latest serial number */
  readonly acknowledged = new Map<string, number>();
  buried = new Set<string>();

  constructor(host: BusyHost) {
    this.#host = host;
    const path = host.path('.epiloop/auth.sqlite');
    this.#store = openStore({ path, addon: undefined, now: Date.now(), build: 'test' });
  }

  profilesOf(agent: string): Map<string, Json> {
    const own = profiles.list(this.#store.db, this.#keyOf(agent));
    return new Map(own.map((each) => [each.id, entryOf(each)]));
  }

  /** Throws where something older, or less, is held than before. */
  look(): void {
    // one reading: a run of the other loop may end between two
    this.#store.transaction(() => {
      for (const agent of agents) this.#lookAt(agent, this.profilesOf(agent));
    });
  }

  #lookAt(agent: string, held: ReadonlyMap<string, Json>): void {
    for (const [name, serial] of this.acknowledged) {
      const [whose, id = ''] = name.split(' ');
      if (whose !== agent) continue;
      if (held.has(id))
        assert.ok(
          serialOf(held.get(id)) >= serial,
          `${name}: ${serialOf(held.get(id))} is older than ${serial}`,
        );
      else this.#assertBuried(agent, id);
    }
    for (const [id, entry] of held) this.acknowledged.set(`${agent} ${id}`, serialOf(entry));
  }

  /**
   * A gateway that loses a key of another's, and goes on writing, has deleted it for all that
   * anybody can see. Then it is kept whole behind its tombstone. No login is ever lost.
   */
  #assertBuried(agent: string, id: string): void {
    assert.match(id, /^zai:/, `${agent} lost ${id}`);
    const stone = tombstones.list(this.#store.db, this.#keyOf(agent)).get(id);
    const row = credentials.get(this.#store.db, stone?.credential ?? -1);
    assert.ok(row?.credential.type === 'api_key' && !row.credential.key.blank, `${id} is gone`);
    this.buried.add(`${agent} ${id}`);
  }

  #keyOf(agent: string): string {
    return realpathSync(this.#host.path('.epiloop/agents', agent, 'agent'));
  }

  close(): void {
    this.#store.close();
  }
}

function serialOf(entry: Json | undefined): number {
  const secret = isJsonObject(entry) ? (entry['key'] ?? entry['access']) : undefined;
  return Number(/-(\d+)$/.exec(String(secret))?.[1] ?? Number.NaN);
}

/** Runs it until the time has come; what it exits with, and how often. */
async function loop(host: BusyHost, until: number, look: () => void) {
  const codes: Record<string, number> = {};
  while (Date.now() < until) {
    const { code, stderr } = await host.run(['models', 'sync'], { timeoutMs: 60_000 });
    codes[String(code)] = (codes[String(code)] ?? 0) + 1;
    // a file that is never still can only be tried again
    assert.ok(code === 0 || code === 75, `exit ${code}: ${stderr}`);
    look();
  }
  return codes;
}

describe(`gateways and two loops of models sync, for ${seconds} seconds`, () => {
  test('every file ends as the store, and nothing that was stored is lost or older', async (t) => {
    const host = new BusyHost();
    t.after(() => host.remove());
    for (const agent of agents) host.write(fileOf(agent), { version: 1, profiles: logins });
    await sync(host);
    const witness = new Witness(host);
    t.after(() => witness.close());
    const until = Date.now() + seconds * 1000;
    const { children, said } = host.start(until);
    t.after(() => children.map((child) => child.kill('SIGKILL')));
    const ended = children.map((child) => new Promise((done) => child.once('exit', done)));
    const look = () => witness.look();
    const codes = await Promise.all([loop(host, until, look), loop(host, until, look)]);
    assert.deepEqual(await Promise.all(ended), [0, 0, 0, 0]);
    const writes = said().split('\n').length - 1;
    const held = witness.acknowledged.size;
    t.diagnostic(
      `${writes} writes, ${held} held, ${witness.buried.size} buried, exits ${JSON.stringify(codes)}`,
    );
    assert.ok(writes > seconds * 4 && held > seconds, 'too little happened');

    await sync(host);
    await sync(host);
    witness.look();
    for (const agent of agents) assertEqual(host, agent, witness.profilesOf(agent));
    const files = host.identities();
    await sync(host);
    assert.deepEqual(host.identities(), files, 'a run without need wrote a file');
  });
});

async function sync(host: GatewayHost): Promise<void> {
  const { code, stderr } = await host.run(['models', 'sync']);
  assert.equal(code, 0, stderr);
}

function assertEqual(host: BusyHost, agent: string, held: ReadonlyMap<string, Json>): void {
  assert.deepEqual(Object.entries(host.mirrorOf(agent).profiles), [...held]);
  const names = readdirSync(host.path('.epiloop/agents', agent, 'agent'));
  assert.deepEqual(names, ['auth-profiles.json'], `litter of ${agent}`);
}
