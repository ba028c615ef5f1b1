import { backoffOf, marked } from '../domain/failure.ts';
import type { ProfileFacts, Usage } from '../domain/profile.ts';
import { normalizeProvider, sameProvider } from '../domain/provider.ts';
import * as lastGood from '../store/last-good.ts';
import * as usage from '../store/usage.ts';
import type { Agent } from './agents.ts';
import { noProfile } from './cooldown-clear.ts';
import { stateOf } from './cooldown-list.ts';
import type { Host } from './host.ts';
import type { MarkOutcome, MarkRequest } from './rest.ts';
import type { Situation } from './situation.ts';
import { replaceUsage } from './usage-change.ts';
import { viewOf } from './view.ts';
import { changeAgent } from './writing.ts';

/**
 * `models auth mark`: how a use of a profile ended, counted as the gateway counts. It stands in the
 * agent's own file, also where the profile is inherited: so does the gateway's own count.
 */
export async function mark(host: Host, request: MarkRequest): Promise<MarkOutcome> {
  const target = { agent: request.agent, otherwise: 'default' } as const;
  const { agent, value } = await changeAgent(host, target, (situation, of) =>
    count(situation, of, request),
  );
  const { facts, stats, now } = value;
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    storePath: agent.path,
    profileId: request.id,
    provider: facts.provider,
    outcome: request.outcome,
    resting: stateOf(stats, now),
    errorCount: stats.errorCount ?? 0,
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

interface Counted {
  readonly facts: ProfileFacts;
  readonly stats: Usage;
  readonly now: number;
}

function count(situation: Situation, agent: Agent, { id, outcome }: MarkRequest): Counted {
  const { host, config, main } = situation;
  const view = viewOf(host, agent, main);
  const facts = view.profiles.get(id);
  if (facts === undefined) throw noProfile(agent, id);
  const now = host.effects.now();
  const backoff = backoffOf(config.auth.cooldowns, facts.provider);
  const stats = marked(view.usage.get(id), outcome, backoff, now);
  const before = usage.list(host.store.db, agent.key).get(id);
  if (outcome === 'ok') setLastGood(host, agent, facts);
  replaceUsage(host, agent, id, { event: 'marked', before, after: stats });
  return { facts, stats, now };
}

/** Under the spelling that stands there already. */
function setLastGood({ store }: Host, agent: Agent, { id, provider }: ProfileFacts): void {
  const known = [...lastGood.list(store.db, agent.key).keys()];
  const key = known.find((each) => sameProvider(each, provider)) ?? normalizeProvider(provider);
  lastGood.set(store.db, agent.key, key, id);
}
