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

/** What the same run changed beside it and what still stands: it is not undone with it. */
function siblingsOf(host: Host, change: history.HistoryRow): number[] {
  // what is said in one session is one choice after the other
  if (change.command === 'undo' || kindOf(change) === 'session') return [];
  const { db } = host.store;
  const undoings = history.undoings(db);
  const like = history.around(db, change.id, ONE_RUN_MS).filter((each) => {
    const { command, host: machine, subject } = each;
    return command === change.command && machine === change.host && subject === change.subject;
  });
  // a run begins with what it did to the profile
  const first = like.findLast((each) => each.id <= change.id && kindOf(each) === 'profile');
  const next = like.find((each) => each.id > change.id && kindOf(each) === 'profile');
  return like
    .filter(({ id }) => id !== change.id && id >= (first?.id ?? 0) && id < (next?.id ?? Infinity))
    .filter((each) => undoneBy(each.id, undoings) === undefined && whyLasting(each) === undefined)
    .map(({ id }) => id);
}
