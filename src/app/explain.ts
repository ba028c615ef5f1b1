import { variablesOf } from '../domain/env-keys.ts';
import {
  type ExplainedCandidate,
  type ExplainInput,
  type Explanation,
  explain as explainProvider,
  knownProviders,
} from '../domain/explanation.ts';
import { keyless, providersInUse } from '../domain/in-use.ts';
import { overviewOf } from '../domain/overview.ts';
import { normalizeProvider } from '../domain/provider.ts';
import { firstCredential } from '../domain/remedy.ts';
import { holdsSecret, pastedSecret } from '../domain/secret-marks.ts';
import type { MirrorState } from '../domain/status-report.ts';
import type { JudgeInput } from '../domain/verdict.ts';
import { EpiloopError } from '../errors.ts';
import { type Agent, askedAgent, defaultAgent } from './agents.ts';
import type { Host } from './host.ts';
import { judgeAgents } from './judging.ts';
import { wordOf } from './order.ts';
import type { ExplainOutcome, ExplainRequest, Otherwise } from './rest.ts';
import { importShellEnv } from './shell-env.ts';
import { readSituation, type Situation } from './situation.ts';
import { fingerprinted } from './status.ts';
import { syncAgents } from './sync-agents.ts';

/** What ends within a day is told among the findings, as `models status` has it. */
const WARN_WITHIN_MS = 24 * 60 * 60 * 1000;

/** `models explain`: which credential of a provider an agent uses, and why none of the others. */
export async function explain(host: Host, request: ExplainRequest): Promise<ExplainOutcome> {
  const situation = await readSituation(host, { secrets: false, pretend: true });
  const { agent, pinned } = await findSubject(situation, request);
  await syncAgents(situation, [agent], { waitMs: 0, strict: [situation.main, agent] });
  const judged = await judge(situation, agent, request.at ?? host.effects.now());
  const provider = normalizeProvider(request.provider);
  refuseUnknown(provider, judged.input);
  const preferred = request.profileId ?? pinned(judged.input);
  const input = { ...judged.input, preferred, agentId: undefined };
  const explanation = explainProvider(provider, {
    ...input,
    orderOf: ownerOf(situation, agent, provider),
  });
  const { next, otherwise } = explanation;
  refusePastedPin(explanation, request.profileId);
  tellLostPin(host, explanation, request.profileId);
  const found = judged.findings.filter((each) => each.provider === provider);
  return {
    ...explanation,
    agentId: agent.id,
    agentDir: agent.dir,
    basis: basisOf(situation, agent, explanation),
    otherwise: otherwise && otherwiseOf(host, otherwise, explanation, judged.input),
    steps: await stepsOf(explanation, input, request),
    hint: hintOf(explanation, agent),
    now: input.now,
    exitCode: next === undefined && otherwise === undefined ? 1 : 0,
    findings: [...found.filter(({ agentId }) => agentId === agent.id), ...host.findings],
    notices: host.notices,
    home: host.paths.home,
  };
}

/** Whose credentials, and what a session's pin puts first among them. */
async function findSubject(situation: Situation, { agent: name, session }: ExplainRequest) {
  if (session === undefined) {
    const agent = name === undefined ? defaultAgent(situation) : askedAgent(situation, name);
    return { agent, pinned: () => undefined };
  }
  const [chat, pins] = await Promise.all([import('./chat-agent.ts'), import('./chat-pin.ts')]);
  const key = chat.readKey(session);
  const agent = chat.agentOf(situation, key, name);
  const pinned = (input: JudgeInput) => pins.pinnedProfile(situation, agent, key, input);
  return { agent, pinned };
}

async function judge(situation: Situation, agent: Agent, now: number) {
  const { host, config, environment } = situation;
  const shell = await importShellEnv(host, config, environment);
  // a file that cannot be read has ended the run
  const mirrors: readonly MirrorState[] = [];
  const terms = { now, warnWithin: WARN_WITHIN_MS, usable: true, inUseOnly: false, mirrors };
  const [judged] = judgeAgents(situation, [agent], shell, terms);
  if (judged === undefined) throw new TypeError('one agent was judged');
  return judged;
}

/** A slip of the pen must not look like a provider that has nothing. */
function refuseUnknown(provider: string, { view, config, env }: JudgeInput): void {
  const inUse = providersInUse(config).map((use) => use.provider);
  const known = [...new Set([...knownProviders(view, config), ...inUse])].sort();
  const isBuiltIn = variablesOf(provider).length > 0 || builtIn.has(provider);
  if (known.includes(provider) || isBuiltIn || keyless(provider, config, env)) return;
  if (holdsSecret(provider)) throw pastedSecret('--provider');
  throw new EpiloopError('no', `nothing is known of a provider ${provider}`, {
    hint: `stored, configured or in use here: ${known.join(', ')}`,
  });
}

/** They have credentials that no single variable holds. */
const builtIn: ReadonlySet<string> = new Set(['google-vertex', 'amazon-bedrock', 'openai-codex']);

/** Whose order a hint changes. */
function ownerOf(situation: Situation, agent: Agent, provider: string): string {
  const word = wordOf(situation, agent, { basis: 'store' }, provider);
  return word === 'main' ? situation.main.id : agent.id;
}

function basisOf(
  situation: Situation,
  agent: Agent,
  { provider, basis }: Explanation,
): ExplainOutcome['basis'] {
  const word = wordOf(situation, agent, { basis }, provider);
  if (word !== 'rotation') return word;
  return basis === 'listed' ? 'config_profiles' : 'stored';
}

/** As `models status` shows it. */
function otherwiseOf(
  host: Host,
  kind: Otherwise['kind'],
  { provider }: Explanation,
  { view, config, env, fileExists, now, home }: JudgeInput,
): Otherwise {
  const display = fingerprinted(host);
  const input = { view, config, env, fileExists, now, paths: { home }, display };
  const overview = kind === 'keyless' ? undefined : overviewOf(provider, [], input);
  const shown = kind === 'env' ? overview?.env : overview?.modelsJson;
  return { kind, detail: shown?.value, source: shown?.source };
}

function refusePastedPin({ candidates }: Explanation, pinned = ''): void {
  const isStored = candidates.some(({ id }) => id === pinned);
  if (!isStored && holdsSecret(pinned)) throw pastedSecret('--profile-id');
}

/** The gateway forgets a session's pin on a profile that is not kept. */
function tellLostPin({ notices }: Host, { candidates }: Explanation, pinned: string | undefined) {
  const isKept = ({ id, verdict }: ExplainedCandidate) => id === pinned && verdict !== 'dropped';
  if (pinned === undefined || candidates.some(isKept)) return;
  notices.push(`${pinned} cannot be used here: a session loses a pin on it`);
}

/** Candidates have hints of their own. */
function hintOf({ provider, candidates, otherwise }: Explanation, agent: Agent) {
  if (otherwise !== undefined || candidates.length > 0) return undefined;
  return firstCredential(provider, agent.id);
}

async function stepsOf(
  { provider, candidates }: Explanation,
  input: ExplainInput,
  { simulate: script }: ExplainRequest,
): Promise<ExplainOutcome['steps']> {
  if (script === undefined) return undefined;
  const { eventsOf, simulate } = await import('../domain/simulation.ts');
  const ids = candidates.map(({ id }) => id);
  return simulate(provider, input, eventsOf(script, ids));
}
