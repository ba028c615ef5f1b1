import { secretsOf } from '../domain/credential.ts';
import { removeProfile } from '../domain/remedy.ts';
import type { Secret } from '../domain/secret.ts';
import { EpiloopError } from '../errors.ts';
import * as credentials from '../store/credentials.ts';
import * as formerProfiles from '../store/former-profiles.ts';
import * as generations from '../store/generations.ts';
import * as mirrors from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import * as tombstones from '../store/tombstones.ts';
import { type Agent, agentByKey } from './agents.ts';
import type { RemoveRequest } from './app.ts';
import { credentialMark, recordProfile } from './history.ts';
import type { Host } from './host.ts';
import { missing, type Removed, refuseIfItReturns } from './remove.ts';
import type { Situation } from './situation.ts';

/**
 * Erases a profile and every secret that stood under its id, also of one that was removed before;
 * only keyed hashes stay, so that no stale file brings it back. Inside a transaction. Throws
 * `refused` where another profile is the same login.
 */
export function purge(situation: Situation, agent: Agent, request: RemoveRequest): Removed {
  const { host, main } = situation;
  const { db } = host.store;
  const { id, keepOut } = request;
  const ours = profiles.get(db, agent.key, id);
  const stone = tombstones.list(db, agent.key).get(id);
  const own = ours?.credentialId ?? stone?.credential;
  const earlier = formerProfiles.credentials(db, agent.key, id);
  if (own === undefined && earlier.length === 0) throw missing(host, agent, id, main);
  if (ours !== undefined && !keepOut) refuseIfItReturns(host, id);
  if (own !== undefined) refuseIfShared(situation, agent, { id, credential: own });
  const before = own === undefined ? undefined : credentialMark(host, own);
  if (ours !== undefined) burySoThatNothingIsKept(host, agent, ours, keepOut);
  formerProfiles.erase(db, agent.key, id);
  const unused = [...new Set([...(own === undefined ? [] : [own]), ...earlier])].filter(
    (credential) => profiles.pointing(db, credential).length === 0,
  );
  const secrets = unused.flatMap((credential) => secretsIn(host, credential));
  for (const credential of unused) credentials.erase(db, credential);
  recordProfile(host, agent, 'profile_purged', id, { before });
  mirrors.bump(db, [agent.key]);
  return { keptIn: [], secrets };
}

function refuseIfShared(
  situation: Situation,
  agent: Agent,
  { id, credential }: { readonly id: string; readonly credential: number },
): void {
  const others = profiles
    .pointing(situation.host.store.db, credential)
    .filter((each) => each.agentDir !== agent.key || each.id !== id);
  const [first] = others;
  if (first === undefined) return;
  const named = others.map((each) => {
    return `${each.id} of agent ${agentByKey(situation, each.agentDir).id}`;
  });
  const { id: other } = agentByKey(situation, first.agentDir);
  throw new EpiloopError('refused', `${id} was not erased: ${named.join(', ')} is the same login`, {
    path: agent.path,
    hint: removeProfile(first.id, other),
  });
}

function burySoThatNothingIsKept(
  host: Host,
  agent: Agent,
  ours: profiles.StoredProfile,
  keepOut: boolean,
): void {
  const { db } = host.store;
  const row = credentials.get(db, ours.credentialId);
  profiles.remove(db, agent.key, ours.id);
  tombstones.set(db, agent.key, ours.id, {
    secretHash: row?.secretHash ?? '',
    refreshHash: row?.refreshHash,
    removedAt: host.effects.now(),
    keepsOut: keepOut || row?.source !== 'operator',
  });
}

/** Everything that is kept of a credential, earlier secrets and forks too. */
function secretsIn(host: Host, id: number): readonly Secret[] {
  const { db } = host.store;
  const row = credentials.get(db, id);
  const kept = generations.listKept(db, id).map(({ credential }) => credential);
  return [...(row === undefined ? [] : [row.credential]), ...kept].flatMap(secretsOf);
}
