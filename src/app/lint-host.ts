import { join } from 'node:path';
import { normalizeAgentId } from '../domain/agent-id.ts';
import { emptyHostConfig } from '../domain/host-config.ts';
import { isCliProfile } from '../domain/identity.ts';
import { EpiloopError } from '../errors.ts';
import { isDamaged, parseMirror } from '../mirror/format.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, allAgents, mainAgent } from './agents.ts';
import { loadConfig } from './config.ts';
import { type HostEnvironment, readEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import { legacyPlaces } from './legacy-file.ts';
import type { LintTarget } from './lint-file.ts';
import type { Situation } from './situation.ts';

/** A host whose files may all be wrong, as far as it can be made out. */
export interface LintHost {
  readonly host: Host;
  /** every file but the config */
  readonly targets: readonly LintTarget[];
  /** a variable's value wherever the gateway finds it, the config aside */
  readonly variable: (name: string) => string | undefined;
  /** does any agent have a profile of that id? */
  readonly isStored: (id: string) => boolean;
  /** agent file → the ids that its agent has in the store or inherits */
  readonly idsOf: ReadonlyMap<string, Ids>;
  readonly notices: readonly string[];
}

/** Profile ids; undefined: a file that may hold others cannot be read, so nothing is known missing. */
type Ids = ReadonlySet<string> | undefined;

const MAX_BYTES = 16 * 1024 * 1024;

/** @param asked only this agent's files, as typed; undefined: all agents' */
export async function readLintHost(host: Host, asked: string | undefined): Promise<LintHost> {
  const environment = environmentOf(host);
  const { situation, agents, all, notices } = await agentsOf(host, environment);
  const { main } = situation;
  const own = new Map(agents.map((agent) => [agent.key, idsIn(host, agent)]));
  const idsOf = agents.map(({ path, key }): [string, Ids] => {
    return [path, union([own.get(main.key), own.get(key)])];
  });
  const everywhere = all ? union([...own.values()]) : undefined;
  const wanted = agents.filter(({ id }) => asked === undefined || id === normalizeAgentId(asked));
  const files = wanted.flatMap((agent): LintTarget[] => [
    { path: agent.path, kind: 'profiles' },
    ...legacyPlaces(situation, agent),
    { path: join(agent.dir, 'models.json'), kind: 'models' },
  ]);
  return {
    host,
    targets: [{ path: host.paths.envFile, kind: 'env' }, ...files],
    variable: environment.raw,
    isStored: (id) => isIn(everywhere, id),
    idsOf: new Map(idsOf),
    notices,
  };
}

/** The profiles that the agent of this file has beside those that stand in it. */
export function isStoredFor({ idsOf, isStored }: LintHost, path: string): (id: string) => boolean {
  return (id) => (idsOf.has(path) ? isIn(idsOf.get(path), id) : isStored(id));
}

/** Other tools' logins come with the next sync, if they are not there yet. */
function isIn(ids: Ids, id: string): boolean {
  return ids === undefined || ids.has(id) || isCliProfile(id);
}

function union(parts: readonly Ids[]): Ids {
  const known = parts.filter((part) => part !== undefined);
  return known.length < parts.length ? undefined : new Set(known.flatMap((ids) => [...ids]));
}

/** A `.env` that cannot be read sets nothing here; that it cannot is told where it is looked into. */
function environmentOf(host: Host): HostEnvironment {
  const { effects, files, paths } = host;
  const cwdEnvFile = host.options.cwdEnv ? `${effects.cwd}/.env` : undefined;
  const sources = { env: effects.env, files, envFile: paths.envFile, cwdEnvFile };
  const none: Host['files'] = { ...files, read: () => undefined };
  return attempt(() => readEnvironment(sources)) ?? readEnvironment({ ...sources, files: none });
}

/** A variable that only the gateway's service has keeps nobody from finding the agents. */
function lenient(environment: HostEnvironment): HostEnvironment {
  return { ...environment, raw: (name) => environment.raw(name)?.trim() || 'unset' };
}

/** With a config that is refused, main and those that have a folder in the state directory. */
async function agentsOf(host: Host, environment: HostEnvironment) {
  const main = mainAgent(host.paths, host.files);
  const common = { host, environment, main, configFiles: [] };
  const bare: Situation = { ...common, config: emptyHostConfig };
  try {
    const { config } = await loadConfig(host, lenient(environment), { secrets: false });
    const situation: Situation = { ...common, config };
    return { situation, agents: allAgents(situation), all: true, notices: [] };
  } catch (failure) {
    if (!(failure instanceof EpiloopError)) throw failure;
    const agents = attempt(() => allAgents(bare)) ?? [main];
    const notices = ['the config is not valid as it stands, so its agents.list is not followed'];
    return { situation: bare, agents, all: false, notices };
  }
}

/** In the store and in the agent's file, which may have been written since. */
function idsIn(host: Host, agent: Agent): Ids {
  const stored = profiles.facts(host.store.db, agent.key).map(({ id }) => id);
  const read = attempt(() => ({
    content: host.files.read(agent.path, { maxBytes: MAX_BYTES, followLink: true }),
  }));
  if (read === undefined) return undefined;
  if (read.content === undefined) return new Set(stored);
  const mirror = parseMirror(read.content.text);
  return isDamaged(mirror) ? undefined : new Set([...stored, ...mirror.profiles.keys()]);
}

/** What cannot be read is told where the file itself is looked into. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (failure) {
    if (failure instanceof EpiloopError) return undefined;
    throw failure;
  }
}
