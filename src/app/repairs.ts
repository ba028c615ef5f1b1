import { EpiloopError } from '../errors.ts';
import type { DoctorRepair } from './app.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import type { Problem, Repair } from './problem.ts';

/**
 * Carries out what is safe to repair, each with a history row; with `dryRun` only says what that
 * would be. A repair that cannot be done leaves its finding, and says why.
 */
export async function repairAll(
  host: Host,
  problems: readonly Problem[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<DoctorRepair[]> {
  const done = new Map<string, DoctorRepair>();
  for (const { finding, repair } of problems) {
    if (repair === undefined || done.has(repair.message)) continue;
    const { message, path, agentId } = repair;
    if (!dryRun && !(await carriedOut(host, finding.reason, repair))) continue;
    done.set(message, { reason: finding.reason, message, path, agentId, done: !dryRun });
  }
  return [...done.values()];
}

async function carriedOut(host: Host, reason: string, repair: Repair): Promise<boolean> {
  const { message: what, path } = repair;
  try {
    await repair.apply();
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    host.notices.push(`not repaired: ${what}: ${error.message}`);
    return false;
  }
  if (repair.recorded) return true;
  host.store.transaction(() =>
    record(host, { event: 'repaired', subject: reason, path, after: { what } }),
  );
  return true;
}
