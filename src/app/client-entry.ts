import { resolve } from 'node:path';
import { EpiloopError } from '../errors.ts';
import { clients } from '../sources/clients.ts';
import { believed } from '../sources/fields.ts';
import type { Source } from '../sources/source.ts';
import * as profiles from '../store/profiles.ts';
import * as sources from '../store/sources.ts';
import * as tombstones from '../store/tombstones.ts';
import { mainAgent } from './agents.ts';
import type { ConfigChange } from './changes.ts';
import type { Host } from './host.ts';
import { listProfile } from './listing.ts';
import type { Carried } from './onboard.ts';
import type { OnboardItem } from './onboarding.ts';
import { changeAgent } from './writing.ts';

type ClientItem = Extract<OnboardItem, { kind: 'client' }>;

/**
 * Another program's login as main's profile, by the ordinary sync, and listed in the config. One
 * that was removed here is taken again: now a person asks for it.
 */
export async function takeOverClient(host: Host, item: ClientItem): Promise<Carried> {
  const { choice, provider, profileId } = item;
  const source = clients.find(({ profile }) => profile.id === profileId);
  if (source === undefined) throw new TypeError(`no client keeps ${profileId}`);
  const file = requireLogin(host, source);
  const before = factsOf(host, profileId);
  exhume(host, source, file);
  let config: readonly ConfigChange[] = [];
  const { agent, value: facts } = await changeAgent(
    host,
    { otherwise: 'main' },
    () => factsOf(host, profileId) ?? heldElsewhere(source),
    async () => {
      const { type } = factsOf(host, profileId) ?? { type: 'oauth' };
      config = await listProfile(host, { id: profileId, provider, type });
    },
  );
  const { fingerprint } = facts;
  const kept = before?.fingerprint === fingerprint;
  const action = before === undefined ? 'stored' : kept ? 'kept' : 'replaced';
  const { path, id: agentId } = agent;
  return { result: { choice, provider, profileId, path, agentId, fingerprint, action }, config };
}

/** Its file. Throws `not_found` where that program has no login, `bad_data` for a broken file. */
function requireLogin(
  { effects, files }: Host,
  { label, maxBytes, renew, ...source }: Source,
): string {
  const { cwd, env, home } = effects;
  const named = source.path(env, home);
  if (named === undefined) {
    const hint = 'set HOME to where it keeps its login';
    throw new EpiloopError('no_home', `no home directory to look for ${label} in`, { hint });
  }
  const path = resolve(cwd, named);
  const text = files.read(path, { maxBytes, followLink: true })?.text;
  const login = text === undefined ? undefined : believed(source.parse(text), effects.now());
  if (login?.kind === 'login') return path;
  const hint = `run ${renew}, then try again`;
  if (login?.kind === 'broken') {
    throw new EpiloopError('bad_data', `${path}: ${login.problem}`, { path, hint });
  }
  const why = login === undefined ? 'there is no file' : 'there is none in';
  throw new EpiloopError('not_found', `no login of ${label} on this host: ${why} ${path}`, {
    path,
    hint,
  });
}

/** The file is read again too, though it stands there as it did when the profile was removed. */
function exhume({ files, paths, store }: Host, { kind, profile }: Source, path: string): void {
  const { key } = mainAgent(paths, files);
  if (!tombstones.list(store.db, key).has(profile.id)) return;
  store.transaction(() => {
    tombstones.remove(store.db, key, profile.id);
    const row = sources.get(store.db, kind, path);
    if (row !== undefined) sources.save(store.db, { ...row, stamp: undefined });
  });
}

function factsOf({ files, paths, store }: Host, id: string) {
  const { key } = mainAgent(paths, files);
  return profiles.facts(store.db, key).find((each) => each.id === id);
}

/** The sync did not take it: a profile under another id holds the same login, or a newer one. */
function heldElsewhere({ label, profile }: Source): never {
  throw new EpiloopError('no', `the login of ${label} was not taken as ${profile.id}`, {
    hint: 'epiloop models auth list shows the profile that holds it already',
  });
}
