import { expiryOf, isRefreshable } from '../domain/credential.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { Profile } from '../domain/profile.ts';
import { type Change, kindOf } from '../domain/undoing.ts';
import * as credentials from '../store/credentials.ts';
import * as formerProfiles from '../store/former-profiles.ts';
import * as profiles from '../store/profiles.ts';
import type { Agent } from './agents.ts';
import { bury, exhume } from './apply.ts';
import { entryMark, keepFormer } from './former.ts';
import { credentialMark, recordProfile } from './history.ts';
import type { Host } from './host.ts';
import { markPending } from './pairs.ts';
import type { Situation } from './situation.ts';
import { returnToSource } from './sources.ts';
import { changedSince, nothingKept, type Undone } from './undo-refusal.ts';
import { type Marked, restoreSecret } from './undo-secret.ts';

interface Undoing {
  readonly host: Host;
  readonly agent: Agent;
  readonly change: Change;
  readonly id: string;
  readonly current: profiles.StoredProfile | undefined;
}

/**
 * Takes a change of one profile back. Inside a transaction. Throws `refused` if the profile is not
 * as the change left it, `not_found` if nobody has what it was.
 */
export function undoProfile(situation: Situation, agent: Agent, change: Change): Undone {
  const { host } = situation;
  const id = change.subject ?? '';
  const current = profiles.get(host.store.db, agent.key, id);
  const undoing = { host, agent, change, id, current };
  if (!isAsLeft(undoing)) {
    throw changedSince(host, change, (later) => {
      const { agentDir, subject } = later;
      return kindOf(later) === 'profile' && agentDir === agent.key && subject === id;
    });
  }
  if (change.event === 'profile_removed') return bringBack(undoing, situation);
  if (current === undefined) throw nothingKept(change);
  if (change.event === 'profile_added') return takeAway(undoing, current);
  return change.event === 'described' ? describe(undoing, current) : putBack(undoing, current);
}

/** A login that was only refreshed since is the same login. */
function isAsLeft({ host, change, current }: Undoing): boolean {
  const after = isJsonObject(change.after) ? change.after : {};
  if (after['credential'] === undefined || current === undefined) {
    return after['credential'] === undefined && current === undefined;
  }
  const now = entryMark(host, current.credentialId, current);
  if (!isJsonObject(now)) return false;
  if (isRefreshable(current.credential)) return now['credential'] === after['credential'];
  const fields = ['type', 'fingerprint', ...(after['entry'] === undefined ? [] : described)];
  return fields.every((field) => now[field] === after[field]);
}

const described = ['entry', 'expiresAt'];

function takeAway({ host, agent, change, id }: Undoing, current: profiles.StoredProfile): Undone {
  const keep = keepFormer(host, agent, id);
  const before = credentialMark(host, current.credentialId);
  bury(host, agent, current, isJsonObject(change.after) && change.after['keptOut'] === true);
  profiles.remove(host.store.db, agent.key, id);
  const after = { undoes: change.id };
  const made = recordProfile(host, agent, 'profile_removed', id, { before, after });
  keep(made);
  return { changes: [made], result: `${id} is removed again` };
}

/** In its old place, with what its credential holds now, or the program that it comes from. */
function bringBack({ host, agent, change, id }: Undoing, situation: Situation): Undone {
  const { db } = host.store;
  const former = formerProfiles.get(db, change.id);
  if (former === undefined) throw nothingKept(change);
  const credentialId = restoreSecret(host, change, { former, mark: marked(change.before) });
  const ids = profiles.list(db, agent.key).map((each) => each.id);
  profiles.upsert(db, agent.key, { ...former, credentialId, confirmed: false });
  profiles.resequence(db, agent.key, ids.toSpliced(former.position, 0, id));
  const after = { ...undoMark(host, credentialId, change), ...exhume(host, agent, id) };
  const made = recordProfile(host, agent, 'profile_added', id, { after });
  if (agent.key === situation.main.key) returnToSource(situation, id);
  const held = profiles.get(db, agent.key, id)?.credentialId ?? credentialId;
  return { changes: [made], result: `${id} is back with ${shown(undoMark(host, held, change))}` };
}

function putBack(undoing: Undoing, current: profiles.StoredProfile): Undone {
  const { host, agent, change, id } = undoing;
  const { db } = host.store;
  const former = formerProfiles.get(db, change.id);
  if (former === undefined) throw nothingKept(change);
  const keep = keepFormer(host, agent, id);
  const before = credentialMark(host, current.credentialId);
  const secret = { former, mark: marked(change.before), current };
  const credentialId = restoreSecret(host, change, secret);
  if (credentialId !== current.credentialId) bury(host, agent, current);
  const { position, confirmed } = current;
  profiles.upsert(db, agent.key, { ...former, credentialId, position, confirmed });
  const after = undoMark(host, credentialId, change);
  const made = recordProfile(host, agent, change.event, id, { before, after });
  keep(made);
  return { changes: [made], result: `${id} has ${shown(after)} again` };
}

/** Expiry, e-mail and the fields around the same secret. */
function describe(undoing: Undoing, current: profiles.StoredProfile): Undone {
  const { host, agent, change, id } = undoing;
  const { db } = host.store;
  const former = formerProfiles.get(db, change.id);
  const { credential, expiresAt } = marked(change.before);
  const row = credential === undefined ? undefined : credentials.get(db, credential);
  if (former === undefined || row === undefined) throw nothingKept(change);
  const keep = keepFormer(host, agent, id);
  const before = entryMark(host, current.credentialId, current);
  if (expiryOf(row.credential) !== expiresAt) {
    credentials.setExpiry(db, row.id, expiresAt, host.effects.now());
    markPending(host, row.id);
  }
  const { position, confirmed } = current;
  profiles.upsert(db, agent.key, { ...former, credentialId: row.id, position, confirmed });
  const now: Profile = profiles.get(db, agent.key, id) ?? current;
  const mark = entryMark(host, row.id, now);
  const after = { ...(isJsonObject(mark) && mark), undoes: change.id };
  const made = recordProfile(host, agent, 'described', id, { before, after });
  keep(made);
  return { changes: [made], result: `${id} has its earlier expiry and fields again` };
}

function undoMark(host: Host, credentialId: number, change: Change): JsonObject {
  const mark = credentialMark(host, credentialId);
  return { ...(isJsonObject(mark) && mark), undoes: change.id };
}

function marked(mark: Json | undefined): Marked {
  const { credential, generation, fingerprint, expiresAt } = isJsonObject(mark) ? mark : {};
  return {
    credential: number(credential),
    generation: number(generation),
    fingerprint: typeof fingerprint === 'string' ? fingerprint : undefined,
    expiresAt: number(expiresAt),
  };
}

function number(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

const nouns: ReadonlyMap<Json | undefined, string> = new Map([
  ['api_key', 'the API key'],
  ['token', 'the token'],
  ['oauth', 'the login'],
]);

function shown({ type, fingerprint }: JsonObject): string {
  return `${nouns.get(type) ?? 'the secret'} #${fingerprint}`;
}
