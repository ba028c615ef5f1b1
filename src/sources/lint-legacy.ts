import { error, type Note, noted, warning } from '../domain/lint.ts';
import { profileNotes } from '../domain/lint-profile.ts';
import { hiddenMembers, type LintNode, memberOf, membersOf, named } from '../domain/lint-tree.ts';
import type { LegacyKind } from './legacy.ts';

/** A file of the gateway's predecessors: entries that are not taken over, and why. */
export function lintLegacy(kind: LegacyKind, root: LintNode, now: number): Note[] {
  if (root.type !== 'object') {
    const message = 'expected an object of providers: nothing is taken from the file';
    return noted(root.at, error('wrong-type', message));
  }
  const profiles = memberOf(root, 'profiles');
  if (profiles !== undefined) {
    const message = 'with profiles in it this is no such file: nothing is taken from it';
    const hint = 'profiles stand in auth-profiles.json';
    return noted(profiles.at, warning('wrong-place', message, hint));
  }
  const type = kind === 'legacy-oauth' ? 'oauth' : undefined;
  return [
    ...hiddenMembers(root).flatMap(({ key, at }) =>
      noted(at, error('duplicate-key', `${named(key)} stands here again further down`)),
    ),
    ...membersOf(root).flatMap((entry) => profileNotes(entry, { now, type, provider: entry.key })),
  ];
}
