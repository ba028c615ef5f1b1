import type { Finding, Reason } from '../domain/finding.ts';
import type { MirrorState } from '../domain/status-report.ts';
import { type JudgeInput, judge } from '../domain/verdict.ts';
import { EpiloopError } from '../errors.ts';
import { type Agent, namedAgent } from './agents.ts';
import type { Host } from './host.ts';
import type { ShellEnv } from './shell-env.ts';
import type { Situation } from './situation.ts';
import { viewOf } from './view.ts';

export interface Judged {
  readonly agent: Agent;
  readonly input: JudgeInput;
  readonly findings: readonly Finding[];
}

/** How to judge; see `JudgeInput`. */
export interface Terms extends Pick<JudgeInput, 'now' | 'warnWithin' | 'usable' | 'inUseOnly'> {
  /** what became of the agents' files: of one that could not be read nobody knows what is missing */
  readonly mirrors: readonly MirrorState[];
}

/** What there is to say about each of these agents. Of several those beside main are named. */
export function judgeAgents(
  situation: Situation,
  agents: readonly Agent[],
  shell: ShellEnv,
  { mirrors, ...terms }: Terms,
): Judged[] {
  const { host, config, environment, main } = situation;
  const isGuess = guessesOf(mirrors, main);
  return agents.map((agent) => {
    const input: JudgeInput = {
      ...terms,
      view: viewOf(host, agent, main),
      config,
      env: environment.lookup(config, shell.values),
      fileExists: (path) => isThere(host, path),
      home: host.paths.home,
      named: agents.length > 1 && agent.key !== main.key,
      otherViews: (id) => viewOf(host, namedAgent(situation, id), main),
    };
    return { agent, input, findings: judge(input).filter((finding) => !isGuess(finding)) };
  });
}

/** That a provider has no credential, said of an agent whose own file, or main's, is unread. */
function guessesOf(mirrors: readonly MirrorState[], main: Agent) {
  const unread = mirrors.filter(({ state }) => state === 'unreadable' || state === 'damaged');
  const isMain = unread.some(({ path }) => path === main.path);
  const ids = new Set(unread.map(({ agentId }) => agentId));
  return ({ reason, profileId, agentId }: Finding) =>
    reason === 'missing' && profileId === undefined && (isMain || ids.has(agentId ?? main.id));
}

/** A file that may not be looked at counts as absent, and is told. */
function isThere({ files, findings }: Host, path: string): boolean {
  try {
    return files.stamp(path) !== undefined;
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    const { message, hint } = error;
    findings.push({ reason: 'source_unreadable', message, hint, path, exit: 0 });
    return false;
  }
}

/**
 * One list of it: what another agent lacks as main does is told of main only, and what is wrong with
 * a login that several agents hold is told of the first.
 */
export function toldTogether(judged: readonly Judged[], main: Agent): Finding[] {
  const mains = judged.find(({ agent }) => agent.key === main.key)?.findings ?? [];
  const isMains = ({ reason, provider, profileId, exit }: Finding) =>
    profileId === undefined &&
    mains.some((one) => one.reason === reason && one.provider === provider && one.exit === exit);
  const told = new Set<string>();
  return judged.flatMap(({ agent, input, findings }) => {
    const own = agent.key === main.key ? findings : findings.filter((each) => !isMains(each));
    return own.filter((finding) => {
      const subject = sharedSubject(finding, input);
      if (subject === undefined) return true;
      return told.size < told.add(subject).size;
    });
  });
}

/** Of the login itself, not of how an agent uses it. */
const ofLogin: ReadonlySet<Reason> = new Set(['expired', 'expiring', 'missing', 'mode_mismatch']);

/** Only logins that can be refreshed are one credential in several agents. */
function sharedSubject(
  { reason, profileId, exit }: Finding,
  { view }: JudgeInput,
): string | undefined {
  const facts = profileId === undefined ? undefined : view.profiles.get(profileId);
  if (facts?.refreshable !== true || !ofLogin.has(reason)) return undefined;
  return JSON.stringify([reason, exit, facts.id, facts.provider, facts.fingerprint]);
}

/** What several agents inherit is told once. */
export function oncePerText(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((each) => [`${each.reason} ${each.message}`, each])).values()];
}
