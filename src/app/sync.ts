import { EpiloopError } from '../errors.ts';
import { allAgents, knownAgent } from './agents.ts';
import type { SyncOutcome, SyncRequest } from './app.ts';
import { forgetOld } from './former.ts';
import type { Host } from './host.ts';
import { readSituation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';

/** Commands that write wait this long for a file's lock, a little less than the gateway does. */
export const WRITER_WAIT_MS = 45_000;

/** `models sync`: every agent's file, or one's, and everything that shares a login with it. */
export async function sync(host: Host, request: SyncRequest): Promise<SyncOutcome> {
  if (host.options.sync && !host.writes) throw cannotWrite(host);
  const situation = await readSituation(host, { secrets: false, pretend: false });
  const agents =
    request.agent === undefined ? allAgents(situation) : [knownAgent(situation, request.agent)];
  const { mirrors, failures } = await syncAgents(situation, agents, {
    waitMs: WRITER_WAIT_MS,
    strict: [],
  });
  if (host.writes) host.store.transaction(() => forgetOld(host));
  return {
    mirrors,
    findings: host.findings,
    notices: host.notices,
    failures: failures.map(({ message, hint }) => ({ message, hint })),
    exitCode: Math.max(0, ...failures.map(({ exitCode }) => exitCode)),
    home: host.paths.home,
  };
}

/** Why nothing may be stored or mirrored. */
export function cannotWrite(host: Host): EpiloopError {
  const why = host.options.sync ? 'the state cannot be written' : '--no-sync forbids writing';
  return new EpiloopError('refused', `nothing was changed: ${why}`, {
    path: host.paths.stateDir,
    hint: host.options.sync
      ? 'run it where the state directory is writable'
      : 'leave --no-sync out',
  });
}
