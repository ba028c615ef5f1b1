import type { Finding } from '../domain/finding.ts';
import type { EpiloopError } from '../errors.ts';
import { type Agent, agentByKey, defaultAgent, knownAgent } from './agents.ts';
import { forgetOld } from './former.ts';
import type { Host } from './host.ts';
import { bringOut } from './mirror.ts';
import { readSituation, type Situation } from './situation.ts';
import { cannotWrite, WRITER_WAIT_MS } from './sync.ts';
import { syncAgents } from './sync-agents.ts';

/** For what was due before the change, and can stay due if it must. */
const LOCK_WAIT_MS = 200;

/**
 * Which agent a command means that writes; without a name, main's directory or the default agent's.
 * Or the one of a directory that the store knows.
 */
export type WriteTarget =
  | { readonly agent?: string | undefined; readonly otherwise: 'main' | 'default' }
  | { readonly key: string };

/**
 * One change by a person: what the files say is taken in first, other programs' too, so that the
 * change is made on what a question would show; `change` runs in a transaction; then the file is
 * written. What was committed is true even where the file cannot be written yet: that is `busy`,
 * and says so.
 */
export async function changeAgent<T>(
  host: Host,
  target: WriteTarget,
  change: (situation: Situation, agent: Agent) => T,
  /** what belongs to the change and must not wait for the file's lock */
  beside: () => Promise<void> = async () => undefined,
  /** other agents whose files the change concerns */
  touched: (value: T) => readonly Agent[] = () => [],
): Promise<{ readonly agent: Agent; readonly value: T }> {
  if (!host.writes) throw cannotWrite(host);
  const situation = await readSituation(host, { secrets: false, pretend: false });
  const agent = findTarget(situation, target);
  await syncAgents(situation, [agent], { waitMs: LOCK_WAIT_MS, strict: [agent] });
  const value = host.store.transaction(() => {
    forgetOld(host);
    return change(situation, agent);
  });
  await beside();
  const concerned = new Map([agent, ...touched(value)].map((each) => [each.key, each]));
  const failures: (EpiloopError | undefined)[] = [];
  for (const each of concerned.values()) failures.push(await write(host, each));
  const failure = failures.find((each) => each !== undefined);
  if (failure !== undefined) throw failure;
  return { agent, value };
}

async function write(host: Host, agent: Agent): Promise<EpiloopError | undefined> {
  // whoever changes an agent wants it, though its directory may not be there yet
  const { failure } = await bringOut(host, { ...agent, listed: true }, WRITER_WAIT_MS);
  if (failure === undefined) forgetDue(host, agent);
  return failure;
}

/** What was due before the change has been written with it. */
function forgetDue({ findings }: Host, agent: Agent): void {
  const isDue = ({ reason, path }: Finding) => reason === 'mirror_pending' && path === agent.path;
  const at = findings.findIndex(isDue);
  if (at >= 0) findings.splice(at, 1);
}

export function findTarget(situation: Situation, target: WriteTarget): Agent {
  if ('key' in target) return agentByKey(situation, target.key);
  const { agent: name, otherwise } = target;
  if (name === undefined) return otherwise === 'main' ? situation.main : defaultAgent(situation);
  return knownAgent(situation, name);
}
