import type { Finding } from '../domain/finding.ts';
import { EpiloopError, quoted } from '../errors.ts';
import type { MirrorFiles } from '../ports.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { clearDeadLocks } from './dead-locks.ts';
import type { AppEffects, AppOptions } from './effects.ts';
import { findPaths, type Paths } from './paths.ts';

/** One run on one host: where things are, the open store, and what there is to say about it. */
export interface Host {
  readonly effects: AppEffects;
  readonly options: AppOptions;
  readonly paths: Paths;
  readonly files: MirrorFiles;
  readonly store: Store;
  /** may store, mirrors and config be written? false: work on a copy that is thrown away */
  readonly writes: boolean;
  readonly findings: Finding[];
  /** paths of files whose lock this run holds right now */
  readonly held: Set<string>;
  /** lines for standard error: what was written where */
  readonly notices: string[];
}

/**
 * Opens the store for one run. With `sync` off, or where the state cannot be written, everything
 * happens in a copy in memory, so that a question gets the same answer and nothing changes.
 */
export async function openHost(effects: AppEffects, options: AppOptions): Promise<Host> {
  const paths = findPaths({ ...options, env: effects.env, home: effects.home, cwd: effects.cwd });
  const files = effects.filesFor(paths.stateDir);
  const findings: Finding[] = [];
  const notices: string[] = [];
  const store = options.sync
    ? await openWritable(effects, paths, { findings, notices })
    : await openCopy(effects, paths);
  if (store.openTo !== undefined) findings.push(openToOthers(store, store.openTo));
  if (store.durable) await clearDeadLocks(store, effects.processes);
  const held = new Set<string>();
  return { effects, options, paths, files, store, writes: store.durable, held, findings, notices };
}

interface Remarks {
  readonly findings: Finding[];
  readonly notices: string[];
}

async function openWritable(effects: AppEffects, paths: Paths, remarks: Remarks): Promise<Store> {
  try {
    return openStore({
      path: paths.database,
      addon: effects.sqliteAddon(),
      now: effects.now(),
      build: effects.build,
    });
  } catch (error) {
    if (!(error instanceof EpiloopError) || error.code !== 'cannot_create') throw error;
    remarks.notices.push(`${error.message}; answering without writing`);
    remarks.findings.push({
      reason: 'store_stale',
      message: `${paths.stateDir} cannot be written: nothing is stored or mirrored`,
      path: paths.stateDir,
      exit: 0,
    });
    return openCopy(effects, paths, true);
  }
}

/** A copy in memory of what the store holds now; without a store, an empty one. */
async function openCopy(effects: AppEffects, paths: Paths, readOnly = false): Promise<Store> {
  const { openReadOnly, scratchCopy, scratchStore } = await import('../store/scratch.ts');
  const addon = effects.sqliteAddon();
  const common = { addon, now: effects.now(), build: effects.build };
  if (effects.filesFor(paths.stateDir).stamp(paths.database) === undefined) {
    return scratchStore(common);
  }
  if (readOnly) {
    return (
      openReadOnly({ ...common, path: paths.database, env: effects.env }) ?? scratchStore(common)
    );
  }
  try {
    const original = openStore({ ...common, path: paths.database });
    const copy = scratchCopy(original, addon);
    original.close();
    return copy;
  } catch (error) {
    if (!(error instanceof EpiloopError) || error.code !== 'cannot_create') throw error;
    return openCopy(effects, paths, true);
  }
}

function openToOthers(store: Store, openTo: 'readable' | 'writable'): Finding {
  return {
    reason: 'permissions',
    message: `${store.path} is ${openTo} by others`,
    hint: `chmod 600 ${quoted(store.path)}`,
    path: store.path,
    exit: 0,
  };
}
