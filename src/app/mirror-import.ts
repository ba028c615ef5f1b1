import { reconcileSurroundings, usageWentBack } from '../domain/agent-file.ts';
import { type ProfilesOutcome, reconcileProfiles } from '../domain/reconcile.ts';
import {
  contentOf,
  isDamaged,
  type MirrorContent,
  type MirrorFile,
  parseMirror,
  renderMirror,
  sameMeaning,
} from '../mirror/format.ts';
import * as lastGood from '../store/last-good.ts';
import * as mirrorEntries from '../store/mirror-entries.ts';
import * as mirrors from '../store/mirrors.ts';
import * as orderOverrides from '../store/order-overrides.ts';
import * as profiles from '../store/profiles.ts';
import * as usage from '../store/usage.ts';
import type { Agent } from './agents.ts';
import { applyDecision } from './apply.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import { entriesOf, extraOf, markOf, ourContent, profilesById } from './ledger.ts';
import { findSibling, isBuried, lookUpUnder } from './lookup.ts';
import { mirrorFindings, type ReadMirror } from './mirror-read.ts';
import { peopleOf } from './people.ts';
import { trustedStamp } from './stamp.ts';
import { currentOrders } from './view.ts';

/**
 * Merges what a file says with what we hold, in one transaction. Afterwards the mirror's row says
 * whether the file is to be written: `exported < revision`. False, and nothing done: the file has
 * changed since it was read, and another run may have taken the newer version in already.
 */
export function importMirror(host: Host, agent: Agent, read: ReadMirror): boolean {
  return host.store.transaction(() => {
    if (host.files.stamp(agent.path)?.id !== read.stamp.id) return false;
    const merge = prepare(host, agent, read);
    const outcome = mergeProfiles(host, agent, merge);
    mergeSurroundings(host, agent, merge, outcome);
    settle(host, agent, merge, outcome);
    return true;
  });
}

interface Merge {
  readonly read: ReadMirror;
  readonly theirs: MirrorContent;
  readonly ours: ReturnType<typeof profilesById>;
  readonly base: ReturnType<typeof mirrorEntries.entries>;
  readonly row: mirrors.MirrorRow | undefined;
  /** the file's time, never in the future */
  readonly at: number;
  /** neither we nor the file changed since: a profile that is the same has the base's mark */
  readonly settled: boolean;
}

function prepare(host: Host, agent: Agent, read: ReadMirror): Merge {
  const { db } = host.store;
  const row = mirrors.get(db, agent.key);
  return {
    read,
    theirs: contentOf(read.file),
    ours: profilesById(host, agent),
    base: mirrorEntries.entries(db, agent.key),
    row,
    at: Math.min(read.stamp.modifiedAt, host.effects.now()),
    settled: row !== undefined && row.exported === row.revision,
  };
}

function mergeProfiles(host: Host, agent: Agent, merge: Merge): ProfilesOutcome {
  const { theirs, ours, base, at } = merge;
  const findPerson = peopleOf(host);
  const outcome = reconcileProfiles({
    theirs: new Map(theirs.profiles.map((each) => [each.id, each])),
    unmodelled: new Set(theirs.extra.profiles.keys()),
    fileModifiedAt: at,
    ours,
    base: base.get('profile') ?? new Map(),
    mark: (profile) => markOf(host, profile),
    known: (profile, stored) => lookUpUnder(host, agent, profile, stored),
    buried: (profile) => isBuried(host, agent, profile, at),
    sibling: (profile) => findSibling(host, agent, profile, { fileModifiedAt: at, findPerson }),
    usageWentBack: usageWentBack(
      theirs.usage,
      usage.list(host.store.db, agent.key),
      base.get('usage'),
    ),
    now: host.effects.now(),
  });
  const incoming = new Map(
    theirs.profiles.map((profile, position) => [
      profile.id,
      { profile, position, source: 'file', at, confirmed: true },
    ]),
  );
  for (const [id, decision] of outcome.decisions) {
    applyDecision(host, agent, decision, incoming.get(id), ours.get(id));
  }
  return outcome;
}

function mergeSurroundings(
  host: Host,
  agent: Agent,
  { theirs, base, at }: Merge,
  { olderCopy }: ProfilesOutcome,
): void {
  const { db } = host.store;
  const orders = currentOrders(host, agent.key);
  const changes = reconcileSurroundings({
    theirs,
    ours: {
      order: orders,
      usage: usage.list(db, agent.key),
      lastGood: lastGood.list(db, agent.key),
    },
    storedOrders: orderOverrides.list(db, agent.key),
    base: {
      order: base.get('order') ?? new Map(),
      usage: base.get('usage') ?? new Map(),
      lastGood: base.get('last_good') ?? new Map(),
    },
    olderCopy,
    now: at,
  });
  for (const [provider, ids] of changes.order) {
    orderOverrides.set(db, agent.key, provider, ids, at);
    const event = ids === undefined ? 'order_removed' : 'order_changed';
    const before = orders.get(provider);
    const marks = { before: before && [...before], after: ids && [...ids] };
    record(host, { event, subject: provider, agentDir: agent.key, path: agent.path, ...marks });
  }
  for (const [id, stats] of changes.usage) {
    if (stats === undefined) usage.remove(db, agent.key, id);
    else usage.set(db, agent.key, id, stats);
  }
  for (const [provider, id] of changes.lastGood) {
    if (id === undefined) lastGood.remove(db, agent.key, provider);
    else lastGood.set(db, agent.key, provider, id);
  }
}

/** Records the new merge base, and whether what we hold now differs from what the file says. */
function settle(host: Host, agent: Agent, merge: Merge, outcome: ProfilesOutcome): void {
  const { db } = host.store;
  const { read, theirs, row, base } = merge;
  const ids = theirs.profiles.map(({ id }) => id);
  profiles.resequence(db, agent.key, ids);
  if (read.stamp.id !== row?.written) profiles.confirm(db, agent.key, ids);
  const stamp = trustedStamp(read.stamp, host.effects.now());
  mirrors.save(db, {
    agentDir: agent.key,
    path: agent.path,
    stamp,
    extra: extraOf(theirs),
    findings: mirrorFindings(agent, read),
  });
  const same = (id: string) => merge.settled && outcome.decisions.get(id)?.kind === 'same';
  const known = (id: string) => (same(id) ? base.get('profile')?.get(id) : undefined);
  mirrorEntries.saveEntries(
    db,
    agent.key,
    entriesOf(host, theirs, ({ id }) => known(id)),
  );
  const saved = mirrors.get(db, agent.key);
  if (saved === undefined) throw new TypeError('the row of a mirror was just saved');
  if (!read.marked && !needsWriting(ourContent(host, agent, saved), read.file)) {
    mirrors.markExported(db, agent.key, saved.revision, stamp);
  } else if (saved.revision === saved.exported) {
    mirrors.bump(db, [agent.key]);
  }
}

/** Would the file mean something else if we wrote it? */
export function needsWriting(ours: MirrorContent, file: MirrorFile): boolean {
  const wanted = parseMirror(renderMirror(file, ours));
  if (isDamaged(wanted)) throw new TypeError(`a rendered mirror is ${wanted.damaged}`);
  return !sameMeaning(wanted, file);
}
