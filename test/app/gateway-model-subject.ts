/** What is put to the test beside the model of a gateway: our runs, and what can be seen of them. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { AppEffects } from '../../src/app/effects.ts';
import { openApp } from '../../src/app/open.ts';
import { canonicalJson, type JsonObject } from '../../src/domain/json.ts';
import { contentOf, entryOf, isDamaged, parseMirror, usageEntry } from '../../src/mirror/format.ts';
import { loadSqliteAddon } from '../../src/platform/addon.ts';
import { isAlive, ownMark } from '../../src/platform/processes.ts';
import * as lastGood from '../../src/store/last-good.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import * as orders from '../../src/store/order-overrides.ts';
import * as profiles from '../../src/store/profiles.ts';
import * as usage from '../../src/store/usage.ts';
import type { ModelAgent, World } from './gateway-model.ts';
import { type Between, modelFiles } from './gateway-model-files.ts';

/** What is held of one agent after a run. */
export interface HeldAgent {
  /** in the file's order */
  readonly profiles: ReadonlyMap<string, { readonly credential: number; entry: JsonObject }>;
  readonly usage: ReadonlyMap<string, JsonObject>;
  /** what the file should mean */
  readonly meaning: string;
  /** we know of a file of this agent */
  readonly hasMirror: boolean;
}

export interface Picture {
  readonly at: number;
  readonly agents: ReadonlyMap<ModelAgent, HeldAgent>;
  /** this secret is held, or was once and is remembered as such */
  knows(secret: string): boolean;
  /** this access token, key or token is held, or is kept whole beside what is */
  keeps(secret: string): boolean;
  readonly changes: number;
}

export interface Subject {
  sync(between: Between): Promise<void>;
  look(): Picture;
  close(): void;
}

let addon: object | undefined;

function sqliteAddon(): object {
  addon ??= loadSqliteAddon();
  return addon;
}

/** Our own runs, each with an opening and a closing of its own. */
export function ours(world: World): Subject {
  const path = join(world.state, 'auth.sqlite');
  const store = openStore({ path, addon: sqliteAddon(), now: world.now, build: 'test' });
  return {
    async sync(between) {
      const app = await openApp(effectsOf(world, between), {
        sync: true,
        cwdEnv: false,
        command: 'models sync',
      });
      try {
        await app.sync({});
      } finally {
        app.close();
      }
    },
    look: () => look(world, store),
    close: () => store.close(),
  };
}

function effectsOf(world: World, between: Between): AppEffects {
  return {
    env: { EPILOOP_STATE_DIR: world.state },
    cwd: world.home,
    home: world.home,
    filesFor: () => modelFiles(world, between),
    sqliteAddon,
    now: () => world.now,
    hostname: () => 'model',
    build: 'test',
    loginShellEnv: async () => ({ failure: 'there is none' }),
    processes: { self: ownMark, isAlive },
  };
}

function look(world: World, { db, hash }: Store): Picture {
  const known = db
    .prepare(
      `SELECT secret_hash FROM credentials UNION SELECT refresh_hash FROM credentials
       UNION SELECT secret_hash FROM generations UNION SELECT refresh_hash FROM generations
       UNION SELECT secret_hash FROM tombstones UNION SELECT refresh_hash FROM tombstones`,
    )
    .pluck()
    .all();
  const hashes = new Set(known.map(String));
  const whole = db
    .prepare(
      `SELECT secret_hash FROM credentials
       UNION SELECT secret_hash FROM generations WHERE kept IS NOT NULL`,
    )
    .pluck()
    .all();
  const mirrors = new Set(db.prepare('SELECT agent_dir FROM mirrors').pluck().all());
  // hashed now: later on more is known
  const secrets = new Set(world.issuer.secrets().filter((each) => hashes.has(hash(each))));
  return {
    at: world.now,
    agents: new Map(world.agents.map((agent) => [agent, held(db, agent, mirrors.has(agent.key))])),
    knows: (secret) => secrets.has(secret),
    keeps: (secret) => whole.includes(hash(secret)),
    changes: Number(db.prepare('SELECT count(*) FROM history').pluck().get()),
  };
}

type Database = Store['db'];

function held(db: Database, { key }: ModelAgent, hasMirror: boolean): HeldAgent {
  const own = profiles.list(db, key);
  const used = usage.list(db, key);
  const order = [...orders.list(db, key)].flatMap(([provider, { ids }]) =>
    ids === undefined ? [] : [[provider, ids] as const],
  );
  return {
    profiles: new Map(
      own.map((each) => [each.id, { credential: each.credentialId, entry: entryOf(each) }]),
    ),
    usage: new Map([...used].map(([id, each]) => [id, usageEntry(each)])),
    meaning: meaning({
      profiles: own.map((each) => [each.id, entryOf(each)]),
      order,
      lastGood: [...lastGood.list(db, key)],
      usage: [...used].map(([id, each]) => [id, usageEntry(each)]),
    }),
    hasMirror,
  };
}

type Entries = readonly (readonly [string, unknown])[];

/** The order of profiles counts, that of keys elsewhere does not. */
function meaning(content: {
  readonly profiles: Entries;
  readonly order: Entries;
  readonly lastGood: Entries;
  readonly usage: Entries;
}): string {
  const { order, lastGood: good, usage: used } = content;
  const maps = [order, good, used].map((each) => Object.fromEntries(each));
  return canonicalJson([content.profiles, ...maps]);
}

/** What a file means; undefined: it is none. */
export function meaningOf(text: string): string | undefined {
  const file = parseMirror(text);
  if (isDamaged(file)) return undefined;
  const content = contentOf(file);
  return meaning({
    profiles: content.profiles.map((each) => [each.id, entryOf(each)]),
    order: [...content.order],
    lastGood: [...content.lastGood],
    usage: [...content.usage].map(([id, each]) => [id, usageEntry(each)]),
  });
}

/** A store as a first run makes it, to begin with. */
export async function freshStore(folder: string, world: World): Promise<string> {
  await openApp(
    effectsOf(world, () => undefined),
    {
      sync: true,
      cwdEnv: false,
      command: 'models sync',
    },
  ).then((app) => app.close());
  const path = join(folder, 'fresh.sqlite');
  fs.copyFileSync(join(world.state, 'auth.sqlite'), path);
  return path;
}
