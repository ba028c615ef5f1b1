/** A made-up host in a temporary folder, and the use cases on it, each in a run of its own. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { App, HistoryEntry, UndoOutcome } from '../../src/app/app.ts';
import type { AppEffects } from '../../src/app/effects.ts';
import { type Host, openHost } from '../../src/app/host.ts';
import { openApp } from '../../src/app/open.ts';
import { Secret } from '../../src/domain/secret.ts';
import { loadSqliteAddon } from '../../src/platform/addon.ts';
import { realFiles } from '../../src/platform/files.ts';
import { isAlive, ownMark } from '../../src/platform/processes.ts';

export const FILE = 'agents/main/agent/auth-profiles.json';
const HOUR = 3_600_000;

let addon: object | undefined;

export class Workbench {
  readonly home = realpathSync(mkdtempSync(join(tmpdir(), 'epiloop-undo-')));
  readonly state = join(this.home, '.epiloop');
  now = 1_790_000_000_000;
  env: Record<string, string> = {};

  constructor(config?: string) {
    mkdirSync(this.state, { mode: 0o700 });
    if (config !== undefined) this.write('epiloop.json', config);
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  /** below the state directory */
  write(name: string, content: string | Uint8Array | object): void {
    const path = join(this.state, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const isReady = typeof content === 'string' || content instanceof Uint8Array;
    const bytes = isReady ? content : `${JSON.stringify(content, null, 2)}\n`;
    writeFileSync(path, bytes, { mode: 0o600 });
  }

  read(name: string): string | undefined {
    try {
      return readFileSync(join(this.state, name), 'utf8');
    } catch {
      return undefined; // it is not there
    }
  }

  /** Half an hour later than the run before, so that nothing passes for a stale rewrite. */
  async run<T>(command: string, work: (app: App) => Promise<T>, sync = true): Promise<T> {
    this.now += HOUR / 2;
    const app = await openApp(this.#effects(), { sync, cwdEnv: false, command });
    try {
      return await work(app);
    } finally {
      app.close();
    }
  }

  paste(provider: string, key: string, type: 'api_key' | 'token' = 'api_key') {
    const secret = new Secret(key);
    const credential = type === 'token' ? { type, token: secret } : { type, key: secret };
    return this.run('models auth paste', (app) => app.enter({ provider, credential }));
  }

  remove(id: string, given: { purge?: boolean; keepOut?: boolean; agent?: string } = {}) {
    const { purge = false, keepOut = false, agent } = given;
    return this.run('models auth remove', (app) => app.remove({ id, agent, purge, keepOut }));
  }

  order(provider: string, ids?: readonly string[]) {
    return this.run('models auth order', (app) =>
      ids === undefined ? app.clearOrder({ provider }) : app.setOrder({ provider, ids }),
    );
  }

  sync() {
    return this.run('models sync', (app) => app.sync({}));
  }

  undo(change: number, dryRun = false): Promise<UndoOutcome> {
    return this.run('undo', (app) => app.undo({ change, dryRun }), !dryRun);
  }

  /** newest first */
  async history(): Promise<readonly HistoryEntry[]> {
    const { entries } = await this.run(
      'models history',
      (app) => app.history({ limit: 1e6 }),
      false,
    );
    return entries;
  }

  /** The number of the newest change of this kind. */
  async last(event: string): Promise<number> {
    const found = (await this.history()).find((each) => each.event === event);
    if (found === undefined) throw new Error(`there is no ${event}`);
    return found.id;
  }

  /** The store in a run's hands. */
  async inside<T>(work: (host: Host) => T): Promise<T> {
    const options = { sync: true, cwdEnv: false, command: 'models auth mark' };
    const host = await openHost(this.#effects(), options);
    try {
      return work(host);
    } finally {
      host.store.close();
    }
  }

  /** What a person sees of it: profiles, orders, usage, in the file's order, and the config. */
  async picture(): Promise<unknown> {
    const { agents } = await this.run('models auth list', (app) => app.list({}), false);
    const orders = await this.run(
      'models auth order get',
      async (app) => {
        const all = ['alpha', 'beta'].map((provider) => app.getOrder({ provider }));
        return (await Promise.all(all)).map(({ order }) => order);
      },
      false,
    );
    const file: { profiles?: object; version?: number } = JSON.parse(this.read(FILE) ?? '{}');
    const { profiles = {}, version: _, ...rest } = file;
    const listed = agents.flatMap(({ profiles: own }) =>
      own.map(({ id, fingerprint }) => [id, fingerprint]),
    );
    return {
      listed,
      orders,
      profiles: Object.entries(profiles),
      rest,
      config: this.read('epiloop.json'),
    };
  }

  #effects(): AppEffects {
    addon ??= loadSqliteAddon();
    const loaded = addon;
    return {
      env: { EPILOOP_STATE_DIR: this.state, ...this.env },
      cwd: this.home,
      home: this.home,
      filesFor: () => realFiles({ euid: process.geteuid?.() ?? -1 }),
      sqliteAddon: () => loaded,
      now: () => this.now,
      hostname: () => 'bench',
      build: 'test',
      loginShellEnv: async () => ({ failure: 'there is none' }),
      processes: { self: ownMark, isAlive },
    };
  }
}
