/** The ways in which a host can be against a command: each makes the host so, and how it is run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { AgentsHost } from './agents-host.ts';
import { asStranger, giveAway, isRoot } from './bad-host.ts';
import { busyHost } from './command-runs.ts';
import type { RunOptions } from './host.ts';
import { CONFIG, MIRROR } from './seed-host.ts';

const STATE = '.epiloop';
const DATABASE = '.epiloop/auth.sqlite';

export interface Condition {
  /** makes a host on which everything was well so; what it returns puts an end to it */
  readonly prepare?: (host: AgentsHost) => undefined | (() => void) | Promise<() => void>;
  readonly options?: RunOptions;
  /** words behind those of the command */
  readonly words?: readonly string[];
  /** a run waits half a minute or more: each is run once, all at the same time */
  readonly waits?: true;
  /** why it cannot be made here */
  readonly skip?: string;
  /** nothing was run on the host before */
  readonly isNew?: true;
}

/** Somebody holds the lock of main's file, and is alive: he touches it as the gateway does. */
function lock(host: AgentsHost): () => void {
  const path = host.path(`${MIRROR}.lock`);
  mkdirSync(path);
  const timer = setInterval(() => utimesSync(path, new Date(), new Date()), 5_000);
  return () => {
    clearInterval(timer);
    rmSync(path, { recursive: true });
  };
}

const holder = `
  const { default: BetterSqlite3 } = await import('better-sqlite3');
  const db = new BetterSqlite3(process.argv[1]);
  db.exec('BEGIN IMMEDIATE');
  console.log('held');
  process.stdin.resume().on('end', () => process.exit());
`;

/**
 * Another process in a transaction that it does not end. It has to be another one: a process that
 * closes a file, as a snapshot does, gives up the locks that it holds on it (POSIX).
 */
async function writeOn(host: AgentsHost): Promise<() => void> {
  const args = ['--input-type=module', '-e', holder, host.path(DATABASE)];
  const child = spawn(process.execPath, args, { cwd: import.meta.dirname });
  await once(child.stdout, 'data');
  return () => child.stdin.end();
}

function closeToWriters(host: AgentsHost): () => void {
  if (isRoot) giveAway(host);
  const folders = [STATE, dirname(MIRROR)].map((name) => host.path(name));
  for (const folder of folders) chmodSync(folder, 0o555);
  return () => {
    for (const folder of folders) chmodSync(folder, 0o755);
  };
}

function makeNewer(host: AgentsHost): undefined {
  const db = new BetterSqlite3(host.path(DATABASE));
  const version = Number(db.pragma('user_version', { simple: true }));
  db.pragma(`user_version = ${version + 1}`);
  db.close();
}

/** A user id that no account has, and a folder that he may enter. */
const nobody: RunOptions = {
  env: { HOME: undefined },
  cwd: '/',
  ...(isRoot && { wrapper: ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups'] }),
};

export const conditions = {
  'nothing piped': { options: { stdin: '' } },
  'no home': {
    options: nobody,
    ...(!isRoot && { skip: 'only root can be a user without an account' }),
  },
  'read-only state': {
    prepare: closeToWriters,
    ...(isRoot && { options: { wrapper: asStranger } }),
  },
  'locked file': { prepare: lock, waits: true },
  'busy database': { prepare: writeOn, waits: true },
  'unknown agent': { words: ['--agent', 'nobody'] },
  'unknown provider': {},
  'unknown id': {},
  'bad duration': {},
  'bad config': { prepare: (host) => void host.write(CONFIG, '{ "agents": ') },
  'damaged file': {
    isNew: true,
    prepare: (host) => void host.write(MIRROR, '{ "profiles": { "openai:de'),
  },
  'newer database': { prepare: makeNewer },
  'config not ours': { options: { env: { EPILOOP_NIX_MODE: '1' } } },
} satisfies Record<string, Condition>;

export type ConditionName = keyof typeof conditions;

/** A made-up host that has something of everything, on which this is so; and how to end it. */
export async function inCondition(
  condition: Condition,
): Promise<{ readonly host: AgentsHost; readonly end: () => void }> {
  const host = busyHost();
  // the second one finds its own writes old enough to be believed without reading them again
  if (condition.isNew !== true) for (const _ of [1, 2]) await host.sync();
  const end = await condition.prepare?.(host);
  return {
    host,
    end: () => {
      end?.();
      host.remove();
    },
  };
}
