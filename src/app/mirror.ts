import type { MirrorState } from '../domain/status-report.ts';
import { EpiloopError, type ErrorCode } from '../errors.ts';
import * as mirrors from '../store/mirrors.ts';
import type { Agent } from './agents.ts';
import type { Host } from './host.ts';
import { readAgentFile } from './mirror-read.ts';

/**
 * Takes in what the agent's file says, if it changed since we last read or wrote it; an unchanged
 * one costs one stat. Nothing is written to it here. Throws what reading it throws.
 */
export async function takeInMirror(host: Host, agent: Agent): Promise<void> {
  const { db } = host.store;
  host.files.checkPlace(agent.path, host.paths.stateDir);
  const stamp = host.files.stamp(agent.path);
  if (stamp === undefined) return;
  const row = mirrors.get(db, agent.key);
  if (row !== undefined && row.stamp === stamp.id) {
    host.findings.push(...row.findings);
    return;
  }
  const { importMirror } = await import('./mirror-import.ts');
  let read = readAgentFile(host, agent);
  for (let tries = 1; read !== undefined && !('damaged' in read); tries += 1) {
    if (importMirror(host, agent, read)) break;
    if (tries === TRIES) throw tooBusy(agent);
    read = readAgentFile(host, agent);
  }
  if (read === undefined) return;
  if ('damaged' in read) {
    host.findings.push({
      reason: 'mirror_damaged',
      message:
        `${agent.path} is damaged (${read.damaged}): what we had of it is kept, and its bytes ` +
        `are put into a copy beside it, .damaged-<ms>`,
      agentId: agent.id,
      path: agent.path,
      exit: 0,
    });
    host.store.transaction(() => mirrors.bump(db, [agent.key]));
    return;
  }
  host.findings.push(...(mirrors.get(db, agent.key)?.findings ?? []));
}

/** A file that is written more often than this while we read it is somebody's endless loop. */
const TRIES = 50;

function tooBusy({ path }: Agent): EpiloopError {
  return new EpiloopError('busy', `${path} changes faster than it can be read`, {
    path,
    hint: 'try again when the other writer has stopped',
  });
}

export interface BroughtOut {
  readonly mirror: MirrorState;
  /** why it could not be written; what belongs in it is stored */
  readonly failure?: EpiloopError;
}

/** How the file stands after this run; writes it where it should say something else. */
export async function bringOut(host: Host, agent: Agent, waitMs: number): Promise<BroughtOut> {
  const { id: agentId, path } = agent;
  const row = mirrors.get(host.store.db, agent.key);
  const stamp = host.files.stamp(path);
  const settled = row === undefined || (row.revision === row.exported && stamp !== undefined);
  if (settled) {
    return { mirror: { agentId, path, state: stamp === undefined ? 'absent' : 'current' } };
  }
  const { exportMirror } = await import('./mirror-export.ts');
  try {
    return { mirror: { agentId, path, state: await exportMirror(host, agent, waitMs) } };
  } catch (error) {
    if (!(error instanceof EpiloopError) || !unwritable.has(error.code)) throw error;
    const { code, message, hint } = error;
    const reason = 'mirror_pending';
    const told = `${message}: stored, not yet written there`;
    host.findings.push({ reason, message: told, hint, agentId, path, exit: 0 });
    const failure = new EpiloopError(code, `stored; ${message}`, { path, hint, cause: error });
    return { mirror: { agentId, path, state: 'pending' }, failure };
  }
}

/** A file that cannot be written is no reason not to answer: what belongs in it is stored. */
const unwritable: ReadonlySet<ErrorCode> = new Set(['cannot_create', 'refused', 'io', 'busy']);
