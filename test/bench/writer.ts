/**
 * One of several writers at once: `node writer.ts store|file <path> <updates>`. Says that it is
 * ready, begins when its standard input ends, counts one profile's errors up, and prints how many
 * updates failed.
 */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { lock } from 'proper-lockfile';
import { openStore } from '../../src/store/open.ts';
import * as usage from '../../src/store/usage.ts';
import { agentDir } from './updates.ts';

/** The profile that everybody counts up. */
export const counted = 'anthropic:account-3';

/** The gateway's own (2026.1.24, agents/auth-profiles/constants.ts). */
const lockOptions = {
  retries: { retries: 10, factor: 2, minTimeout: 100, maxTimeout: 10_000, randomize: true },
  stale: 30_000,
};

/** In our store: one transaction. */
function storeUpdate(path: string): () => void {
  const store = openStore({ path, addon: undefined, now: Date.now(), build: 'bench' });
  const sql = 'SELECT error_count FROM usage WHERE agent_dir = ? AND profile_id = ?';
  const read = store.db.prepare(sql).pluck();
  return () =>
    store.transaction(() => {
      const errorCount = Number(read.get(agentDir, counted)) + 1;
      usage.set(store.db, agentDir, counted, { lastUsed: Date.now(), errorCount });
    });
}

/** As the gateway does it: lock, read, change, overwrite in place, unlock. */
function fileUpdate(path: string): () => Promise<void> {
  return async () => {
    const release = await lock(path, lockOptions);
    try {
      const file = JSON.parse(readFileSync(path, 'utf8'));
      const stats = file.usageStats[counted];
      file.usageStats[counted] = { lastUsed: Date.now(), errorCount: stats.errorCount + 1 };
      writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`);
    } finally {
      await release();
    }
  };
}

async function main([kind, path = '', count = '0']: readonly string[]): Promise<void> {
  const update = kind === 'store' ? storeUpdate(path) : fileUpdate(path);
  writeSync(1, 'ready\n');
  readFileSync(0);
  let failed = 0;
  for (let round = 0; round < Number(count); round += 1) {
    try {
      await update();
    } catch (error) {
      // what is measured: the others go on
      failed += 1;
      writeSync(2, `${error}\n`);
    }
  }
  writeSync(1, `failed ${failed}\n`);
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
