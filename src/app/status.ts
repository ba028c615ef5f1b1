import { bearer } from '../domain/credential.ts';
import { formatRemaining } from '../domain/duration.ts';
import type { Finding } from '../domain/finding.ts';
import type { HostConfig } from '../domain/host-config.ts';
import type { SecretDisplay } from '../domain/overview.ts';
import type { Secret } from '../domain/secret.ts';
import { buildStatus, maskKey } from '../domain/status.ts';
import type { MirrorState } from '../domain/status-report.ts';
import { exitOf, type JudgeInput, judge } from '../domain/verdict.ts';
import { EpiloopError, exitCodes } from '../errors.ts';
import * as history from '../store/history.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, mainAgent, namedAgent } from './agents.ts';
import type { StatusOutcome, StatusRequest } from './app.ts';
import { syncClaude } from './claude.ts';
import { loadConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import { bringOut, takeInMirror } from './mirror.ts';
import { importShellEnv, type ShellEnv } from './shell-env.ts';
import { upgradeConfig } from './upgrade.ts';
import { viewOf } from './view.ts';

/** A status run waits this long for a file lock; what it has to write stays pending otherwise. */
const LOCK_WAIT_MS = 200;

/** A clock this far behind the store's newest entry cannot judge expiry. */
const CLOCK_SLACK_MS = 5 * 60_000;

/** `models status`: takes in what changed on the host, writes what is due, and judges the result. */
export async function status(host: Host, request: StatusRequest): Promise<StatusOutcome> {
  const { effects, options, paths } = host;
  const environment = readEnvironment({
    env: effects.env,
    files: host.files,
    envFile: paths.envFile,
    cwdEnvFile: options.cwdEnv ? `${effects.cwd}/.env` : undefined,
  });
  const loaded = await loadConfig(host, environment, { secrets: request.compatMask });
  const config =
    loaded.upgrade === undefined
      ? loaded.config
      : await upgradeConfig(host, loaded.config, loaded.upgrade, {
          pretend: request.at !== undefined,
        });
  const main = mainAgent(paths, host.files);
  const agent = request.agent === undefined ? main : find(host, config, request.agent);
  const mirrors = await syncAgents(host, config, main, agent);
  const shell = await importShellEnv(host, config, environment);
  const judged: JudgeInput = {
    view: viewOf(host, agent, main),
    config,
    env: environment.lookup(config, shell.values),
    fileExists: (path) => host.files.stamp(path) !== undefined,
    home: paths.home,
    now: request.at ?? effects.now(),
    warnWithin: request.warnWithinMs,
    usable: request.usable,
    inUseOnly: request.inUse,
    otherViews: (id) => viewOf(host, agentOf(host, config, id), main),
  };
  const findings = [...clockFindings(host), ...judge(judged), ...host.findings];
  return {
    findings,
    exitCode: exitOf(findings),
    notices: request.check ? [] : host.notices,
    home: paths.home,
    report: () => ({
      ...screen(host, agent, judged, shell, { request, main }),
      findings,
      mirrors,
    }),
  };
}

function find(host: Host, config: HostConfig, name: string): Agent {
  const agent = agentOf(host, config, name);
  if (agent.unknown) {
    host.notices.push(
      `no agent ${agent.id} in agents.list or on the disk: this is what it inherits`,
    );
  }
  return agent;
}

/**
 * Main's file first, since others inherit it, and those of agents with a model of their own, since
 * what they run on is judged too. Only the asked agent's and main's files are written.
 */
async function syncAgents(
  host: Host,
  config: HostConfig,
  main: Agent,
  agent: Agent,
): Promise<MirrorState[]> {
  const asked = agent.key === main.key ? [main] : [main, agent];
  for (const each of asked) await takeInMirror(host, each);
  for (const { id, model } of config.agents.list) {
    if (model !== undefined) await takeInOther(host, agentOf(host, config, id), asked);
  }
  await syncClaude(host, main);
  const states: MirrorState[] = [];
  for (const each of asked) states.push(await bringOut(host, each, LOCK_WAIT_MS));
  return states;
}

/** Nobody asked about this agent: a file of its that cannot be read is told, and no more. */
async function takeInOther(host: Host, agent: Agent, asked: readonly Agent[]): Promise<void> {
  if (asked.some(({ key }) => key === agent.key)) return;
  try {
    await takeInMirror(host, agent);
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    host.findings.push({
      reason: 'mirror_unreadable',
      message: error.message,
      hint: error.hint,
      agentId: agent.id,
      path: agent.path,
      exit: 0,
    });
  }
}

function agentOf(host: Host, config: HostConfig, name: string): Agent {
  const { effects, paths } = host;
  return namedAgent(name, { paths, files: host.files, config, cwd: effects.cwd });
}

function screen(
  host: Host,
  agent: Agent,
  { view, config, env, fileExists, now, warnWithin }: JudgeInput,
  { enabled, appliedKeys }: ShellEnv,
  { request, main }: { readonly request: StatusRequest; readonly main: Agent },
) {
  const { configPath, home } = host.paths;
  return buildStatus({
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
}

function fingerprinted(host: Host): SecretDisplay {
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

function clockFindings(host: Host): Finding[] {
  const [newest] = history.list(host.store.db, { limit: 1 });
  const behind = (newest?.at ?? 0) - host.effects.now();
  if (behind <= CLOCK_SLACK_MS) return [];
  return [
    {
      reason: 'clock_behind',
      message: `the clock is ${formatRemaining(behind)} behind the store: expiry cannot be judged`,
      hint: 'set the clock (timedatectl), then run it again',
      path: host.paths.database,
      exit: exitCodes.clock_behind,
    },
  ];
}
