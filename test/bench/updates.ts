/** What one usage update costs in a small store and in a large one: it must be the same. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../../build/bench/figures.ts';
import { Secret } from '../../src/domain/secret.ts';
import * as credentials from '../../src/store/credentials.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import * as profiles from '../../src/store/profiles.ts';
import * as usage from '../../src/store/usage.ts';

export const agentDir = '/bench/agents/main/agent';

const rounds = 200;

/** A store on disk with so many profiles of one agent, each of them used once. */
export function filledStore(path: string, count: number): Store {
  const store = openStore({ path, addon: undefined, now: Date.now(), build: 'bench' });
  store.transaction(() => {
    for (let index = 0; index < count; index += 1) addProfile(store, index);
  });
  return store;
}

function addProfile({ db, hash }: Store, index: number): void {
  const credential = credentials.insert(db, {
    provider: 'anthropic',
    credential: { type: 'api_key', key: new Secret(`sk-bench-${index}`.padEnd(100, 'x')) },
    identity: {},
    source: 'file',
    hash,
    now: Date.now(),
  });
  const id = `anthropic:account-${index}`;
  profiles.upsert(db, agentDir, {
    id,
    position: index,
    credentialId: credential,
    provider: 'anthropic',
    extra: {},
    confirmed: true,
  });
  usage.set(db, agentDir, id, { lastUsed: 1, errorCount: 0 }, index);
}

export interface Updates {
  /** median of the pairs' ratios, large to small */
  readonly ratio: number;
  /** medians in ms, each commit synced to the disk */
  readonly large: number;
  readonly small: number;
}

export function measureUpdates(sizes: { readonly small: number; readonly large: number }): Updates {
  const folder = mkdtempSync(join(tmpdir(), 'epiloop-bench-'));
  const small = filledStore(join(folder, 'small.sqlite'), sizes.small);
  const large = filledStore(join(folder, 'large.sqlite'), sizes.large);
  try {
    const pairs = Array.from({ length: rounds }, (_, round) => [
      update(large, Math.trunc((round / rounds) * sizes.large)),
      update(small, round % sizes.small),
    ]);
    return {
      ratio: median(pairs.map(([a = 0, b = 0]) => a / b)),
      large: median(pairs.map(([a = 0]) => a)),
      small: median(pairs.map(([, b = 0]) => b)),
    };
  } finally {
    small.close();
    large.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function update(store: Store, index: number): number {
  const from = process.hrtime.bigint();
  const used = { lastUsed: Date.now(), errorCount: 0 };
  store.transaction(() => usage.set(store.db, agentDir, `anthropic:account-${index}`, used));
  return Number(process.hrtime.bigint() - from) / 1e6;
}
