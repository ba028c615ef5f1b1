import type { Finding } from '../domain/finding.ts';
import type { DoctorOutcome, DoctorRequest } from './app.ts';
import { examine } from './examination.ts';
import type { Host } from './host.ts';
import { oncePerText } from './judging.ts';
import type { Problem } from './problem.ts';
import { repairAll } from './repairs.ts';
import { cannotWrite, WRITER_WAIT_MS } from './sync.ts';

/** Who only asks does not wait for another writer. */
const LOCK_WAIT_MS = 200;

/**
 * `doctor`: syncs, then tells everything that is left to do on this host. With `fix` what is safe is
 * repaired, and what is told is what is left after that; with `dryRun` it is only said.
 */
export async function doctor(host: Host, request: DoctorRequest): Promise<DoctorOutcome> {
  const { fix, dryRun } = request;
  if (fix && !dryRun && !host.writes) throw cannotWrite(host);
  const opened = host.findings.splice(0).filter((finding) => !isLookedAt(host, finding));
  host.findings.push(...opened);
  let found = await examine(host, request, fix && !dryRun ? WRITER_WAIT_MS : LOCK_WAIT_MS);
  const repairs = fix ? await repairAll(host, found.problems, { dryRun }) : [];
  if (repairs.some(({ done }) => done)) {
    host.findings.splice(0, Number.POSITIVE_INFINITY, ...opened);
    found = await examine(host, request, LOCK_WAIT_MS);
  }
  const findings = oncePerText(gravestFirst(found.problems));
  return {
    mirrors: found.mirrors,
    findings,
    repairs,
    notes: oncePerText(found.notes),
    notices: host.notices,
    home: host.paths.home,
    exitCode: findings.length === 0 ? 0 : 1,
  };
}

/** The database's own permissions are looked at with those of all other places. */
function isLookedAt({ paths }: Host, { reason, path }: Finding): boolean {
  return reason === 'permissions' && path === paths.database;
}

/** What keeps something from working, what could not be told, what is about to, and the rest. */
function gravestFirst(problems: readonly Problem[]): Finding[] {
  const rank = ({ exit }: Finding) => (exit === 1 ? 0 : exit >= 64 ? 1 : exit === 2 ? 2 : 3);
  return problems.map(({ finding }) => finding).toSorted((a, b) => rank(a) - rank(b));
}
