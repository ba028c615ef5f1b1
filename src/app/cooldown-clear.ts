import { cleared, hasFailures } from '../domain/failure.ts';
import type { Usage } from '../domain/profile.ts';
import { holdsSecret, pastedSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';
import * as usage from '../store/usage.ts';
import type { Agent } from './agents.ts';
import { isOf } from './cooldown-list.ts';
import type { Host } from './host.ts';
import type { CooldownClearOutcome, CooldownClearRequest } from './rest.ts';
import type { Situation } from './situation.ts';
import { replaceUsage } from './usage-change.ts';
import { viewOf } from './view.ts';
import { changeAgent } from './writing.ts';

/**
 * `models auth cooldown clear`: ends the rest of a profile, or of all of a provider's, in the file
 * where the gateway finds it: the agent's own entry, else main's. An own entry of an agent that has
 * none would hide from it for good what main's says later.
 */
export async function clearCooldown(
  host: Host,
  request: CooldownClearRequest,
): Promise<CooldownClearOutcome> {
  const target = { agent: request.agent, otherwise: 'default' } as const;
  const { agent, value } = await changeAgent(
    host,
    target,
    (situation, asked) => clearAll(situation, asked, request.what),
    undefined,
    (entries) => entries.map(({ owner }) => owner),
  );
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    cleared: value.map(({ profileId, owner }) => ({
      profileId,
      agentId: owner.id,
      agentDir: owner.dir,
      storePath: owner.path,
    })),
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

interface Cleared {
  readonly profileId: string;
  readonly owner: Agent;
}

function clearAll(
  situation: Situation,
  agent: Agent,
  what: CooldownClearRequest['what'],
): readonly Cleared[] {
  const { host, main } = situation;
  const own = usage.list(host.store.db, agent.key);
  const found = 'id' in what ? [theOne(situation, agent, what.id)] : allOf(situation, agent, what);
  return found
    .filter(([, stats]) => hasFailures(stats))
    .map(([profileId, stats]) => {
      const owner = own.has(profileId) ? agent : main;
      const change = { event: 'cooldown_cleared', before: stats, after: cleared(stats ?? {}) };
      replaceUsage(host, owner, profileId, change);
      return { profileId, owner };
    });
}

type Entry = readonly [profileId: string, stats: Usage | undefined];

function theOne({ host, main }: Situation, agent: Agent, id: string): Entry {
  const view = viewOf(host, agent, main);
  const stats = view.usage.get(id);
  if (stats === undefined && !view.profiles.has(id)) throw noProfile(agent, id);
  return [id, stats];
}

function allOf(
  { host, main }: Situation,
  agent: Agent,
  { provider }: { readonly provider: string },
): readonly Entry[] {
  const view = viewOf(host, agent, main);
  const all = [...view.usage].filter(([id]) => isOf(provider, id, view.profiles.get(id)?.provider));
  if (all.length === 0 && holdsSecret(provider)) throw pastedSecret('--provider');
  return all;
}

export function noProfile(agent: Agent, id: string): EpiloopError {
  if (holdsSecret(id)) return pastedSecret('the profile id');
  return new EpiloopError('not_found', `no profile ${id} for agent ${agent.id}`, {
    path: agent.path,
    hint: `epiloop models auth list --agent ${agent.id} names them`,
  });
}
