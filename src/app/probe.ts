import type { AgentView } from '../domain/agent-view.ts';
import type { Finding } from '../domain/finding.ts';
import { type ModelApi, modelApiOf, modelToAsk } from '../domain/model-api.ts';
import type { ProbeResult, ProbeSummary } from '../domain/probe.ts';
import { probeFindings } from '../domain/probe-finding.ts';
import { judgeReply, type Verdict } from '../domain/probe-reply.ts';
import type { Secret } from '../domain/secret.ts';
import { isSpent } from '../domain/supply.ts';
import { EpiloopError } from '../errors.ts';
import { askModel, type ModelRequest, modelAddress } from '../oauth/model-request.ts';
import { networkOf } from '../oauth/network.ts';
import type { Network } from '../oauth/transport.ts';
import { type Desk, secretFor } from './hand-out.ts';
import { type Target, targetsOf } from './probe-targets.ts';
import type { ProbeRequest } from './questions.ts';
import type { ShellEnv } from './shell-env.ts';
import { viewOf } from './view.ts';

export interface Probed {
  readonly summary: ProbeSummary;
  /** @param view what the agent has now, after what was refreshed for it */
  readonly findings: (view: AgentView) => readonly Finding[];
}

/** A login is refreshed before if it is not good for this long, as `models auth token` does. */
const MIN_VALIDITY_MS = 300_000;

/**
 * Sends one tiny request with each credential, so many at one time, and tells what came of it. What
 * the gateway keeps of uses and failures stays as it is. Logins are handed out one after the other
 * before: a refresh is never cut short, or its token would be lost.
 * @throws EpiloopError for a request that names what is not there, and for network settings that
 * are none
 */
export async function probe(desk: Desk, request: ProbeRequest, shell: ShellEnv): Promise<Probed> {
  const { effects, files } = desk.situation.host;
  const startedAt = effects.now();
  const targets = targetsOf(desk, request, shell);
  const network = networkOf(effects.env, files);
  const { progress } = request;
  progress?.(0, targets.length);
  const prepared: Prepared[] = [];
  for (const target of targets) prepared.push(await prepare(desk, target, request));
  let done = 0;
  const results = await inPool(prepared, request.concurrency, async (each) => {
    const result = await carryOut(each, network);
    done += 1;
    progress?.(done, targets.length);
    return result;
  });
  const finishedAt = effects.now();
  const durationMs = finishedAt - startedAt;
  const options = optionsOf(request);
  const totalTargets = targets.length;
  return {
    summary: { startedAt, finishedAt, durationMs, totalTargets, options, results },
    findings: (view) => probeFindings(results, view),
  };
}

function optionsOf(request: ProbeRequest): ProbeSummary['options'] {
  const { provider, profileIds, timeoutMs, concurrency, maxTokens } = request;
  return {
    ...(provider !== undefined && { provider }),
    ...(profileIds !== undefined && { profileIds }),
    timeoutMs,
    concurrency,
    maxTokens,
  };
}

interface Prepared {
  readonly about: Omit<ProbeResult, 'status'>;
  /** why nothing is sent, or what is */
  readonly next: Verdict | ModelRequest;
}

async function prepare(desk: Desk, target: Target, request: ProbeRequest): Promise<Prepared> {
  const { config } = desk.situation;
  const { found: _, ...named } = target;
  const api = modelApiOf(target.provider, config);
  if (api === undefined) return { about: named, next: unsupported(target) };
  const model = modelToAsk(target.provider, config, desk.agent.id);
  if (model === undefined) return { about: named, next: noModel(target) };
  const about = { ...named, model: `${target.provider}/${model}` };
  const url = modelAddress(api);
  if (url === undefined) return { about, next: badAddress(target) };
  const held = await secretOf(desk, target, request);
  if ('status' in held) return { about, next: held };
  const { maxTokens, timeoutMs } = request;
  const bearer = target.provider === 'anthropic' && isLogin(held);
  return { about, next: { api, url, model, secret: held.secret, bearer, maxTokens, timeoutMs } };
}

/** The gateway goes by the beginning of the text; what has neither is what it is stored as. */
function isLogin({ secret, oauth }: { readonly secret: Secret; readonly oauth: boolean }): boolean {
  const text = secret.reveal().trim();
  return text.startsWith('sk-ant-oat') || (oauth && !text.startsWith('sk-ant-api'));
}

function unsupported({ provider }: Target): Verdict {
  return { status: 'unsupported', error: `how models of ${provider} are asked is not known here` };
}

function noModel({ provider }: Target): Verdict {
  return { status: 'no_model', error: `the config names no model of ${provider}` };
}

function badAddress({ provider }: Target): Verdict {
  const where = `models.providers.${provider}.baseUrl`;
  return {
    status: 'unsupported',
    error: `${where} has to be https, or http to 127.0.0.1 or [::1], without user name and query`,
  };
}

type Held = { readonly secret: Secret; readonly oauth: boolean } | Verdict;

async function secretOf(desk: Desk, target: Target, request: ProbeRequest): Promise<Held> {
  try {
    const found =
      target.found ??
      (await secretFor(desk, {
        provider: target.provider,
        profileId: target.profileId,
        minValidityMs: MIN_VALIDITY_MS,
        allowTokenEndpoint: request.allowTokenEndpoint,
        writeBack: true,
      }));
    if (/^[\x21-\x7e]+$/.test(found.secret.reveal().trim())) return found;
    return { status: 'format', error: 'the secret has characters that no header may have' };
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    return { status: isOver(desk, target) ? 'auth' : 'unknown', error: error.message };
  }
}

/** Its refresh was refused, or it has expired without one. */
function isOver({ situation, agent }: Desk, { profileId }: Target): boolean {
  const { host, main } = situation;
  const facts = viewOf(host, agent, main).profiles.get(profileId ?? '');
  return facts !== undefined && (facts.refresh === 'refused' || isSpent(facts, host.effects.now()));
}

async function carryOut({ about, next }: Prepared, network: Network): Promise<ProbeResult> {
  if ('status' in next) return { ...about, ...next };
  const asked = await askModel(next, network);
  const { latencyMs } = asked;
  if (asked.kind === 'reply') return { ...about, ...judgeReply(asked), latencyMs };
  const status = asked.late === true || asked.why === 'ETIMEDOUT' ? 'timeout' : 'unknown';
  return { ...about, status, error: `${where(next.api, next.url)}${asked.why}`, latencyMs };
}

/** An address of the config's may be mistyped. */
function where({ configured }: ModelApi, { host }: URL): string {
  return configured ? `${host}: ` : '';
}

/** Results in the order of the items, with at most `limit` of them being worked on. */
async function inPool<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    // the iterator is shared: each item is taken once
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
