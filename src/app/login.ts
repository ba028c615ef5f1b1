import { isBlank, type OAuth } from '../domain/credential.ts';
import { isCliProfile } from '../domain/identity.ts';
import type { JsonObject } from '../domain/json.ts';
import { normalizeProvider } from '../domain/provider.ts';
import type { StoredProfile } from '../domain/reconcile.ts';
import { EpiloopError } from '../errors.ts';
import type { Grant } from '../oauth/grant.ts';
import type { LoginServer } from '../oauth/login-server.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, knownAgent } from './agents.ts';
import { enter } from './enter.ts';
import type { Host } from './host.ts';
import { isSameLogin } from './known-login.ts';
import type { LoginOutcome, LoginRequest } from './login-person.ts';
import { readSituation } from './situation.ts';
import { cannotWrite } from './sync.ts';
import { syncAgents } from './sync-agents.ts';

/**
 * `models auth login`: sends a person to the provider, takes the answer, and stores the new login as
 * any entered credential is. Until then nothing is written, and what can be refused is refused
 * before anybody has logged in.
 * @throws EpiloopError `refused` (offline, no such way, denied, another login is there), `bad_data`
 * (what was pasted), `busy` (the port), `network`, and what `enter` throws
 */
export async function login(host: Host, request: LoginRequest): Promise<LoginOutcome> {
  const { person, way } = request;
  refuseAtOnce(host, request);
  const server = await serverFor(host, request);
  const agent = await upToDate(host, request);
  const wanted = request.profileId;
  const before = wanted === undefined ? undefined : standing(host, agent, wanted);
  // whether a login is another one can be told only when the new one is there
  const isAsked = before !== undefined && before.credential.type !== 'oauth';
  if (isAsked) await mayReplace(agent, request, before);
  const [{ networkOf }, { logIn }] = await Promise.all([
    import('../oauth/network.ts'),
    import('./login-flow.ts'),
  ]);
  const network = networkOf(host.effects.env, host.files);
  const grant = await logIn({ server, way, network, person });
  const id = wanted ?? `${server.provider}:${grant.email ?? 'default'}`;
  const credential = credentialOf(grant, host.effects.now());
  const extra = extraOf(grant, server);
  const entered = { id, provider: server.provider, credential, email: grant.email, extra };
  await upToDate(host, request);
  const ours = isAsked ? undefined : standing(host, agent, id);
  if (ours !== undefined && !isSameLogin(host, entered, ours)) {
    await mayReplace(agent, request, ours);
  }
  if (grant.refresh === undefined) {
    person.tell(`${server.provider} gave no refresh token: the login ends with its access token`);
  }
  const outcome = await enter(host, { ...request, ...entered, profileId: id });
  return { ...outcome, email: grant.email };
}

function refuseAtOnce(host: Host, { provider, profileId }: LoginRequest): void {
  const name = normalizeProvider(provider);
  if (host.options.offline === true) {
    throw new EpiloopError('refused', `--offline forbids to log in to ${name}`, {
      hint: 'leave --offline out',
    });
  }
  if (!host.writes) throw cannotWrite(host);
  if (profileId !== undefined && isCliProfile(profileId)) {
    throw new EpiloopError('refused', `${profileId} is the login of another client`, {
      hint: 'log in with that client, or choose another --profile-id',
    });
  }
}

async function serverFor(host: Host, request: LoginRequest): Promise<LoginServer> {
  const { findLogin } = await import('../oauth/login-server.ts');
  const { provider, allowTokenEndpoint: allowOther, person } = request;
  const server = findLogin({ provider, env: host.effects.env, allowOther });
  const { foreign } = server;
  if (foreign.length > 0)
    person.tell(`the login to ${server.provider} goes to ${foreign.join(', ')}`);
  return server;
}

/**
 * The agent with what its file says now; it is asked again after the minutes that a person takes.
 * One that does not exist, or whose file is damaged, is told before anybody has logged in for it.
 */
async function upToDate(host: Host, request: LoginRequest): Promise<Agent> {
  const situation = await readSituation(host, { secrets: false, pretend: false });
  const { main } = situation;
  const agent = request.agent === undefined ? main : knownAgent(situation, request.agent);
  await syncAgents(situation, [agent], { waitMs: LOCK_WAIT_MS, strict: [agent] });
  return agent;
}

const LOCK_WAIT_MS = 200;

/** What a new login of this id would take the place of. */
function standing(host: Host, agent: Agent, id: string): StoredProfile | undefined {
  const ours = profiles.get(host.store.db, agent.key, id);
  return ours === undefined || isBlank(ours.credential) ? undefined : ours;
}

/** What else stands under an id is replaced only if somebody says so. */
async function mayReplace(
  agent: Agent,
  { replace, person }: LoginRequest,
  { id, credential }: StoredProfile,
): Promise<void> {
  const kind = { oauth: 'another login', token: 'a token', api_key: 'an API key' }[credential.type];
  if (replace || (await person.confirm(`agent ${agent.id} has ${kind} as ${id}: replace it?`)))
    return;
  throw new EpiloopError('refused', `${id} is ${kind}, which was kept; nothing was stored`, {
    path: agent.path,
    hint: 'add --replace, or choose another --profile-id',
  });
}

/** Where neither the reply nor the token says how long it is good, as long as most are. */
const GUESS_MS = 3_600_000;

function credentialOf({ access, refresh, expiresInMs, endsAt }: Grant, now: number): OAuth {
  const expiresAt = expiresInMs === undefined ? (endsAt ?? now + GUESS_MS) : now + expiresInMs;
  return { type: 'oauth', access, refresh, expiresAt };
}

/** `clientId` only where it is not the provider's usual one: it is who may refresh the login. */
function extraOf({ accountId }: Grant, { token }: LoginServer): JsonObject {
  return {
    ...(accountId !== undefined && { accountId }),
    ...(token.overridden && { clientId: token.clientId }),
  };
}
