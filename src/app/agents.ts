import { dirname, join } from 'node:path';
import { defaultAgentId, normalizeAgentId } from '../domain/agent-id.ts';
import type { AgentEntry } from '../domain/host-config.ts';
import { holdsSecret, pastedSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';
import type { MirrorFiles } from '../ports.ts';
import * as mirrors from '../store/mirrors.ts';
import { absolute, agentDirIn, type Paths } from './paths.ts';
import type { Situation } from './situation.ts';

/** One agent and its directory; `key` is what the store knows it by. */
export interface Agent {
  readonly id: string;
  /** absolute, as configured */
  readonly dir: string;
  /** the directory with every link resolved */
  readonly key: string;
  /** its `auth-profiles.json` */
  readonly path: string;
  /** in `agents.list`, or main: its file is written again when it vanished */
  readonly listed: boolean;
  /** neither in `agents.list` nor on the disk: it would only inherit */
  readonly unknown: boolean;
}

export function mainAgent(paths: Paths, files: MirrorFiles): Agent {
  return agentAt('main', paths.mainAgentDir, files, { listed: true, unknown: false });
}

/** The agent of `--agent`, whose directory ignores `EPILOOP_AGENT_DIR` as in the gateway. */
export function namedAgent({ host, config }: Situation, name: string): Agent {
  const { paths, files } = host;
  const id = normalizeAgentId(name);
  const entry = config.agents.list.find((agent) => agent.id === id);
  const listed = entry !== undefined || id === 'main';
  const unknown = !listed && !isThere(files, join(paths.stateDir, 'agents', id));
  if (unknown && holdsSecret(name)) throw pastedSecret('--agent');
  return agentAt(id, directoryOf(host, id, entry), files, { listed, unknown });
}

/** The agent that a question is about: an unknown one is answered with what it would inherit. */
export function askedAgent(situation: Situation, name: string): Agent {
  const agent = namedAgent(situation, name);
  if (agent.unknown) situation.host.notices.push(inheritsOnly(agent));
  return agent;
}

export function inheritsOnly({ id }: Agent): string {
  return `no agent ${id} in agents.list or on the disk: this is what it inherits`;
}

/** The agent that a command which writes is about. Throws `not_found` for an unknown one. */
export function knownAgent(situation: Situation, name: string): Agent {
  const agent = namedAgent(situation, name);
  if (!agent.unknown) return agent;
  throw new EpiloopError('not_found', `no agent ${agent.id} in agents.list or on the disk`, {
    path: agent.dir,
    hint: 'epiloop models auth list names the agents',
  });
}

/** The agent that commands about use and order mean without `--agent`. */
export function defaultAgent(situation: Situation): Agent {
  return namedAgent(situation, defaultAgentId(situation.config.agents.list));
}

/**
 * Every agent of this host, main first: those of `agents.list`, then those that have a folder in
 * the state directory. One directory is one agent; two entries of the list with one directory are
 * an error of the config, as for the gateway.
 */
export function allAgents(situation: Situation): Agent[] {
  const { host, config, main } = situation;
  const found = new Map([[main.key, main]]);
  const listed = new Map<string, string>();
  for (const { id } of config.agents.list) {
    const agent = namedAgent(situation, id);
    const other = listed.get(agent.key) ?? id;
    if (other !== id) throw sharedDirectory(host.paths, agent.dir, [other, id]);
    listed.set(agent.key, id);
    if (!found.has(agent.key)) found.set(agent.key, agent);
  }
  for (const name of host.files.list(join(host.paths.stateDir, 'agents')).toSorted()) {
    if (normalizeAgentId(name) !== name) continue;
    const agent = namedAgent(situation, name);
    if (!found.has(agent.key) && isThere(host.files, agent.dir)) found.set(agent.key, agent);
  }
  return [...found.values()];
}

/**
 * Throws `config_invalid` where the list names one directory for two agents: the gateway does not
 * start with such a config. Costs no look at the disk.
 */
export function refuseSharedDirectories({ host, config }: Pick<Situation, 'host' | 'config'>) {
  const { list } = config.agents;
  if (list.every(({ agentDir }) => agentDir === undefined)) return;
  const entries = new Map(list.toReversed().map((entry) => [entry.id, entry]));
  const owners = new Map<string, string>();
  for (const id of new Set(list.map((entry) => entry.id))) {
    const dir = directoryOf(host, id, entries.get(id), '~');
    const owner = owners.get(dir);
    if (owner !== undefined) throw sharedDirectory(host.paths, dir, [owner, id]);
    owners.set(dir, id);
  }
}

/** An agent that the store knows by its directory: as the config names it, else by its folder. */
export function agentByKey(situation: Situation, key: string): Agent {
  const listed = [
    situation.main,
    ...situation.config.agents.list.map(({ id }) => namedAgent(situation, id)),
  ];
  const known = listed.find((agent) => agent.key === key);
  if (known !== undefined) return known;
  const path = mirrors.get(situation.host.store.db, key)?.path ?? join(key, 'auth-profiles.json');
  const dir = dirname(path);
  const id = normalizeAgentId(dir.split('/').at(-2));
  return { id, dir, key, path, listed: false, unknown: false };
}

/** @param homeless stands for a home that is missing; without it `~` needs one */
function directoryOf(
  { paths, effects }: Situation['host'],
  id: string,
  entry: AgentEntry | undefined,
  homeless?: string,
): string {
  if (entry?.agentDir === undefined) return agentDirIn(paths.stateDir, id);
  return absolute(entry.agentDir, { home: paths.home ?? homeless, cwd: effects.cwd });
}

/** What cannot be looked at is there all the same: reading the agent's file tells what is wrong. */
function isThere(files: MirrorFiles, path: string): boolean {
  try {
    return files.stamp(path) !== undefined;
  } catch (error) {
    if (error instanceof EpiloopError) return true;
    throw error;
  }
}

function sharedDirectory(paths: Paths, dir: string, ids: readonly string[]): EpiloopError {
  return new EpiloopError(
    'config_invalid',
    `${paths.configPath}: agents ${ids.join(' and ')} have one directory, ${dir}`,
    { path: paths.configPath, hint: 'give each of them an agentDir of its own' },
  );
}

function agentAt(
  id: string,
  dir: string,
  files: MirrorFiles,
  standing: { listed: boolean; unknown: boolean },
): Agent {
  return { id, dir, key: keyOf(dir, files), path: join(dir, 'auth-profiles.json'), ...standing };
}

/** A directory that cannot be reached keeps its name: reading the agent's file tells what is wrong. */
function keyOf(dir: string, files: MirrorFiles): string {
  try {
    return files.realPath(dir);
  } catch (error) {
    if (error instanceof EpiloopError) return dir;
    throw error;
  }
}
