import { sameJson } from './json.ts';
import type { Profile } from './profile.ts';

/** What stands around a profile's secrets. */
export type Description = Pick<Profile, 'email' | 'extra'>;

/** What the entry was when the file was last read or written, and how that is told. */
export interface EntryBase {
  readonly base: string | undefined;
  readonly mark: (profile: Profile) => string;
}

/**
 * The file still has the pair that it had, but says something else around it: somebody edited that,
 * whatever the pair has become meanwhile. Undefined: it is not so.
 */
export function editedThere(
  theirs: Profile,
  { email, extra }: Profile,
  { base, mark }: EntryBase,
): Description | undefined {
  if (mark({ ...theirs, email, extra }) !== base) return undefined;
  return { email: theirs.email, extra: theirs.extra };
}

/**
 * What was added around secrets that were blanked, where we changed nothing. What is missing there
 * may have been blanked with them, and stays. Undefined: nothing was.
 */
export function addedThere(
  theirs: Profile,
  ours: Profile,
  { base, mark }: EntryBase,
): Description | undefined {
  if (mark(ours) !== base) return undefined;
  const extra = { ...ours.extra, ...theirs.extra };
  const email = theirs.email ?? ours.email;
  return email === ours.email && sameJson(extra, ours.extra) ? undefined : { email, extra };
}
