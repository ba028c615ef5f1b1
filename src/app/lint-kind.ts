import { basename } from 'node:path';
import { type LintNode, memberOf, membersOf } from '../domain/lint-tree.ts';

/** Which rules a file is held against. */
export type LintKind = 'config' | 'env' | 'profiles' | 'legacy-auth' | 'legacy-oauth' | 'models';

const names: ReadonlyMap<string, LintKind> = new Map([
  ['epiloop.json', 'config'],
  ['.env', 'env'],
  ['auth-profiles.json', 'profiles'],
  ['auth.json', 'legacy-auth'],
  ['oauth.json', 'legacy-oauth'],
  ['models.json', 'models'],
]);

/** The kind of a file by its name, where that says it. */
export function kindByName(path: string): LintKind | undefined {
  const name = basename(path);
  if (/^\.env(?:\.|$)|\.env$/.test(name)) return 'env';
  return names.get(name) ?? (name.endsWith('.json5') ? 'config' : undefined);
}

/** The kind by what stands in it; what cannot be parsed is taken for the config's. */
export function kindByShape(root: LintNode | undefined): LintKind {
  const profiles = membersOf(memberOf(root, 'profiles')?.value);
  if (profiles.some(({ value }) => memberOf(value, 'type') !== undefined)) return 'profiles';
  const tops = new Set(membersOf(root).map(({ key }) => key));
  if (['auth', 'agents', 'models', 'env', '$include'].some((key) => tops.has(key))) return 'config';
  if (tops.has('usageStats') || tops.has('lastGood') || tops.has('profiles')) return 'profiles';
  if (tops.has('providers')) return 'models';
  const entries = membersOf(root).map(({ value }) => value);
  if (entries.some((entry) => memberOf(entry, 'type') !== undefined)) return 'legacy-auth';
  return entries.some((entry) => memberOf(entry, 'access')) ? 'legacy-oauth' : 'config';
}
