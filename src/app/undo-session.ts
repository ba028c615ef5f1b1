import {
  pinFromJson,
  pinJson,
  pinOf,
  type SessionPin,
  samePin,
  settlePin,
} from '../domain/session-pin.ts';
import { type Change, kindOf } from '../domain/undoing.ts';
import { type Agent, agentByKey } from './agents.ts';
import { type ChatSession, handOver, readSession, storedPin, storePin } from './chat-session.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import { readSituation } from './situation.ts';
import { cannotWrite } from './sync.ts';
import { changedSince, type Undone } from './undo-refusal.ts';

/** Pins a session again to what it was pinned to, here and in the gateway's file. */
export async function undoSession(
  host: Host,
  change: Change,
  dryRun: boolean,
): Promise<Undone & { readonly path: string; readonly agent: Agent }> {
  if (!dryRun && !host.writes) throw cannotWrite(host);
  const situation = await readSituation(host, { secrets: false, pretend: true });
  const agent = agentByKey(situation, change.agentDir ?? '');
  const key = change.subject ?? '';
  const session = readSession(situation, agent, { full: key, all: [key] });
  const undone = host.store.transaction(() => putBack(host, session, change));
  if (!dryRun) await handOver(host, session);
  const isThere = session.entry !== undefined ? session.path : undefined;
  return { ...undone, agent, path: isThere ?? host.paths.database };
}

function putBack(host: Host, session: ChatSession, change: Change): Undone {
  const { agent, key, entry } = session;
  const there = entry === undefined ? undefined : pinOf(entry);
  const { pin: now } = settlePin(storedPin(host, session), there);
  const [before, left] = [pinFromJson(change.before) ?? {}, pinFromJson(change.after) ?? {}];
  if (!samePin(now, left)) throw changed(host, session, change);
  storePin(host, session, before);
  const made = record(host, {
    event: pinJson(before) === undefined ? 'session_unpinned' : 'session_pinned',
    subject: key,
    agentDir: agent.key,
    path: entry === undefined ? undefined : session.path,
    before: pinJson(now),
    after: { ...pinJson(before), undoes: change.id },
  });
  return { changes: [made], result: `session ${key} is ${inWords(before)}` };
}

function inWords({ model, profile }: SessionPin): string {
  const names = [model && `${model.provider}/${model.model}`, profile?.id];
  const named = names.filter((name) => name !== undefined).join(' and ');
  return named === '' ? 'no longer pinned' : `pinned to ${named} again`;
}

function changed(host: Host, { agent, key }: ChatSession, change: Change) {
  return changedSince(host, change, (later) => {
    return kindOf(later) === 'session' && later.agentDir === agent.key && later.subject === key;
  });
}
