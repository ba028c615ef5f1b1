import { bringsSecret, isBlank, isRefreshable, sameGeneration } from './credential.ts';
import { asOlderCopy, type Decision, type KeepReason } from './decision.ts';
import { addedThere, editedThere } from './description.ts';
import { isRotation, laterExpiry, loginOf, STALE_REWRITE_MS, whyNotSucceed } from './generation.ts';
import { joining, joiningSibling, type KnownPair, type Sibling } from './joining.ts';
import { type Profile, sameProfile } from './profile.ts';
import { sameProvider } from './provider.ts';

export type { Decision, KeepReason };

/** A profile as our store holds it. */
export interface StoredProfile extends Profile {
  readonly credentialId: number;
  /** it has stood in a version of the file that somebody else wrote */
  readonly confirmed: boolean;
}

export interface ProfilesInput {
  readonly theirs: ReadonlyMap<string, Profile>;
  /** ids of entries in the file that we cannot model */
  readonly unmodelled: ReadonlySet<string>;
  readonly fileModifiedAt: number;
  readonly ours: ReadonlyMap<string, StoredProfile>;
  /** profile id → mark of the entry as the file last had it */
  readonly base: ReadonlyMap<string, string>;
  readonly mark: (profile: Profile) => string;
  /** looks a pair up among current and earlier generations */
  readonly known: (profile: Profile, ours: StoredProfile | undefined) => KnownPair | undefined;
  /** this secret, or a later one of its credential, was removed under this id before */
  readonly buried: (profile: Profile) => boolean;
  /** a stored login that this one is too, though its pair was never seen: by CLI id or identity */
  readonly sibling: (profile: Profile) => Sibling | undefined;
  /** a profile's `lastUsed` or `lastFailureAt` went backwards in the file */
  readonly usageWentBack: boolean;
  readonly now: number;
}

export interface ProfilesOutcome {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly olderCopy: boolean;
}

/** Compares the profiles of one file with ours. Pure. */
export function reconcileProfiles(input: ProfilesInput): ProfilesOutcome {
  const decisions = new Map<string, Decision>();
  for (const [id, theirs] of input.theirs) decisions.set(id, decidePresent(input, id, theirs));
  const olderCopy = input.usageWentBack || [...decisions.values()].some(tellsOlderCopy);
  for (const [id, decision] of decisions) {
    if (olderCopy) decisions.set(id, asOlderCopy(decision));
  }
  // an entry that is kept out is nothing that would be left
  const isLeft = [...decisions].some(([id, { kind }]) => input.ours.has(id) || kind === 'add');
  for (const [id, ours] of input.ours) {
    if (input.theirs.has(id)) continue;
    const why = whyKeepAbsent(input, ours, { olderCopy, isLeft });
    decisions.set(id, why === undefined ? { kind: 'remove' } : { kind: 'keep', why });
  }
  return { decisions, olderCopy };
}

function tellsOlderCopy(decision: Decision): boolean {
  return (
    decision.kind === 'keep' && (decision.why === 'stale_copy' || decision.why === 'stale_rewrite')
  );
}

function decidePresent(input: ProfilesInput, id: string, theirs: Profile): Decision {
  const ours = input.ours.get(id);
  if (ours === undefined) return decideNew(input, theirs);
  if (sameProfile(theirs, ours)) return { kind: 'same' };
  if (sameGeneration(theirs.credential, ours.credential)) return decideFields(input, theirs);
  return decideSecret(input, theirs, ours);
}

function decideNew(input: ProfilesInput, theirs: Profile): Decision {
  if (input.buried(theirs)) return { kind: 'keep', why: 'buried' };
  if (isUnchangedThere(input, theirs)) return { kind: 'keep', why: 'changed_here' };
  const known = input.known(theirs, undefined);
  if (known !== undefined) return { kind: 'add', ...joining(theirs, known, input.now) };
  return { kind: 'add', ...joiningSibling(theirs, input.sibling, input.now) };
}

function decideFields(input: ProfilesInput, theirs: Profile): Decision {
  const isOurs = isUnchangedThere(input, theirs);
  return isOurs ? { kind: 'keep', why: 'changed_here' } : { kind: 'describe' };
}

/** The file has not changed since the merge base: whatever differs, it is we who changed it. */
function isUnchangedThere(input: ProfilesInput, theirs: Profile): boolean {
  return input.mark(theirs) === input.base.get(theirs.id);
}

function decideSecret(input: ProfilesInput, theirs: Profile, ours: StoredProfile): Decision {
  if (isUnchangedThere(input, theirs)) return { kind: 'keep', why: 'changed_here' };
  const known = isBlank(theirs.credential) ? undefined : input.known(theirs, ours);
  const stale = known === undefined ? undefined : staleness(known, theirs, input.fileModifiedAt);
  const entry = { base: input.base.get(theirs.id), mark: input.mark };
  const edited = editedThere(theirs, ours, entry);
  if (stale !== undefined && edited !== undefined) {
    return { kind: 'keep', why: 'changed_here', describe: edited };
  }
  if (stale !== undefined) return { kind: 'keep', why: stale };
  if (known !== undefined && known.credentialId !== ours.credentialId) {
    return { kind: 'replace', ...joining(theirs, known, input.now), fork: false };
  }
  const why = whyNotSucceed(loginOf(theirs), loginOf(ours), input);
  if (why === undefined) return succeed(input, theirs, ours, known?.standing === 'refreshed');
  const added = why === 'blanked' ? addedThere(theirs, ours, entry) : undefined;
  const describe = edited ?? added;
  const brings = bringsSecret(theirs.credential, ours.credential);
  return { kind: 'keep', why, ...(brings && { fork: true }), ...(describe && { describe }) };
}

/** An earlier login is never taken back; an earlier key or token only once it cannot be a stale rewrite. */
function staleness(
  known: KnownPair,
  theirs: Profile,
  fileModifiedAt: number,
): KeepReason | undefined {
  if (known.standing !== 'earlier') return undefined;
  if (theirs.credential.type === 'oauth') return 'stale_copy';
  const age = fileModifiedAt - (known.supersededAt ?? fileModifiedAt);
  return age < STALE_REWRITE_MS ? 'stale_rewrite' : undefined;
}

/** An unknown pair that may take the place of ours; where ours changed too, the later expiry wins. */
function succeed(
  input: ProfilesInput,
  theirs: Profile,
  ours: StoredProfile,
  sameRefreshToken: boolean,
): Decision {
  const bothChanged = input.mark(ours) !== input.base.get(ours.id);
  const isLater = laterExpiry(theirs.credential, ours.credential, input.now) !== 'second';
  if (bothChanged && !isLater) {
    return { kind: 'keep', why: 'changed_here', fork: true };
  }
  const rotated =
    sameProvider(theirs.provider, ours.provider) &&
    (sameRefreshToken ||
      isRotation(theirs.id, loginOf(theirs), loginOf(ours), input.fileModifiedAt));
  // a login comes in where another one stood, or none that could be refreshed
  const comesIn = !rotated || !isRefreshable(ours.credential);
  const joined = comesIn ? joiningSibling(theirs, input.sibling, input.now) : undefined;
  if (joined !== undefined && joined.join !== ours.credentialId) {
    return { kind: 'replace', ...joined };
  }
  if (!rotated) return { kind: 'replace', fork: bothChanged };
  // of one login's pairs the one that expires later may be the newer after all
  const sooner = isLater ? {} : { sooner: true as const };
  return { kind: 'rotate', fork: bothChanged || !isLater, ...sooner };
}

function whyKeepAbsent(
  input: ProfilesInput,
  ours: StoredProfile,
  file: { readonly olderCopy: boolean; readonly isLeft: boolean },
): KeepReason | undefined {
  const base = input.base.get(ours.id);
  if (base === undefined) return 'new_here';
  if (!file.isLeft || input.unmodelled.has(ours.id)) return 'accident';
  if (file.olderCopy || !ours.confirmed) return 'older_copy';
  return input.mark(ours) === base ? undefined : 'changed_here';
}
