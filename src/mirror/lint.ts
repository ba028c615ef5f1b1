import { error, type Note, noted, warning } from '../domain/lint.ts';
import { didYouMean, guessKey } from '../domain/lint-names.ts';
import { profileNotes } from '../domain/lint-profile.ts';
import {
  hiddenMembers,
  type LintMember,
  type LintNode,
  memberOf,
  membersOf,
  named,
  textIn,
} from '../domain/lint-tree.ts';
import { sameProvider } from '../domain/provider.ts';
import { listNotes } from './lint-order.ts';
import { usageNotes } from './lint-usage.ts';

const topKeys = ['version', 'profiles', 'order', 'lastGood', 'usageStats'];

export interface MirrorRules {
  /** ms since the epoch */
  readonly now: number;
  /** does a profile of that id exist for this agent, its own or inherited? */
  readonly isStored: (id: string) => boolean;
}

/** Everything in an `auth-profiles.json` that the gateway 2026.1.24 drops or reads otherwise. */
export function lintMirror(root: LintNode, rules: MirrorRules): Note[] {
  if (root.type !== 'object') {
    const message = 'expected an object: the gateway treats the file as absent';
    return noted(root.at, error('wrong-type', message));
  }
  const profiles = memberOf(root, 'profiles')?.value;
  if (profiles?.type !== 'object') return noProfiles(root, rules);
  const own = new Map(profiles.members.map(({ key, value }) => [key, value]));
  const isStored = (id: string) => own.has(id) || rules.isStored(id);
  const providerOf = (id: string) => textIn(memberOf(own.get(id), 'provider')?.value);
  return [
    ...topNotes(root),
    ...duplicates(root),
    ...membersOf(profiles).flatMap((entry) => [...profileNotes(entry, rules), ...idNotes(entry)]),
    ...listNotes(root, { isStored, providerOf }),
    ...usageNotes(memberOf(root, 'usageStats')?.value),
  ];
}

/** The flat map of old is read as well, one entry for each provider. */
function noProfiles(root: LintNode, { now }: MirrorRules): Note[] {
  const profiles = memberOf(root, 'profiles');
  const entries = membersOf(root).filter(({ value }) => memberOf(value, 'type') !== undefined);
  if (profiles === undefined && entries.length > 0) {
    return entries.flatMap((entry) => profileNotes(entry, { now, provider: entry.key }));
  }
  const message = 'profiles: expected an object: the gateway treats the file as absent';
  if (profiles !== undefined) return noted(profiles.value.at, error('wrong-type', message));
  const near = membersOf(root).find(({ key }) => guessKey(key, ['profiles']) !== undefined);
  const missing = 'there is no profiles: the gateway treats the file as absent';
  const hint = didYouMean(near && 'profiles');
  return noted(near?.at ?? root.at, error('missing-key', missing, hint));
}

function topNotes(root: LintNode): Note[] {
  const version = memberOf(root, 'version')?.value;
  const isOne = version === undefined || (version.type === 'number' && version.value === 1);
  const unknown = membersOf(root).filter(({ key }) => !topKeys.includes(key));
  return [
    ...(isOne ? [] : noted(version.at, warning('version', 'version is not 1; it is read as 1'))),
    ...unknown.flatMap(({ key, at }) => {
      const message = `${named(key)}: no such key is known; the gateway drops it when it next saves`;
      return noted(at, warning('unknown-key', message, didYouMean(guessKey(key, topKeys))));
    }),
  ];
}

/** JSON takes the last of equal keys and says nothing. */
function duplicates(root: LintNode): Note[] {
  const nested = membersOf(root).flatMap(({ value }) => [
    ...hiddenMembers(value),
    ...membersOf(value).flatMap((each) => hiddenMembers(each.value)),
  ]);
  return [...hiddenMembers(root), ...nested].flatMap(({ key, at }) => {
    const message = `${named(key)} stands here again further down, where it counts`;
    return noted(at, error('duplicate-key', message, 'take one of them out'));
  });
}

function idNotes({ key, at, value }: LintMember): Note[] {
  const colon = key.indexOf(':');
  if (colon <= 0 || colon === key.length - 1) {
    const message = `${named(key)}: profile ids are written provider:name`;
    return noted(at, warning('profile-id', message));
  }
  const provider = textIn(memberOf(value, 'provider')?.value);
  if (provider === undefined || provider.trim() === '') return [];
  if (sameProvider(provider, key.slice(0, colon))) return [];
  const message = `${named(key)} is a profile of ${named(provider)}: the gateway goes by that`;
  return noted(at, warning('provider-mismatch', message));
}
