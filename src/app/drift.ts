import { EpiloopError } from '../errors.ts';
import { isDamaged, parseMirror, renderMirror, sameMeaning } from '../mirror/format.ts';
import * as mirrors from '../store/mirrors.ts';
import type { Agent } from './agents.ts';
import type { Host } from './host.ts';
import { ourContent } from './ledger.ts';
import { bringOut } from './mirror.ts';
import { readAgentFile } from './mirror-read.ts';
import type { Problem, Repair } from './problem.ts';
import { WRITER_WAIT_MS } from './sync.ts';

/**
 * Files that do not say what is stored, although both pass for settled: a stamp is trusted
 * everywhere else, and only here are the contents compared.
 */
export function driftProblems(host: Host, agents: readonly Agent[]): Problem[] {
  return agents
    .filter((agent) => hasDrifted(host, agent))
    .map((agent) => {
      const { id: agentId, path } = agent;
      return {
        finding: {
          reason: 'mirror_drift',
          message: `${path} does not say what is stored for agent ${agentId}`,
          hint: 'run epiloop doctor --fix',
          agentId,
          path,
          exit: 0,
        },
        repair: rewriting(host, agent),
      };
    });
}

function hasDrifted(host: Host, agent: Agent): boolean {
  const row = mirrors.get(host.store.db, agent.key);
  if (row === undefined || row.revision !== row.exported) return false;
  const read = readIfPossible(host, agent);
  if (read === undefined || 'damaged' in read) return false;
  // somebody has written since: the next run takes that in
  if (row.stamp !== undefined && row.stamp !== read.stamp.id) return false;
  const wanted = parseMirror(renderMirror(read.file, ourContent(host, agent, row)));
  return !isDamaged(wanted) && !sameMeaning(wanted, read.file);
}

/** What cannot be read was told when it was to be taken in. */
function readIfPossible(host: Host, agent: Agent): ReturnType<typeof readAgentFile> {
  try {
    return readAgentFile(host, agent);
  } catch (error) {
    if (error instanceof EpiloopError) return undefined;
    throw error;
  }
}

function rewriting(host: Host, agent: Agent): Repair {
  const { id: agentId, path } = agent;
  return {
    message: `wrote ${path} of agent ${agentId} again`,
    path,
    agentId,
    async apply() {
      host.store.transaction(() => mirrors.bump(host.store.db, [agent.key]));
      const { failure } = await bringOut(host, agent, WRITER_WAIT_MS);
      if (failure !== undefined) throw failure;
    },
  };
}
