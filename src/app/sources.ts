import { resolve } from 'node:path';
import * as v from 'valibot';
import type { Finding } from '../domain/finding.ts';
import type { Json } from '../domain/json.ts';
import { EpiloopError } from '../errors.ts';
import type { FileStamp } from '../ports.ts';
import { clients } from '../sources/clients.ts';
import { believed } from '../sources/fields.ts';
import type { Source } from '../sources/source.ts';
import * as mirrors from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import * as sources from '../store/sources.ts';
import * as tombstones from '../store/tombstones.ts';
import type { Agent } from './agents.ts';
import { takeInLogin } from './client-login.ts';
import { attempt, remarkOpen } from './foreign-file.ts';
import type { Host } from './host.ts';
import type { Situation } from './situation.ts';
import { trustedStamp } from './stamp.ts';

/**
 * Takes other programs' logins into main's profiles, by the identity rules. An unchanged file
 * costs one stat. A file that cannot be read, or is broken, is a finding and never an absence; a
 * login whose file has vanished stays.
 */
export function syncSources({ host, main }: Situation): void {
  const { cwd, env, home } = host.effects;
  const homeless: Source[] = [];
  for (const source of clients) {
    const path = source.path(env, home);
    if (path === undefined) homeless.push(source);
    else syncSource({ host, main, source, path: resolve(cwd, path) });
  }
  if (homeless.length > 0) host.findings.push(skipped(homeless));
}

/**
 * Reads the file again of the program whose profile has just been brought back: it was kept out until
 * now, and may hold a newer pair. Inside a transaction.
 */
export function returnToSource({ host, main }: Situation, profileId: string): void {
  const { cwd, env, home } = host.effects;
  const source = clients.find(({ profile }) => profile.id === profileId);
  const path = source?.path(env, home);
  if (source === undefined || path === undefined) return;
  const isOld = (told: Finding) => told.reason === 'source_skipped' && told.profileId === profileId;
  const at = host.findings.findIndex(isOld);
  if (at >= 0) host.findings.splice(at, 1);
  syncSource({ host, main, source, path: resolve(cwd, path) });
}

function skipped(homeless: readonly Source[]) {
  const names = homeless.map(({ label }) => label).join(', ');
  return {
    reason: 'source_skipped',
    message: `without a home directory no login is looked for of ${names}`,
    exit: 0,
  } as const;
}

/** What the store remembers of such a file. */
const remembered = v.object({
  /** it has held a login that we read */
  seen: v.boolean(),
  /** the directory whose profiles took it in; EPILOOP_AGENT_DIR may name another one next time */
  agentDir: v.optional(v.string()),
  /** the stamp that that agent's own file had then, where it matters */
  mirror: v.optional(v.string()),
  openTo: v.optional(v.picklist(['readable', 'writable'])),
  /** the profile had been removed here */
  removed: v.optional(v.boolean()),
  /** it holds a login, which is kept out because of that */
  keptOut: v.optional(v.boolean()),
});

interface Found {
  readonly host: Host;
  readonly main: Agent;
  readonly source: Source;
  /** absolute */
  readonly path: string;
}

function syncSource(found: Found): void {
  const { host, main, source, path } = found;
  const { db } = host.store;
  const stamp = attempt(host, path, () => host.files.stamp(path));
  if (stamp === undefined) return;
  const row = sources.get(db, source.kind, path);
  const parsed = v.safeParse(remembered, row?.extract);
  const before = parsed.success ? parsed.output : { seen: false };
  const mirror = source.expiryIsGuessed ? mirrors.get(db, main.key)?.stamp : undefined;
  const place = { agentDir: main.key, mirror };
  const isSame = row?.stamp === stamp.id && isSamePlace(before, place);
  if (isSame && isRemoved(found) === (before.removed ?? false)) {
    if (before.keptOut === true) host.findings.push(keptOutOf(found));
    remarkOpen(host, path, before.openTo);
    return;
  }
  const read = attempt(host, path, () => readLogin(found));
  if (read === undefined) return;
  const { login, openTo } = read;
  remarkOpen(host, path, openTo);
  host.store.transaction(() => {
    // it has changed again, and another run may have taken the newer login in already
    if (attempt(host, path, () => host.files.stamp(path))?.id !== read.stamp.id) return;
    if (login.kind === 'login') takeInLogin({ ...found, login, seenBefore: before.seen });
    const seen = before.seen || login.kind === 'login';
    const removed = isRemoved(found);
    const keptOut = removed && login.kind === 'login';
    if (keptOut) host.findings.push(keptOutOf(found));
    save(found, read.stamp, { seen, ...place, openTo, removed, keptOut });
  });
}

/** It was taken away here to stay away, and nothing has come back under its id since. */
function isRemoved({ host, main, source }: Found): boolean {
  const { db } = host.store;
  const { id } = source.profile;
  if (tombstones.list(db, main.key).get(id)?.keepsOut !== true) return false;
  return profiles.get(db, main.key, id) === undefined;
}

function keptOutOf({ source, path }: Found) {
  const { id: profileId, provider } = source.profile;
  const message = `${path} still has the login of ${profileId}, which was removed here`;
  const hint =
    source.choice === undefined
      ? 'epiloop undo takes the removal back, epiloop models history numbers it'
      : `epiloop onboard --auth-choice ${source.choice} takes it again`;
  return { reason: 'source_skipped', message, hint, profileId, provider, path, exit: 0 } as const;
}

interface Place {
  readonly agentDir?: string | undefined;
  readonly mirror?: string | undefined;
}

function isSamePlace(before: Place, now: Place): boolean {
  return before.agentDir === now.agentDir && before.mirror === now.mirror;
}

function readLogin({ host, source, path }: Found) {
  const { maxBytes, renew } = source;
  const content = host.files.read(path, { maxBytes, followLink: true });
  if (content === undefined) return undefined;
  const login = believed(source.parse(content.text), host.effects.now());
  if (login.kind === 'broken') {
    throw new EpiloopError('bad_data', `${path}: ${login.problem}`, { path, hint: `run ${renew}` });
  }
  return { login, openTo: content.openTo, stamp: content.stamp };
}

function save(
  { host, source, path }: Found,
  stamp: FileStamp,
  extract: v.InferInput<typeof remembered>,
): void {
  const now = host.effects.now();
  sources.save(host.store.db, {
    kind: source.kind,
    path,
    stamp: trustedStamp(stamp, now),
    extract: JSON.parse(JSON.stringify(extract)) as Json, // drops what is undefined
    readAt: now,
  });
}
