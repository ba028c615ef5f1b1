import { join } from 'node:path';
import type { JsonObject } from '../domain/json.ts';
import {
  fieldsOf,
  isEmptyPin,
  pinOf,
  type SessionPin,
  samePin,
  settlePin,
} from '../domain/session-pin.ts';
import { EpiloopError, quoted } from '../errors.ts';
import { findSession, readSessions, withFields } from '../mirror/sessions.ts';
import { type SessionsLock, withSessionsLock } from '../mirror/sessions-lock.ts';
import * as sessionPins from '../store/session-pins.ts';
import type { Agent } from './agents.ts';
import type { SessionsFileState } from './conversation.ts';
import type { Host } from './host.ts';
import { absolute } from './paths.ts';
import type { Situation } from './situation.ts';

/** One session of an agent, as this run found it in the gateway's file. */
export interface ChatSession {
  readonly agent: Agent;
  /** as the file has it, else as we call it */
  readonly key: string;
  /** other spellings that it may be stored under */
  readonly spellings: readonly string[];
  /** absolute; undefined: where the gateway keeps its sessions cannot be told from here */
  readonly path: string | undefined;
  /** undefined: the session is not in the file, or there is no file */
  readonly entry: JsonObject | undefined;
}

/** `<state>/agents/<id>/sessions/sessions.json`, or what `session.store` says (2026.1.24). */
export function sessionsPath({ host, config }: Situation, agent: Agent): string | undefined {
  const { paths, effects } = host;
  const store = config.sessionStore?.trim() ?? '';
  if (store === '') return join(paths.stateDir, 'agents', agent.id, 'sessions', 'sessions.json');
  const path = store.replaceAll('{agentId}', agent.id);
  // the gateway takes it from its own working directory, which is not ours
  if (!path.startsWith('/') && !path.startsWith('~')) return undefined;
  return absolute(path, { home: paths.home, cwd: effects.cwd });
}

/** Throws what reading the gateway's file throws: nothing is known of the session then. */
export function readSession(
  situation: Situation,
  agent: Agent,
  { full, all }: { readonly full: string; readonly all: readonly string[] },
): ChatSession {
  const path = sessionsPath(situation, agent);
  const file = path === undefined ? undefined : readSessions(situation.host.files, path);
  const found = file === undefined ? undefined : findSession(file, all);
  return { agent, key: found?.key ?? full, spellings: all, path, entry: found?.entry };
}

/** What we have stored of it, under whichever spelling. */
export function storedPin(host: Host, { agent, key, spellings }: ChatSession) {
  const { db } = host.store;
  for (const each of new Set([key, ...spellings])) {
    const ours = sessionPins.get(db, agent.key, each);
    if (ours !== undefined) return ours;
  }
  return undefined;
}

/** Keeps what the session is pinned to now. For a transaction. */
export function storePin(host: Host, session: ChatSession, pin: SessionPin): void {
  const { agent, key, spellings, entry } = session;
  const { db } = host.store;
  const there = entry === undefined ? undefined : pinOf(entry);
  for (const other of spellings) if (other !== key) sessionPins.remove(db, agent.key, other);
  const pending = !samePin(pin, there ?? {});
  const stored = sessionPins.get(db, agent.key, key);
  const isSame = stored !== undefined && samePin(stored.pin, pin) && stored.pending === pending;
  if (isSame && samePin(stored.seen ?? {}, there ?? {})) return;
  if (!pending && isEmptyPin(pin)) sessionPins.remove(db, agent.key, key);
  else sessionPins.set(db, agent.key, key, { pin, pending, seen: there }, host.effects.now());
}

/**
 * Writes into the gateway's file what waits for it, under the gateway's lock. Throws `busy` where
 * somebody holds that all the time (10 s), and what reading and writing throws: it waits on then.
 */
export async function handOver(
  host: Host,
  session: ChatSession,
  waitMs?: number,
): Promise<SessionsFileState> {
  const { agent, key, path, entry } = session;
  const waits = sessionPins.get(host.store.db, agent.key, key)?.pending === true;
  if (path === undefined || entry === undefined) return { path, state: 'absent' };
  if (!waits) return { path, state: 'current' };
  try {
    const done = await withSessionsLock(
      host.files,
      path,
      (lock) => write(host, session, lock),
      waitMs,
    );
    if (done !== undefined) return { path, state: done.value };
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    const { code, message, hint } = error;
    throw new EpiloopError(code, `stored, but not for the gateway yet: ${message}`, { path, hint });
  }
  throw new EpiloopError(
    'busy',
    `stored, but ${path} is locked: the gateway does not know it yet`,
    {
      path: `${path}.lock`,
      hint: `try again with epiloop chat --session ${quoted(key)} /model`,
    },
  );
}

/** What waits is asked for once more: another run may have chosen, or written, meanwhile. */
function write(host: Host, session: ChatSession, lock: SessionsLock): SessionsFileState['state'] {
  const { agent, key, path } = session;
  const { db } = host.store;
  const file = path === undefined ? undefined : readSessions(host.files, path);
  const found = file === undefined ? undefined : findSession(file, [key]);
  if (path === undefined || file === undefined || found === undefined) return 'absent';
  const ours = sessionPins.get(db, agent.key, key);
  const there = pinOf(found.entry);
  const { pin, from } = settlePin(ours, there);
  const changes = from === 'here' && !samePin(pin, there);
  if (changes) {
    if (!lock.isOurs()) throw new EpiloopError('busy', `the lock of ${path} was taken over`);
    host.files.replace(path, withFields(file, key, fieldsOf(pin)));
  }
  const now = host.effects.now();
  host.store.transaction(() =>
    sessionPins.set(db, agent.key, key, { pin, pending: false, seen: pin }, now),
  );
  return changes ? 'written' : 'current';
}
