import type { ConfigMode } from '../domain/host-config.ts';

/** What `auth.profiles.<id>` is to say. Without an e-mail the one that stands there stays. */
export interface ProfileEntry {
  readonly provider: string;
  readonly mode: ConfigMode;
  readonly email?: string | undefined;
}

export interface SetProfile {
  readonly kind: 'set_profile';
  readonly id: string;
  readonly profile: ProfileEntry;
}

/** Out of `auth.profiles` and of every list of `auth.order`; an emptied list stays, it means "none". */
export interface RemoveProfile {
  readonly kind: 'remove_profile';
  readonly id: string;
}

/** Only where `auth.order` has a list for the provider, in any spelling. */
export interface MoveToFront {
  readonly kind: 'move_to_front';
  readonly provider: string;
  readonly id: string;
}

/**
 * The key in `auth.profiles` and the id in every list of `auth.order`, each where it stands; where
 * the new id is there already the old one only goes.
 */
export interface RenameProfile {
  readonly kind: 'rename_profile';
  readonly id: string;
  readonly to: string;
}

/** One wish of a command; how it is met depends on the files that the config consists of. */
export type Edit = SetProfile | RemoveProfile | MoveToFront | RenameProfile;

/** What a text of the config reads as, with its variables filled in. */
export type Reading = (raw: string) => string;

/** A text as the config has to say it, so that no `${NAME}` in it is taken for a variable. */
export function escaped(text: string): string {
  return text.replaceAll(/\$\{[A-Z_][A-Z0-9_]*\}/g, '$$$&');
}

/** What a person is to do where the edit is not ours to make. */
export function byHand(edit: Edit, file: string): string {
  const id = JSON.stringify(edit.id);
  if (edit.kind === 'remove_profile') {
    return `remove auth.profiles[${id}] in ${file} by hand, and take it out of auth.order`;
  }
  if (edit.kind === 'rename_profile') {
    const to = JSON.stringify(edit.to);
    return `rename auth.profiles[${id}] to ${to} in ${file} by hand, in auth.order too`;
  }
  if (edit.kind === 'move_to_front') {
    return `put ${id} first in auth.order[${JSON.stringify(edit.provider)}] in ${file} by hand`;
  }
  return `set auth.profiles[${id}] to ${JSON.stringify(edit.profile)} in ${file} by hand`;
}
