import { bearer, expiryOf } from '../domain/credential.ts';
import { questionOf } from '../domain/explanation.ts';
import { configProvider } from '../domain/in-use.ts';
import { type Candidate, orderProfiles } from '../domain/order.ts';
import { normalizeProvider } from '../domain/provider.ts';
import { firstCredential, loginAgain } from '../domain/remedy.ts';
import { holdsSecret, pastedSecret } from '../domain/secret-marks.ts';
import { isReady } from '../domain/supply.ts';
import { EpiloopError } from '../errors.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, askedAgent, defaultAgent } from './agents.ts';
import { type Held, heldLogins } from './held-logins.ts';
import type { Host } from './host.ts';
import { type Found, fromElsewhere } from './other-secret.ts';
import { isGoodFor, type RefreshOptions } from './refresh-terms.ts';
import { readSituation, type Situation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';
import type { HandOutOutcome, HandOutRequest } from './uses.ts';
import { viewOf } from './view.ts';

const LOCK_WAIT_MS = 200;

/** Which agent the secrets are for, with its files and other programs' taken in. */
export interface Desk {
  readonly situation: Situation;
  readonly agent: Agent;
}

/** What has to be read once, however many secrets are handed out. */
export async function openDesk(host: Host, name: string | undefined): Promise<Desk> {
  const situation = await readSituation(host, { secrets: true, pretend: !host.writes });
  const agent = name === undefined ? defaultAgent(situation) : askedAgent(situation, name);
  await syncAgents(situation, [agent], { waitMs: LOCK_WAIT_MS, strict: [agent, situation.main] });
  return { situation, agent };
}

/** `models auth token`, `models exec`: see `secretFor`. */
export async function handOut(host: Host, request: HandOutRequest): Promise<HandOutOutcome> {
  const desk = await openDesk(host, request.agent);
  return {
    ...(await secretFor(desk, request)),
    agentId: desk.agent.id,
    agentDir: desk.agent.dir,
    provider: normalizeProvider(request.provider),
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

/**
 * The secret that a run of this agent would use for a provider now. In the gateway's order: the
 * profiles as the one resolver has them, each refreshed if it is not good for long enough; then the
 * environment; then the config's key.
 * @throws EpiloopError `no` where nothing is usable, or what kept the first candidate from it
 */
export async function secretFor(desk: Desk, request: HandOutRequest): Promise<Found> {
  const failures: EpiloopError[] = [];
  const found =
    (await fromProfiles(desk, request, failures)) ?? (await fromElsewhere(desk.situation, request));
  // what served in its place is no reason not to tell
  const { notices } = desk.situation.host;
  if (found !== undefined) notices.push(...failures.map(({ message }) => message));
  const [failure] = failures;
  if (found === undefined) throw failure ?? nothingUsable(desk, request);
  return found;
}

async function fromProfiles(
  desk: Desk,
  request: HandOutRequest,
  failures: EpiloopError[],
): Promise<Found | undefined> {
  const { situation, agent } = desk;
  for (const { id } of candidates(desk, request)) {
    const held = heldLogins(situation, agent).get(id);
    if (held === undefined) continue;
    try {
      return await secretOf(situation, held, request);
    } catch (error) {
      if (!(error instanceof EpiloopError)) throw error;
      // the next one may do; if none does, the first one's trouble is what has to be mended
      failures.push(error);
    }
  }
  return undefined;
}

/** Ready ones only: what rests after failures is no use to anybody, and `mark` decides how long. */
function candidates(
  { situation, agent }: Desk,
  { provider, profileId }: HandOutRequest,
): readonly Candidate[] {
  const { host, main, config } = situation;
  if (configProvider(config, provider)?.auth === 'aws-sdk') return [];
  const view = viewOf(host, agent, main);
  const now = host.effects.now();
  const { candidates: all } = orderProfiles(questionOf(provider, { view, config, now }));
  if (profileId === undefined) return all.filter((each) => isReady(each, view, now));
  const named = all.find(({ id }) => id === profileId);
  if (named !== undefined && isNameable(named)) return [named];
  throw new EpiloopError(
    'not_found',
    `${profileId} is not usable for ${normalizeProvider(provider)} by agent ${agent.id}`,
    {
      path: agent.path,
      hint: `epiloop models explain --provider ${normalizeProvider(provider)} --agent ${agent.id}`,
    },
  );
}

/** Whoever names a profile means it, though the list in force does not. */
function isNameable({ verdict, reason }: Candidate): boolean {
  return verdict !== 'dropped' || reason === 'not_in_order';
}

async function secretOf(situation: Situation, held: Held, options: RefreshOptions): Promise<Found> {
  const { host } = situation;
  const { holder, profile } = held;
  const { credential } = profile;
  const isDue = !isGoodFor(expiryOf(credential), options.minValidityMs, host.effects.now());
  if (credential.type === 'oauth' && isDue) await renew(situation, held, options);
  const current = profiles.get(host.store.db, holder.key, profile.id)?.credential ?? credential;
  const secret = bearer(current);
  if (secret.blank) throw new EpiloopError('no', `${profile.id} has no access token`);
  const { type } = current;
  const oauth = type !== 'api_key';
  return {
    secret,
    profileId: profile.id,
    type,
    oauth,
    expiresAt: expiryOf(current),
    source: 'profile',
  };
}

/** What cannot be refreshed serves as long as it lasts. */
async function renew(
  situation: Situation,
  { holder, profile }: Held,
  options: RefreshOptions,
): Promise<void> {
  const { host } = situation;
  const { refreshLogin } = await import('./refresh.ts');
  try {
    await refreshLogin(situation, holder, profile, options);
  } catch (error) {
    const isStillGood = isGoodFor(expiryOf(profile.credential), 0, host.effects.now());
    if (!(error instanceof EpiloopError) || !isStillGood) throw error;
    host.notices.push(
      `${profile.id} could not be refreshed and is good for a while yet: ${error.message}`,
    );
  }
}

/** A login that was refused is nearer to use than a first credential. */
function nothingUsable({ situation, agent }: Desk, request: HandOutRequest): EpiloopError {
  const provider = normalizeProvider(request.provider);
  const { host, main } = situation;
  const refused = [...viewOf(host, agent, main).profiles.values()].find(
    (each) => normalizeProvider(each.provider) === provider && each.refresh === 'refused',
  );
  if (refused !== undefined) {
    const message = `${provider} refuses to refresh ${refused.id}, and nothing else is usable`;
    const hint = loginAgain(refused, refused.inherited ? main.id : agent.id);
    return new EpiloopError('refused', message, { hint });
  }
  for (const word of [request.profileId, provider]) {
    if (word !== undefined && holdsSecret(word)) throw pastedSecret('a profile or provider id');
  }
  const message = `nothing usable for ${request.profileId ?? provider} and agent ${agent.id}`;
  return new EpiloopError('no', message, {
    path: agent.path,
    hint: firstCredential(provider, agent.id),
  });
}
