import { expiryOf } from '../domain/credential.ts';
import { canonicalJson, isJsonObject, type Json } from '../domain/json.ts';
import type { Profile } from '../domain/profile.ts';
import * as credentials from '../store/credentials.ts';
import * as formerProfiles from '../store/former-profiles.ts';
import * as generations from '../store/generations.ts';
import * as profiles from '../store/profiles.ts';
import type { Agent } from './agents.ts';
import { credentialMark } from './history.ts';
import type { Host } from './host.ts';

/** What was removed or replaced can be brought back for so long. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Call it before a change of a profile, and the result with the change's number. */
export function keepFormer(host: Host, agent: Agent, id: string): (change: number) => void {
  const { db } = host.store;
  const former = profiles.get(db, agent.key, id);
  return (change) => {
    if (former === undefined) return;
    formerProfiles.save(db, change, agent.key, former, host.effects.now());
  };
}

/** What a history row may say of a whole entry: fields that may hold anything stand as a hash. */
export function entryMark(host: Host, credential: number, profile: Profile, source?: string): Json {
  const { provider, email, extra } = profile;
  const mark = credentialMark(host, credential, source);
  const expiresAt = expiryOf(profile.credential);
  return {
    ...(isJsonObject(mark) && mark),
    ...(expiresAt !== undefined && { expiresAt }),
    entry: host.store.hash(canonicalJson({ provider, email, extra })).slice(0, 8),
  };
}

/** Of what nobody can bring back any more, the secrets go. */
export function forgetOld(host: Host): void {
  const { db } = host.store;
  const before = host.effects.now() - KEPT_MS;
  generations.forgetKept(db, before);
  formerProfiles.forget(db, before);
  credentials.removeOrphans(db, before);
}
