import type { Credential } from '../domain/credential.ts';
import { expiryOf, sameGeneration } from '../domain/credential.ts';
import { canonicalJson } from '../domain/json.ts';
import { refuseKeptLogin } from '../domain/kept-login.ts';
import type { Profile, Usage } from '../domain/profile.ts';
import { normalizeProvider } from '../domain/provider.ts';
import type { Decision } from '../domain/reconcile.ts';
import { EpiloopError } from '../errors.ts';
import * as mirrors from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import * as tombstones from '../store/tombstones.ts';
import * as usage from '../store/usage.ts';
import { type Agent, agentByKey } from './agents.ts';
import type { EnterOutcome, EnterRequest } from './app.ts';
import { applyDecision } from './apply.ts';
import type { Host } from './host.ts';
import { forgetRefusal, isSameLogin } from './known-login.ts';
import { listProfile } from './listing.ts';
import { entryPlace } from './prospect.ts';
import type { Situation } from './situation.ts';
import { replaceUsage } from './usage-change.ts';
import { changeAgent } from './writing.ts';

/**
 * `models auth paste-token`, `paste-api-key`, `login`: a secret that a person entered, under a
 * profile of main's or the named agent's, in the store, in its file, and listed in the config. A
 * login that others hold too is renewed for all of them.
 */
export async function enter(host: Host, request: EnterRequest): Promise<EnterOutcome> {
  const target = { agent: request.agent, otherwise: 'main' } as const;
  const provider = normalizeProvider(request.provider);
  const { email, extra = {} } = request;
  const credential = credentialOf(request, host.effects.now());
  const suffix = credential.type === 'token' ? 'manual' : 'default';
  const id = request.profileId ?? `${provider}:${suffix}`;
  let config: EnterOutcome['config'] = [];
  let unlisted: EpiloopError | undefined;
  const { agent, value } = await changeAgent(
    host,
    target,
    (situation, into) => store(situation, into, { id, provider, credential, email, extra }),
    async () => {
      try {
        config = await listProfile(host, { id, provider, type: credential.type });
      } catch (error) {
        // the secret is stored by now, and has to reach the agent's file all the same
        if (!(error instanceof EpiloopError)) throw error;
        unlisted = error;
      }
    },
    ({ others }) => others,
  );
  if (unlisted !== undefined) throw storedButUnlisted(id, unlisted);
  const facts = profiles.facts(host.store.db, agent.key).find((each) => each.id === id);
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    path: agent.path,
    profileId: id,
    provider,
    type: credential.type,
    expiresAt: expiryOf(credential),
    fingerprint: facts?.fingerprint ?? '',
    replaced: value.replaced,
    config,
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

function storedButUnlisted(id: string, cause: EpiloopError): EpiloopError {
  const { code, message, path, hint } = cause;
  return new EpiloopError(code, `stored ${id}, but it is not listed in the config: ${message}`, {
    path,
    hint,
    cause,
  });
}

function credentialOf({ credential }: EnterRequest, now: number): Credential {
  if (credential.type !== 'token') return credential;
  const { type, token, expiresInMs } = credential;
  return expiresInMs === undefined
    ? { type, token }
    : { type, token, expiresAt: now + expiresInMs };
}

interface Stored {
  readonly replaced: boolean;
  /** the other agents that hold the same login */
  readonly others: readonly Agent[];
}

function store(situation: Situation, agent: Agent, entered: Profile): Stored {
  const { host } = situation;
  const { db } = host.store;
  const own = profiles.list(db, agent.key);
  const ours = own.find(({ id }) => id === entered.id);
  refuseKeptLogin({ id: entered.id, ...entryPlace(host, agent) }, host.effects.now());
  if (mirrors.get(db, agent.key) === undefined) {
    mirrors.save(db, { agentDir: agent.key, path: agent.path, extra: {}, findings: [] });
  }
  const isNext = ours !== undefined && isSameLogin(host, entered, ours);
  const profile = ours === undefined ? entered : described(entered, ours, isNext);
  const decision = decide(profile, ours, isNext);
  const position = ours?.position ?? own.length;
  const confirmed = ours?.confirmed ?? false;
  const at = host.effects.now();
  applyDecision(
    host,
    agent,
    decision,
    { profile, source: 'operator', at, position, confirmed },
    ours,
  );
  tombstones.remove(db, agent.key, profile.id);
  awake(host, agent, profile.id);
  mirrors.bump(db, [agent.key]);
  const replaced = decision.kind === 'replace' || decision.kind === 'rotate';
  if (!isNext) return { replaced, others: [] };
  forgetRefusal(host, ours.credentialId);
  const holders = profiles.holders(db, ours.credentialId).filter((key) => key !== agent.key);
  return { replaced, others: holders.map((key) => agentByKey(situation, key)) };
}

/** What a person put beside a key or a token stays; what belongs to another login does not. */
function described(entered: Profile, ours: Profile, isNext: boolean): Profile {
  if (entered.credential.type === 'oauth' && !isNext) return entered;
  const extra = { ...ours.extra, ...entered.extra };
  return { ...entered, email: entered.email ?? ours.email, extra };
}

function decide(profile: Profile, ours: Profile | undefined, isNext: boolean): Decision {
  if (ours === undefined) return { kind: 'add' };
  if (sameGeneration(profile.credential, ours.credential)) return { kind: 'describe' };
  return isNext ? { kind: 'rotate', fork: false } : { kind: 'replace', fork: false };
}

/** A profile that rested because of its old secret need not rest with a new one. */
function awake(host: Host, agent: Agent, id: string): void {
  const { db } = host.store;
  const stats = usage.list(db, agent.key).get(id);
  if (stats === undefined) return;
  const { lastUsed, extra } = stats;
  const rested: Usage = {
    ...(lastUsed !== undefined && { lastUsed }),
    ...(extra !== undefined && { extra }),
  };
  if (canonicalJson(rested) === canonicalJson(stats)) return;
  replaceUsage(host, agent, id, { event: 'cooldown_cleared', before: stats, after: rested });
}
