import type { MirrorState } from '../domain/status-report.ts';
import { EpiloopError } from '../errors.ts';
import * as leases from '../store/leases.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, agentByKey } from './agents.ts';
import type { Host } from './host.ts';
import { importLegacy } from './legacy.ts';
import { bringOut, takeInMirror } from './mirror.ts';
import type { Situation } from './situation.ts';
import { syncSources } from './sources.ts';

export interface SyncOptions {
  /** ms to wait for each file's lock */
  readonly waitMs: number;
  /** a file of these that cannot be read ends the run; of others it is a finding */
  readonly strict: readonly Agent[];
  /** what cannot be read of these counts in `--check`: it could not be told */
  readonly grave?: readonly Agent[];
}

export interface Synced {
  /** one per file that was looked at, main's first */
  readonly mirrors: readonly MirrorState[];
  /** what could not be read or written; each is a finding too */
  readonly failures: readonly EpiloopError[];
}

/**
 * Takes in what changed in the files of these agents and of those that share a login with them,
 * then what other tools' files say, and writes what any of the files should say now. Main comes
 * first, since the others inherit from it.
 */
export async function syncAgents(
  situation: Situation,
  agents: readonly Agent[],
  options: SyncOptions,
): Promise<Synced> {
  const failures = new Map<string, EpiloopError>();
  const told = situation.host.notices.length;
  const seen = new Map<string, Agent>();
  const queue = [situation.main, ...agents];
  for (let agent = queue.shift(); agent !== undefined; agent = queue.shift()) {
    if (seen.has(agent.key)) continue;
    seen.set(agent.key, agent);
    const failure = await takeIn(situation, agent, options);
    if (failure !== undefined) failures.set(agent.key, failure);
    queue.push(...sharing(situation, agent, seen));
  }
  // a file that is damaged before it was ever read stays untouched: nothing may be added to it
  if (!failures.has(situation.main.key)) syncSources(situation);
  await finishRefreshes(situation.host, options);
  const mirrors: MirrorState[] = [];
  for (const agent of seen.values()) {
    const { id: agentId, path } = agent;
    const unread = failures.get(agent.key);
    if (unread !== undefined) {
      const state = unread.code === 'bad_data' ? 'damaged' : 'unreadable';
      mirrors.push({ agentId, path, state });
      continue;
    }
    const { mirror, failure } = await bringOut(situation.host, agent, options.waitMs);
    mirrors.push(mirror);
    if (failure !== undefined) failures.set(agent.key, failure);
  }
  // in a copy that is thrown away nothing was done that would be worth a line
  if (!situation.host.writes) situation.host.notices.splice(told);
  return { mirrors, failures: [...failures.values()] };
}

/** What killed runs left of a refresh is finished by whoever comes next. */
async function finishRefreshes(host: Host, { waitMs }: SyncOptions): Promise<void> {
  const rows = host.writes ? leases.list(host.store.db) : [];
  if (rows.length === 0) return;
  const { finishAll } = await import('./unfinished.ts');
  await finishAll(host, rows, waitMs);
}

function sharing(situation: Situation, agent: Agent, seen: ReadonlyMap<string, Agent>): Agent[] {
  const keys = profiles.sharing(situation.host.store.db, agent.key);
  return keys.filter((key) => !seen.has(key)).map((key) => agentByKey(situation, key));
}

/** Undefined: taken in. A file that cannot be read is told, and ends the run if it was asked for. */
async function takeIn(
  situation: Situation,
  agent: Agent,
  { strict, grave = [] }: SyncOptions,
): Promise<EpiloopError | undefined> {
  const { host } = situation;
  try {
    await takeInMirror(host, agent);
    importLegacy(situation, agent);
    return undefined;
  } catch (error) {
    const isAmong = (agents: readonly Agent[]) => agents.some(({ key }) => key === agent.key);
    if (isAmong(strict) || !(error instanceof EpiloopError)) throw error;
    const { message, hint, exitCode } = error;
    const { id: agentId, path } = agent;
    const exit = isAmong(grave) ? exitCode : 0;
    host.findings.push({ reason: 'mirror_unreadable', message, hint, agentId, path, exit });
    return error;
  }
}
