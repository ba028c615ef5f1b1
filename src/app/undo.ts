import { type Change, kindOf, undoneBy, whyLasting } from '../domain/undoing.ts';
import { EpiloopError } from '../errors.ts';
import * as history from '../store/history.ts';
import * as mirrors from '../store/mirrors.ts';
import { type Agent, agentByKey } from './agents.ts';
import type { Host } from './host.ts';
import { readSituation, type Situation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';
import { undoConfig } from './undo-config.ts';
import { undoOrder, undoUsage } from './undo-entry.ts';
import type { UndoOutcome, UndoRequest } from './undo-outcome.ts';
import { undoProfile } from './undo-profile.ts';
import type { Undone } from './undo-refusal.ts';
import { changeAgent } from './writing.ts';

/** `undo`: takes one remembered change back, if the thing still is as it left it. */
export async function undo(host: Host, request: UndoRequest): Promise<UndoOutcome> {
  const change = findChange(host, request.change);
  refuseLasting(host, change);
  const done = await takeChangeBack(host, change, request.dryRun);
  const { event, subject } = change;
  return {
    change: change.id,
    event,
    subject,
    dryRun: request.dryRun,
    madeChanges: request.dryRun ? [] : done.changes,
    agentId: done.agent?.id,
    agentDir: done.agent?.dir,
    path: done.path,
    result: done.result,
    config: done.config ?? [],
    siblings: siblingsOf(host, change),
    findings: host.findings.filter(
      ({ reason }) => reason !== 'config_upgrade_pending' || done.config === undefined,
    ),
    notices: host.notices,
    home: host.paths.home,
  };
}

async function takeChangeBack(host: Host, change: Change, dryRun: boolean): Promise<Done> {
  switch (kindOf(change)) {
    case 'config':
      return undoConfig(host, change, dryRun);
    case 'session':
      return (await import('./undo-session.ts')).undoSession(host, change, dryRun);
    default:
      return undoStored(host, change, dryRun);
  }
}

function findChange(host: Host, id: number): history.HistoryRow {
  const change = history.get(host.store.db, id);
  if (change !== undefined) return change;
  throw new EpiloopError('not_found', `there is no change #${id}`, {
    path: host.paths.database,
    hint: 'epiloop models history numbers them',
  });
}

function refuseLasting(host: Host, change: history.HistoryRow): void {
  const { path } = change;
  const by = undoneBy(change.id, history.undoings(host.store.db));
  if (by !== undefined) {
    const hint = `epiloop undo ${by} takes that back`;
    throw new EpiloopError('refused', `#${change.id} was undone already, by #${by}`, {
      path,
      hint,
    });
  }
  const lasting = whyLasting(change);
  if (lasting === undefined) return;
  const { why, hint } = lasting;
  throw new EpiloopError('refused', `#${change.id} cannot be undone: ${why}`, { path, hint });
}

interface Done extends Undone {
  readonly path: string;
  readonly agent?: Agent | undefined;
  readonly config?: UndoOutcome['config'] | undefined;
}

async function undoStored(host: Host, change: Change, dryRun: boolean): Promise<Done> {
  const target = { key: change.agentDir ?? '' };
  if (!dryRun) {
    const { agent, value } = await changeAgent(host, target, (situation, agent) =>
      takeBack(situation, agent, change),
    );
    return { ...value, agent, path: agent.path };
  }
  const situation = await readSituation(host, { secrets: false, pretend: true });
  const agent = agentByKey(situation, target.key);
  await syncAgents(situation, [agent], { waitMs: 0, strict: [agent] });
  const told = host.notices.length;
  const value = host.store.transaction(() => takeBack(situation, agent, change));
  host.notices.splice(told); // nothing of it was really done
  return { ...value, agent, path: agent.path };
}

function takeBack(situation: Situation, agent: Agent, change: Change): Undone {
  const { host } = situation;
  const { db } = host.store;
  const kind = kindOf(change);
  const work = kind === 'order' ? undoOrder : kind === 'usage' ? undoUsage : undefined;
  const undone =
    work === undefined ? undoProfile(situation, agent, change) : work(host, agent, change);
  if (mirrors.get(db, agent.key) === undefined) {
    mirrors.save(db, { agentDir: agent.key, path: agent.path, extra: {}, findings: [] });
  }
  mirrors.bump(db, [agent.key]);
  return undone;
}

/** One run's changes are this close to each other, even where it waited for a lock. */
const ONE_RUN_MS = 60_000;

/**
 * Beside what was done to a profile, what the same run did to its entry in the config, or the other
 * way round, and what still stands of it: it is not undone with it.
 */
function siblingsOf(host: Host, change: history.HistoryRow): number[] {
  const { db } = host.store;
  const undoings = history.undoings(db);
  const like = history.around(db, change.id, ONE_RUN_MS).filter(({ subject }) => {
    return subject === change.subject;
  });
  const run = runs(like).find((rows) => rows.some(({ id }) => id === change.id)) ?? [];
  return run
    .filter(({ id }) => id !== change.id)
    .filter((each) => undoneBy(each.id, undoings) === undefined && whyLasting(each) === undefined)
    .map(({ id }) => id);
}

/** One begins with what it does to the profile, and ends where anything else has a hand in it. */
function runs(rows: readonly history.HistoryRow[]): history.HistoryRow[][] {
  const found: history.HistoryRow[][] = [];
  for (const row of rows) {
    const run = found.at(-1);
    const [first] = run ?? [];
    const isSame = row.command === first?.command && row.host === first.host;
    const isAlone = row.command === 'undo' || kindOf(row) === 'profile';
    if (run === undefined || !isSame || isAlone) found.push([row]);
    else run.push(row);
  }
  return found.map((run) => run.filter((row) => row === run[0] || isEntry(run, row)));
}

/** The profile's entry in the config. */
function isEntry([first]: readonly history.HistoryRow[], { event }: history.HistoryRow): boolean {
  const isListing = event === 'config_profile_listed' || event === 'config_profile_unlisted';
  return isListing && first !== undefined && kindOf(first) === 'profile';
}
