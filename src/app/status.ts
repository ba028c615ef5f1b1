import { bearer } from '../domain/credential.ts';
import type { Finding } from '../domain/finding.ts';
import type { SecretDisplay } from '../domain/overview.ts';
import type { ProbeSummary } from '../domain/probe.ts';
import type { Secret } from '../domain/secret.ts';
import { buildStatus, maskKey } from '../domain/status.ts';
import { exitOf, type JudgeInput } from '../domain/verdict.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, allAgents, askedAgent, inheritsOnly, namedAgent } from './agents.ts';
import type { StatusOutcome, StatusRequest } from './app.ts';
import { clockFindings } from './clock.ts';
import type { Host } from './host.ts';
import { type Judged, judgeAgents, oncePerText, type Terms, toldTogether } from './judging.ts';
import { importShellEnv, type ShellEnv } from './shell-env.ts';
import { readSituation, type Situation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';

/** A status run waits this long for a file lock; what it has to write stays pending otherwise. */
const LOCK_WAIT_MS = 200;

/** `models status`: takes in what changed on the host, writes what is due, and judges the result. */
export async function status(host: Host, request: StatusRequest): Promise<StatusOutcome> {
  const situation = await readSituation(host, {
    secrets: request.compatMask || request.probe !== undefined,
    pretend: request.at !== undefined,
  });
  const asked = findAgents(situation, request);
  const judgedToo = withOwnModel(situation, asked);
  const { mirrors } = await syncAgents(situation, judgedToo, {
    waitMs: LOCK_WAIT_MS,
    // what an agent inherits counts as its own: without main's file nobody could tell
    strict: request.allAgents ? [] : [situation.main, ...asked],
    grave: judgedToo,
  });
  const shell = await importShellEnv(host, situation.config, situation.environment);
  const probes = await probesOf(situation, asked, shell, request);
  const common = clockFindings(host);
  const judged = judgeAgents(situation, asked, shell, {
    ...termsOf(host, request),
    mirrors,
  });
  const [first] = judged;
  if (first === undefined) throw new TypeError('status is of one agent at least');
  const probed = probes?.findings(first.input.view) ?? [];
  const all = [...common, ...toldTogether(judged, situation.main), ...probed, ...host.findings];
  const findings = oncePerText(all);
  const reportOn = ({ agent, input }: Judged) =>
    screen(situation, agent, input, { shell, request, probes: probes?.summary });
  const agents = () =>
    judged.map((each) => ({
      agentId: each.agent.id,
      ...reportOn(each),
      findings: [...common, ...each.findings, ...host.findings.filter(concerns(each.agent))],
      mirrors: mirrors.filter(({ path }) => path === each.agent.path),
    }));
  return {
    findings,
    exitCode: exitOf(all),
    notices: request.check ? unknownAmong(asked) : host.notices,
    home: host.paths.home,
    report: () => ({ ...reportOn(first), findings, mirrors }),
    ...(request.allAgents && { agents }),
  };
}

/** Before anything is judged, because it may refresh a login. */
async function probesOf(
  situation: Situation,
  [agent]: readonly Agent[],
  shell: ShellEnv,
  { probe: request }: StatusRequest,
) {
  if (request === undefined || agent === undefined) return undefined;
  const { probe } = await import('./probe.ts');
  return probe({ situation, agent }, request, shell);
}

function termsOf(host: Host, request: StatusRequest): Omit<Terms, 'mirrors'> {
  return {
    now: request.at ?? host.effects.now(),
    warnWithin: request.warnWithinMs,
    usable: request.usable,
    inUseOnly: request.inUse,
  };
}

/** Even the silent `--check` says that it judged nobody's profiles but main's. */
function unknownAmong(asked: readonly Agent[]): string[] {
  return asked.filter(({ unknown }) => unknown).map(inheritsOnly);
}

/** Without `--agent` main is meant, whatever the default agent: so did the gateway. */
function findAgents(situation: Situation, request: StatusRequest): Agent[] {
  const { main } = situation;
  if (request.allAgents) return allAgents(situation);
  if (request.agent === undefined) return [main];
  return [askedAgent(situation, request.agent)];
}

/** Agents with a model of their own are judged by what they run on: their files must be current. */
function withOwnModel(situation: Situation, asked: readonly Agent[]): Agent[] {
  const others = situation.config.agents.list.filter(({ model }) => model !== undefined);
  return [...asked, ...others.map(({ id }) => namedAgent(situation, id))];
}

/** A finding about another agent has no place on this one's screen. */
function concerns(agent: Agent) {
  return ({ agentId }: Finding) => agentId === undefined || agentId === agent.id;
}

interface ScreenTerms {
  readonly shell: ShellEnv;
  readonly request: StatusRequest;
  readonly probes: ProbeSummary | undefined;
}

function screen(
  { host, main }: Situation,
  agent: Agent,
  { view, config, env, fileExists, now, warnWithin }: JudgeInput,
  { shell, request, probes }: ScreenTerms,
) {
  const { enabled, appliedKeys } = shell;
  const { configPath, home } = host.paths;
  const report = buildStatus({
    paths: { configPath, agentDir: agent.dir, storePath: agent.path, home },
    view,
    config,
    env,
    fileExists,
    now,
    warnWithin,
    shellEnv: { enabled, appliedKeys },
    display: request.compatMask ? maskedAsTheGateway(host, agent, main) : fingerprinted(host),
  });
  return probes === undefined ? report : { ...report, auth: { ...report.auth, probes } };
}

/** Secrets are named by the store's keyed fingerprints. */
export function fingerprinted(host: Host): SecretDisplay {
  return {
    profile: ({ fingerprint }) => `#${fingerprint}`,
    secret: (secret) => `#${host.store.hash(secret.reveal()).slice(0, 8)}`,
    config: ({ fingerprint }) => `#${fingerprint}`,
  };
}

/** Only here are stored secrets read for display; they leave as the gateway's masks. */
function maskedAsTheGateway(host: Host, agent: Agent, main: Agent): SecretDisplay {
  const { db } = host.store;
  const stored = new Map(
    [main, agent].flatMap(({ key }) =>
      profiles
        .list(db, key)
        .map(({ id, credential }): [string, Secret] => [id, bearer(credential)]),
    ),
  );
  return {
    profile: ({ id }) => maskKey(stored.get(id)?.reveal() ?? ''),
    secret: (secret) => maskKey(secret.reveal()),
    config: ({ secret }) => maskKey(secret?.reveal() ?? ''),
  };
}
