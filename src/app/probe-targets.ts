import { questionOf } from '../domain/explanation.ts';
import { providersInUse } from '../domain/in-use.ts';
import { orderProfiles } from '../domain/order.ts';
import type { ProbeOptions, ProbeResult } from '../domain/probe.ts';
import { normalizeProvider } from '../domain/provider.ts';
import { firstCredential } from '../domain/remedy.ts';
import { EpiloopError } from '../errors.ts';
import type { Desk } from './hand-out.ts';
import { elsewhere, type Found } from './other-secret.ts';
import type { ShellEnv } from './shell-env.ts';
import { viewOf } from './view.ts';

/** A credential that is to be probed. */
export interface Target
  extends Pick<ProbeResult, 'provider' | 'profileId' | 'label' | 'source' | 'mode'> {
  /** of what is no profile; a profile's is handed out when it is needed */
  readonly found?: Found | undefined;
}

/**
 * Every profile that the resolver keeps for each provider asked about, resting ones too, and what
 * would serve without a profile.
 * @throws EpiloopError `not_found` for a profile that this agent has not, `no` where a provider
 * that was named has nothing to probe
 */
export function targetsOf(desk: Desk, options: ProbeOptions, shell: ShellEnv): Target[] {
  const { situation, agent } = desk;
  const { provider, profileIds } = options;
  if (profileIds !== undefined) return profileIds.map((id) => named(desk, id, provider));
  if (provider === undefined) {
    const uses = providersInUse(situation.config).filter(
      ({ agentId }) => agentId === undefined || agentId === agent.id,
    );
    const providers = [...new Set(uses.map((use) => use.provider))].sort();
    return providers.flatMap((each) => ofProvider(desk, each, shell));
  }
  const asked = normalizeProvider(provider);
  const found = ofProvider(desk, asked, shell);
  if (found.length > 0) return found;
  throw new EpiloopError('no', `agent ${agent.id} has nothing of ${asked} to probe`, {
    path: agent.path,
    hint: firstCredential(asked, agent.id),
  });
}

function named({ situation, agent }: Desk, id: string, provider: string | undefined): Target {
  const facts = viewOf(situation.host, agent, situation.main).profiles.get(id);
  const isOther =
    facts !== undefined &&
    provider !== undefined &&
    normalizeProvider(facts.provider) !== normalizeProvider(provider);
  if (facts === undefined || isOther) {
    const whose = isOther ? ` of ${normalizeProvider(provider)}` : '';
    throw new EpiloopError('not_found', `no profile ${id}${whose} for agent ${agent.id}`, {
      path: agent.path,
      hint: `epiloop models auth list --agent ${agent.id} names them`,
    });
  }
  return profileTarget(normalizeProvider(facts.provider), id, facts.type);
}

function ofProvider({ situation, agent }: Desk, provider: string, shell: ShellEnv): Target[] {
  const { host, main, config } = situation;
  const view = viewOf(host, agent, main);
  const { candidates } = orderProfiles(
    questionOf(provider, { view, config, now: host.effects.now() }),
  );
  const profiles = candidates.flatMap(({ id, verdict, type }) =>
    verdict === 'dropped' || type === undefined ? [] : [profileTarget(provider, id, type)],
  );
  const found = elsewhere(situation, provider, shell);
  if (found === undefined) return profiles;
  const source = found.source === 'models.json' ? 'models.json' : 'env';
  return [...profiles, { provider, label: found.source, source, mode: found.type, found }];
}

function profileTarget(provider: string, id: string, mode: Target['mode']): Target {
  return { provider, profileId: id, label: id, source: 'profile', mode };
}
