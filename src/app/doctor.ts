import { dirname } from 'node:path';
import type { Finding } from '../domain/finding.ts';
import { findLookalikes } from '../domain/same-login.ts';
import { exitCodes, quoted } from '../errors.ts';
import { quickCheck } from '../store/check.ts';
import * as logins from '../store/logins.ts';
import { type Agent, allAgents, knownAgent } from './agents.ts';
import type { DoctorOutcome, DoctorRequest } from './app.ts';
import { clockFindings } from './clock.ts';
import type { Host } from './host.ts';
import { judgeAgents, oncePerText, type Terms, toldTogether } from './judging.ts';
import { importShellEnv } from './shell-env.ts';
import { readSituation, type Situation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';

/** What it has to write waits this long for a file's lock, and stays pending otherwise. */
const LOCK_WAIT_MS = 200;

/** `doctor`: syncs, then tells everything that is left to do on this host; changes nothing else. */
export async function doctor(host: Host, request: DoctorRequest): Promise<DoctorOutcome> {
  const situation = await readSituation(host, { secrets: false, pretend: false });
  const agents =
    request.agent === undefined ? allAgents(situation) : [knownAgent(situation, request.agent)];
  const { mirrors } = await syncAgents(situation, agents, { waitMs: LOCK_WAIT_MS, strict: [] });
  const found = [
    ...integrity(host),
    ...clockFindings(host),
    ...(await judgeAll(situation, agents, { ...request, mirrors })),
    ...host.findings,
    ...lookalikes(situation, agents),
    ...openPlaces(host, agents),
  ];
  const findings = oncePerText(found);
  return {
    mirrors,
    findings,
    notices: host.notices,
    home: host.paths.home,
    exitCode: findings.length === 0 ? 0 : 1,
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
  return toldTogether(judged, main).filter((finding) => !renewsItself(finding));
}

/** A login that is renewed when it is next used is nothing left to do. */
function renewsItself({ reason, exit }: Finding): boolean {
  return exit === 0 && (reason === 'expiring' || reason === 'expired');
}

/** Of agents that are gone nothing is left to do. */
function lookalikes(situation: Situation, asked: readonly Agent[]): Finding[] {
  const here = new Set(allAgents(situation).map(({ key }) => key));
  const held = logins.list(situation.host.store.db).filter(({ agentDir }) => here.has(agentDir));
  return findLookalikes(held, new Set(asked.map(({ key }) => key)));
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

/** What no other command looks at: the folders, and files of the gateway that we only read. */
function openPlaces({ files, paths }: Host, agents: readonly Agent[]): Finding[] {
  const folders = new Set([paths.stateDir, ...agents.map(({ path }) => dirname(path))]);
  // everybody may read which models are used; who may write it chooses where the keys are sent
  const isRewritable = files.openTo(paths.configPath) === 'writable';
  return [
    ...[...folders].map((path) => ({ path, mode: 700 })),
    ...[paths.envFile, ...(isRewritable ? [paths.configPath] : [])].map((path) => ({
      path,
      mode: 600,
    })),
  ].flatMap(({ path, mode }) => openPlace(files, path, mode));
}

function openPlace(files: Host['files'], path: string, mode: number): Finding[] {
  const openTo = files.openTo(path);
  if (openTo === undefined) return [];
  const message = `${path} is ${openTo} by others`;
  return [{ reason: 'permissions', message, hint: `chmod ${mode} ${quoted(path)}`, path, exit: 0 }];
}
