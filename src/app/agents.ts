import { join } from 'node:path';
import { defaultAgentId, normalizeAgentId } from '../domain/agent-id.ts';
import type { HostConfig } from '../domain/host-config.ts';
import type { Files } from '../ports.ts';
import { absolute, agentDirIn, type Paths } from './paths.ts';

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

export function mainAgent(paths: Paths, files: Files): Agent {
  return agentAt('main', paths.mainAgentDir, files, { listed: true, unknown: false });
}

/** The agent of `--agent`, whose directory ignores `EPILOOP_AGENT_DIR` as in the gateway. */
export function namedAgent(
  name: string,
  context: { paths: Paths; files: Files; config: HostConfig; cwd: string },
): Agent {
  const { paths, files, config } = context;
  const id = normalizeAgentId(name);
  const entry = config.agents.list.find((agent) => agent.id === id);
  const dir =
    entry?.agentDir === undefined
      ? agentDirIn(paths.stateDir, id)
      : absolute(entry.agentDir, { home: paths.home, cwd: context.cwd });
  const listed = entry !== undefined || id === 'main';
  const unknown = !listed && files.stamp(join(paths.stateDir, 'agents', id)) === undefined;
  return agentAt(id, dir, files, { listed, unknown });
}

export { defaultAgentId };

function agentAt(
  id: string,
  dir: string,
  files: Files,
  standing: { listed: boolean; unknown: boolean },
): Agent {
  const key = files.realPath(dir);
  return { id, dir, key, path: join(dir, 'auth-profiles.json'), ...standing };
}
