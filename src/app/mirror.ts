import type { MirrorState } from '../domain/status-report.ts';
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
  const stamp = host.files.stamp(agent.path);
  if (stamp === undefined) return;
  const row = mirrors.get(db, agent.key);
  if (row !== undefined && row.stamp === stamp.id) {
    host.findings.push(...row.findings);
    return;
  }
  const read = readAgentFile(host, agent);
  if (read === undefined) return;
  if ('damaged' in read) {
    host.findings.push({
      reason: 'mirror_damaged',
      message: `${agent.path} is damaged (${read.damaged}); what stood in it is written again`,
      agentId: agent.id,
      path: agent.path,
      exit: 0,
    });
    host.store.transaction(() => mirrors.bump(db, [agent.key]));
    return;
  }
  const { importMirror } = await import('./mirror-import.ts');
  importMirror(host, agent, read);
  host.findings.push(...(mirrors.get(db, agent.key)?.findings ?? []));
}

/** How the file stands after this run; writes it where it should say something else. */
export async function bringOut(host: Host, agent: Agent, waitMs: number): Promise<MirrorState> {
  const { id: agentId, path } = agent;
  const row = mirrors.get(host.store.db, agent.key);
  const stamp = host.files.stamp(path);
  const settled = row === undefined || (row.revision === row.exported && stamp !== undefined);
  if (settled) return { agentId, path, state: stamp === undefined ? 'absent' : 'current' };
  const { exportMirror } = await import('./mirror-export.ts');
  return { agentId, path, state: await exportMirror(host, agent, waitMs) };
}
