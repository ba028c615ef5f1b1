import { warning } from '../domain/lint.ts';
import { itemsOf, memberOf, membersOf, named, textIn } from '../domain/lint-tree.ts';
import { normalizeProvider, sameProvider } from '../domain/provider.ts';
import type { LintFiles, Visit } from './lint-files.ts';

/** What `auth` says that cannot be meant, beyond keys and types. */
export function lintAuth(files: LintFiles, isStored: (id: string) => boolean): void {
  const entries = (name: string) =>
    files.visits.filter(({ keys }) => keys.length === 3 && keys[0] === 'auth' && keys[1] === name);
  const profiles = entries('profiles');
  for (const profile of profiles) noteProfile(files, profile);
  const providers = new Map(profiles.map(({ keys, value }) => [keys[2] ?? '', providerIn(value)]));
  const orders = entries('order');
  noteSpellings(files, orders);
  noteSpellings(files, entriesByProvider(files));
  for (const order of orders) noteOrder(files, order, providers, isStored);
}

function entriesByProvider({ visits }: LintFiles): Visit[] {
  return visits.filter(
    ({ keys }) =>
      keys.length === 4 && keys[0] === 'auth' && keys[2] === 'billingBackoffHoursByProvider',
  );
}

function providerIn(value: Visit['value']): string | undefined {
  const text = textIn(memberOf(value, 'provider')?.value);
  return text?.includes('${') ? undefined : text;
}

function noteProfile(files: LintFiles, { file, keys, at, value }: Visit): void {
  const id = keys[2] ?? '';
  const colon = id.indexOf(':');
  if (colon <= 0 || colon === id.length - 1) {
    const message = `${named(id)}: profile ids are written provider:name`;
    files.note(file, at, warning('profile-id', message));
    return;
  }
  const provider = providerIn(value);
  if (provider === undefined || sameProvider(provider, id.slice(0, colon))) return;
  const message = `${named(id)} is listed for ${named(provider)}, its id says otherwise`;
  const member = memberOf(value, 'provider');
  files.note(file, member?.value.at ?? at, warning('provider-mismatch', message));
}

/** The gateway goes by the first spelling of a provider that it meets. */
function noteSpellings(files: LintFiles, entries: readonly Visit[]): void {
  const first = new Map<string, string>();
  for (const { file, keys, at } of entries) {
    const typed = keys.at(-1) ?? '';
    const id = normalizeProvider(typed);
    const earlier = first.get(id) ?? typed;
    first.set(id, earlier);
    if (earlier === typed) continue;
    const message = `${named(typed)} and ${named(earlier)} are one provider; the first one counts`;
    files.note(file, at, warning('provider-spelling', message));
  }
}

function noteOrder(
  files: LintFiles,
  { file, keys, value }: Visit,
  providers: ReadonlyMap<string, string | undefined>,
  isStored: (id: string) => boolean,
): void {
  const seen = new Set<string>();
  for (const item of itemsOf(value)) {
    const id = textIn(item);
    if (id === undefined || id.includes('${')) continue;
    const provider = providers.get(id);
    if (seen.has(id)) {
      files.note(
        file,
        item.at,
        warning('duplicate-item', `${named(id)} stands in this list twice`),
      );
    } else if (!providers.has(id) && !isStored(id)) {
      const message = `${named(id)} is neither in auth.profiles nor stored`;
      const hint = 'epiloop models auth list names the profiles';
      files.note(file, item.at, warning('unknown-profile', message, hint));
    } else if (provider !== undefined && !sameProvider(provider, keys[2] ?? '')) {
      const message = `${named(id)} is a profile of ${named(provider)} and is skipped in this list`;
      files.note(file, item.at, warning('provider-mismatch', message));
    }
    seen.add(id);
  }
}

/** The providers that the config itself knows by name. */
export function configuredProviders({ visits }: LintFiles): Set<string> {
  const found = new Set<string>();
  for (const { keys, value } of visits) {
    if (keys.length === 2 && keys[0] === 'models' && keys[1] === 'providers') {
      for (const { key } of membersOf(value)) found.add(key);
    }
  }
  return found;
}
