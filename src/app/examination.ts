import { execEnvironment } from '../domain/exec-environment.ts';
import type { Finding } from '../domain/finding.ts';
import { listingGaps } from '../domain/listing-gap.ts';
import { LEGACY_ID } from '../domain/profile-rename.ts';
import type { MirrorState } from '../domain/status-report.ts';
import { exitCodes } from '../errors.ts';
import { quickCheck } from '../store/check.ts';
import * as retention from '../store/retention.ts';
import { type Agent, allAgents, knownAgent } from './agents.ts';
import type { DoctorRequest } from './app.ts';
import { clockFindings } from './clock.ts';
import { driftProblems } from './drift.ts';
import type { Host } from './host.ts';
import { judgeAgents, type Terms, toldTogether } from './judging.ts';
import { orderProblems } from './order-gaps.ts';
import { placeNotes, placeProblems, withRepair } from './places.ts';
import { type Problem, problemsOf } from './problem.ts';
import { renameProblem } from './renaming.ts';
import { restingProfiles } from './resting.ts';
import { shadowing } from './shadowing.ts';
import { sharedLogins } from './shared-logins.ts';
import { importShellEnv } from './shell-env.ts';
import { readSituation, type Situation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';
import { isWanted } from './upgrade.ts';
import { viewOf } from './view.ts';

/** Secrets that were superseded or removed are kept whole for so long. */
const KEPT_MS = 30 * 86_400_000;

export interface Examination {
  readonly mirrors: readonly MirrorState[];
  readonly problems: readonly Problem[];
  /** nothing is left to do about these */
  readonly notes: readonly Finding[];
}

/**
 * Syncs, then looks at everything there is; beyond the sync nothing is changed.
 * @param waitMs for a file's lock; what is to be written there stays pending otherwise
 */
export async function examine(
  host: Host,
  request: DoctorRequest,
  waitMs: number,
): Promise<Examination> {
  const situation = await readSituation(host, { secrets: false, pretend: false });
  const agents =
    request.agent === undefined ? allAgents(situation) : [knownAgent(situation, request.agent)];
  const { mirrors } = await syncAgents(situation, agents, { waitMs, strict: [] });
  const listed = listings(situation, agents);
  const places = { agents, configFiles: situation.configFiles };
  const shadowed = shadowing(situation);
  const hostile = execEnvironment(definedIn(host.effects.env));
  const told = [
    ...integrity(host),
    ...clockFindings(host),
    ...(await judgeAll(situation, agents, { ...request, mirrors })),
    ...sharedLogins(situation, agents),
    ...shadowed.findings,
    ...hostile.findings,
  ];
  return {
    mirrors,
    problems: [
      ...problemsOf(told),
      ...listed.problems,
      ...driftProblems(host, agents),
      ...placeProblems(host, places),
      ...withRepair(
        host,
        host.findings.filter((finding) => !isWanted(finding)),
      ),
      ...kept(host),
    ],
    notes: [
      ...listed.notes,
      ...shadowed.notes,
      ...hostile.notes,
      ...nixNote(host),
      ...host.findings.filter(isWanted),
      ...placeNotes(host, places),
    ],
  };
}

async function judgeAll(
  situation: Situation,
  agents: readonly Agent[],
  { mirrors, warnWithinMs: warnWithin }: DoctorRequest & Pick<Terms, 'mirrors'>,
): Promise<Finding[]> {
  const { host, config, environment, main } = situation;
  const shell = await importShellEnv(host, config, environment);
  const judged = judgeAgents(situation, agents, shell, {
    now: host.effects.now(),
    warnWithin,
    usable: true,
    inUseOnly: false,
    mirrors,
  });
  const told = toldTogether(judged, main).filter((finding) => !renewsItself(finding));
  return [...told, ...restingProfiles(judged, main)];
}

/** A login that is renewed when it is next used is nothing left to do. */
function renewsItself({ reason, exit }: Finding): boolean {
  return exit === 0 && (reason === 'expiring' || reason === 'expired');
}

/** What orders and the config name, against what is stored. */
function listings(situation: Situation, asked: readonly Agent[]) {
  const { host, config, main } = situation;
  const agents = allAgents(situation);
  const views = new Map(agents.map((agent) => [agent.key, viewOf(host, agent, main)]));
  const renamed = renameProblem(situation, viewOf(host, main, main));
  const renamedIds = new Set(renamed.length > 0 ? [LEGACY_ID] : []);
  const gaps = listingGaps(config, [...views.values()], {
    path: host.paths.configPath,
    except: renamedIds,
  });
  const orders = orderProblems(situation, asked, { views, except: renamedIds });
  return { problems: [...renamed, ...orders, ...problemsOf(gaps.findings)], notes: gaps.notes };
}

function nixNote({ effects, paths }: Host): Finding[] {
  if (effects.env.EPILOOP_NIX_MODE !== '1') return [];
  const message = 'EPILOOP_NIX_MODE is set: the config is never written';
  return [{ reason: 'config_upgrade_pending', message, path: paths.configPath, exit: 0 }];
}

function definedIn(env: Host['effects']['env']): string[] {
  return Object.keys(env).filter((name) => env[name] !== undefined && env[name] !== '');
}

/** The database is read page by page only here; every other command trusts it until it stumbles. */
function integrity(host: Host): Finding[] {
  const problem = quickCheck(host.store.db);
  if (problem === undefined) return [];
  return [
    {
      reason: 'store_unreadable',
      message: `${host.paths.database} is damaged: ${problem}`,
      hint: 'copy it away before anything else; the auth-profiles.json files still hold the profiles',
      path: host.paths.database,
      exit: exitCodes.bad_data,
    },
  ];
}

function kept(host: Host): Problem[] {
  const { store, effects, paths } = host;
  const since = effects.now() - KEPT_MS;
  const count = retention.countKept(store.db, since);
  if (count === 0) return [];
  const secrets = count === 1 ? '1 earlier secret' : `${count} earlier secrets`;
  return [
    {
      finding: {
        reason: 'kept_expired',
        message: `${secrets} kept for more than 30 days`,
        hint: 'run epiloop doctor --fix',
        path: paths.database,
        exit: 0,
      },
      repair: {
        message: `forgot ${secrets} kept for more than 30 days`,
        path: paths.database,
        apply: async () => void retention.forget(store.db, since),
      },
    },
  ];
}
