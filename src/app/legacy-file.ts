import { join } from 'node:path';
import * as v from 'valibot';
import { isBlank } from '../domain/credential.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Profile } from '../domain/profile.ts';
import { visible } from '../domain/visible.ts';
import { EpiloopError } from '../errors.ts';
import { modelProfile } from '../mirror/format.ts';
import type { FileStamp } from '../ports.ts';
import { type LegacyKind, parseLegacy } from '../sources/legacy.ts';
import * as sources from '../store/sources.ts';
import type { Agent } from './agents.ts';
import type { Host } from './host.ts';
import { absolute } from './paths.ts';
import type { Situation } from './situation.ts';
import { trustedStamp } from './stamp.ts';

const MAX_BYTES = 1024 * 1024;

/** Where a file of the gateway's predecessors may be. */
export interface LegacyPlace {
  readonly kind: LegacyKind;
  /** absolute */
  readonly path: string;
}

/** The agent's `auth.json`; for main also the host's `oauth.json`. */
export function legacyPlaces({ host, main, environment }: Situation, agent: Agent): LegacyPlace[] {
  const own: LegacyPlace = { kind: 'legacy-auth', path: join(agent.dir, 'auth.json') };
  if (agent.key !== main.key) return [own];
  const { paths, effects } = host;
  const named = environment.raw('EPILOOP_OAUTH_DIR')?.trim();
  const folder = named
    ? absolute(named, { home: paths.home, cwd: effects.cwd })
    : join(paths.stateDir, 'credentials');
  return [own, { kind: 'legacy-oauth', path: join(folder, 'oauth.json') }];
}

/** What the store remembers of such a file. */
const remembered = v.object({
  /** of the versions that were taken over, each with the agent that took it */
  hashes: v.array(v.string()),
  agentDir: v.string(),
  /** entries that could not be taken, and why */
  ignored: v.array(v.string()),
  openTo: v.optional(v.picklist(['readable', 'writable'])),
});

export type Remembered = v.InferOutput<typeof remembered>;

export function recall(host: Host, { kind, path }: LegacyPlace) {
  const row = sources.get(host.store.db, kind, path);
  const parsed = v.safeParse(remembered, row?.extract);
  return { stamp: row?.stamp, extract: parsed.success ? parsed.output : undefined };
}

/** Undefined: it is gone. Throws `bad_data` where it is no such file, and what `Files` says. */
export function readLegacy(host: Host, { kind, path }: LegacyPlace) {
  const content = host.files.read(path, { maxBytes: MAX_BYTES, followLink: true });
  if (content === undefined) return undefined;
  const parsed = parseLegacy(kind, content.text);
  if (parsed.kind === 'entries') {
    return { ...content, ...modelEntries(parsed.entries, parsed.ignored) };
  }
  throw new EpiloopError('bad_data', `${path}: ${parsed.problem}`, {
    path,
    hint: 'mend it or move it away; nothing was taken from it',
  });
}

function modelEntries(
  entries: ReadonlyMap<string, JsonObject>,
  unreadable: ReadonlyMap<string, string>,
) {
  const found: Profile[] = [];
  const ignored = [...unreadable].map(([provider, why]) => `${visible(provider)}: ${why}`);
  for (const [provider, raw] of entries) {
    const model = modelProfile(`${provider}:default`, raw);
    if ('ignored' in model) ignored.push(`${visible(provider)}: ${model.ignored}`);
    else if (isBlank(model.profile.credential))
      ignored.push(`${visible(provider)}: no secret in it`);
    else found.push(model.profile);
  }
  return { found, ignored };
}

export function remember(
  host: Host,
  { kind, path }: LegacyPlace,
  stamp: FileStamp,
  extract: Remembered,
): void {
  const now = host.effects.now();
  sources.save(host.store.db, {
    kind,
    path,
    stamp: trustedStamp(stamp, now),
    extract: JSON.parse(JSON.stringify(extract)) as Json, // drops what is undefined
    readAt: now,
  });
}
