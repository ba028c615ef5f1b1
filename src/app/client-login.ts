import { expiryOf, sameGeneration, secretsOf } from '../domain/credential.ts';
import { isExpired, isRotation, laterExpiry, loginOf } from '../domain/generation.ts';
import { joining, type KnownPair } from '../domain/joining.ts';
import { type Json, type JsonObject, sameJson } from '../domain/json.ts';
import type { Profile } from '../domain/profile.ts';
import { sameProvider } from '../domain/provider.ts';
import type { Decision } from '../domain/reconcile.ts';
import { decideSource } from '../domain/source-login.ts';
import type { FoundLogin, Source } from '../sources/source.ts';
import * as generations from '../store/generations.ts';
import * as profiles from '../store/profiles.ts';
import * as tombstones from '../store/tombstones.ts';
import type { Agent } from './agents.ts';
import { addition, takeInForeign } from './foreign-profile.ts';
import type { Host } from './host.ts';
import { lookUp } from './lookup.ts';
import { keepFork } from './pairs.ts';

/** A login as another program's file has it now. */
export interface ClientLogin {
  readonly host: Host;
  readonly main: Agent;
  readonly source: Source;
  /** absolute */
  readonly path: string;
  readonly login: FoundLogin;
  /** we have read a login from this file before */
  readonly seenBefore: boolean;
}

/** Takes the login into main's profiles where the identity rules say so. Runs inside a transaction. */
export function takeInLogin(found: ClientLogin): void {
  const { host, main, source, path } = found;
  const own = profiles.list(host.store.db, main.key);
  const ours = own.find(({ id }) => id === source.profile.id);
  const profile = profileOf(found, ours);
  const decision = decide(found, profile, { own, ours });
  if (decision === undefined) return;
  if (decision.kind === 'keep') {
    // known as an older pair from now on: read once more, it must not pass for the next one
    if (ours !== undefined) keepFork(host, ours.credentialId, { profile });
    return;
  }
  const isAnother = decision.kind === 'replace' && ours?.credential.type === 'oauth';
  const incoming = isAnother ? { ...profile, email: undefined } : profile;
  takeInForeign(host, main, decision, { profile: incoming, source: source.origin, path }, ours);
  const what = decision.kind === 'describe' ? 'corrected the expiry' : 'took the login';
  host.notices.push(`${what} of ${source.label} from ${path} as ${source.profile.id}`);
}

interface Stored {
  readonly own: readonly profiles.StoredProfile[];
  readonly ours: profiles.StoredProfile | undefined;
}

/** What a person or the gateway put beside it stays; what belongs to the login comes with it. */
function profileOf({ source, login }: ClientLogin, ours: Profile | undefined): Profile {
  const fields = Object.entries({ ...ours?.extra, ...login.extra });
  const known = fields.filter((entry): entry is [string, Json] => entry[1] !== undefined);
  const extra: JsonObject = Object.fromEntries(known);
  return { ...source.profile, credential: login.credential, email: ours?.email, extra };
}

function decide(found: ClientLogin, profile: Profile, stored: Stored): Decision | undefined {
  const { host, main, seenBefore } = found;
  const { ours } = stored;
  const theirs = profile.credential;
  if (ours !== undefined && sameGeneration(theirs, ours.credential)) {
    return isMisdescribed(profile, ours, host.effects.now()) ? { kind: 'describe' } : undefined;
  }
  const known = knownPair(found, profile, ours);
  const decided = decideSource({
    theirs,
    ours: ours?.credential,
    known: known?.standing,
    buried: tombstones.list(host.store.db, main.key).get(profile.id)?.keepsOut === true,
    seenBefore,
    now: host.effects.now(),
  });
  const { kind } = decided;
  if (kind === 'ignore' && known === undefined && isOlder.has(decided.why)) {
    return { kind: 'keep', why: 'stale_copy', fork: true };
  }
  if (kind === 'add' && !isHeld(found, profile, stored, known)) {
    return addition(host, main, profile, known);
  }
  return kind === 'take' && ours !== undefined ? succeed(found, profile, ours, known) : undefined;
}

/**
 * Where the gateway guesses the expiry, its copy of the next pair may have lost against ours by that,
 * and been kept. Then the program's own word counts, as if the pair were new.
 */
function knownPair(
  { host, source }: ClientLogin,
  profile: Profile,
  ours: profiles.StoredProfile | undefined,
): KnownPair | undefined {
  const known = lookUp(host, profile, ours);
  if (known?.standing !== 'earlier' || source.expiryIsGuessed !== true) return known;
  const { credential } = profile;
  if (ours === undefined || known.credentialId !== ours.credentialId) return known;
  if (laterExpiry(credential, ours.credential, host.effects.now()) !== 'first') return known;
  const kept = generations.listKept(host.store.db, known.credentialId);
  const isFork = kept.some((each) => sameGeneration(each.credential, credential));
  return isFork ? undefined : known;
}

/** Why a pair that was never seen before counts as an older one of the login that we hold. */
const isOlder: ReadonlySet<string> = new Set(['expired_there', 'copy_is_newer']);

/**
 * Of its own login the program knows best. Two expiries in the past say the same: the gateway, which
 * guesses one of them, would write its own again and again.
 */
function isMisdescribed(theirs: Profile, ours: Profile, now: number): boolean {
  if (!sameJson(theirs.extra, ours.extra)) return true;
  const [a, b] = [theirs.credential, ours.credential];
  return expiryOf(a) !== expiryOf(b) && !(isExpired(a, now) && isExpired(b, now));
}

/**
 * Another profile of main already is this login: the gateway hides such a copy, and refreshing both
 * would end both. A copy that is there already is left to the gateway.
 */
function isHeld(
  { source }: ClientLogin,
  { id, provider, credential }: Profile,
  { own }: Stored,
  known: KnownPair | undefined,
): boolean {
  const secrets = secretsOf(credential);
  return (
    source.onlyOnce === true &&
    own.some(
      (other) =>
        other.id !== id &&
        sameProvider(other.provider, provider) &&
        (other.credentialId === known?.credentialId ||
          secretsOf(other.credential).some((each) => secrets.some((own) => own.equals(each)))),
    )
  );
}

/** The next pair of the login that we hold, or another login in its place. */
function succeed(
  { host, seenBefore }: ClientLogin,
  profile: Profile,
  ours: profiles.StoredProfile,
  known: KnownPair | undefined,
): Decision {
  if (known !== undefined && known.credentialId !== ours.credentialId) {
    return { kind: 'replace', ...joining(profile, known, host.effects.now()), fork: false };
  }
  const isNext =
    known?.standing === 'refreshed' ||
    isRotation(profile.id, loginOf(profile), loginOf(ours), host.effects.now());
  // without a history, and before its time, the copy that loses may have been the good one
  const fork = !seenBefore || !isExpired(ours.credential, host.effects.now());
  return { kind: isNext ? 'rotate' : 'replace', fork };
}
