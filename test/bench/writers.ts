/** Eight writers at once: ours through the store, and a double of the gateway through the file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentFile, json, profileId } from '../../build/host.ts';
import { root } from '../../build/targets.ts';
import * as usage from '../../src/store/usage.ts';
import { agentDir, filledStore } from './updates.ts';
import { counted } from './writer.ts';

const writers = 8;
const updates = 200;

export interface Writing {
  readonly perSecond: number;
  /** updates that failed, and that are missing from the count although they succeeded */
  readonly failed: number;
  readonly lost: number;
}

export async function measureWriters(
  profiles: number,
): Promise<{ readonly store: Writing; readonly file: Writing }> {
  const folder = mkdtempSync(join(tmpdir(), 'epiloop-bench-'));
  try {
    return {
      store: await throughStore(join(folder, 'auth.sqlite'), profiles),
      file: await throughFile(join(folder, 'auth-profiles.json'), profiles),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function throughStore(path: string, profiles: number): Promise<Writing> {
  const store = filledStore(path, profiles);
  try {
    const { seconds, failed } = await race('store', path);
    return result(seconds, failed, usage.list(store.db, agentDir).get(counted)?.errorCount);
  } finally {
    store.close();
  }
}

async function throughFile(path: string, profiles: number): Promise<Writing> {
  const file = agentFile(profiles, Date.now());
  delete file.usageStats[profileId(3)];
  file.usageStats[counted] = { errorCount: 0 };
  writeFileSync(path, json(file));
  const { seconds, failed } = await race('file', path);
  const after = JSON.parse(readFileSync(path, 'utf8'));
  return result(seconds, failed, after.usageStats[counted].errorCount);
}

function result(seconds: number, failed: number, count = 0): Writing {
  const done = writers * updates - failed;
  return { perSecond: done / seconds, failed, lost: done - count };
}

/** From the moment when all are ready until the last one has finished. */
async function race(kind: string, path: string): Promise<{ seconds: number; failed: number }> {
  const loader = join(root, 'build', 'sql-loader.mjs');
  const program = join(import.meta.dirname, 'writer.ts');
  const children = Array.from({ length: writers }, () => {
    const args = ['--import', loader, program, kind, path, String(updates)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    return {
      child,
      ready: once(child.stdout, 'data'),
      ended: once(child, 'close'),
      said: () => said,
    };
  });
  await Promise.all(children.map(({ ready }) => ready));
  const from = process.hrtime.bigint();
  for (const { child } of children) child.stdin.end();
  await Promise.all(children.map(({ ended }) => ended));
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  return { seconds, failed: sum(children.map(({ said }) => failures(said()))) };
}

function failures(said: string): number {
  const found = /failed (\d+)/.exec(said)?.[1];
  if (found === undefined) throw new Error('a writer has died');
  return Number(found);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
