import { isResting } from '../domain/complaint.ts';
import { unusableUntil } from '../domain/cooldown.ts';
import type { Finding } from '../domain/finding.ts';
import { normalizeProvider } from '../domain/provider.ts';
import type { Agent } from './agents.ts';
import type { Judged } from './judging.ts';

/**
 * Every profile of these agents that rests after failures, also where an order leaves it out or it
 * could not be used anyway: judging tells only of those that are in use.
 */
export function restingProfiles(judged: readonly Judged[], main: Agent): Finding[] {
  return judged.flatMap(({ agent, input, findings }) => {
    const { view, now, named } = input;
    const told = new Set(findings.flatMap(({ reason, profileId }) => `${reason} ${profileId}`));
    return [...view.profiles.values()].flatMap(({ id, provider, inherited }) => {
      const state = unusableUntil(view.usage.get(id), now);
      const elsewhere = inherited && agent.key !== main.key;
      if (state === undefined || elsewhere || told.has(`cooldown ${id}`)) return [];
      const subject = {
        provider: normalizeProvider(provider),
        agentId: named === true ? agent.id : undefined,
        target: agent.id,
        exit: 0,
      };
      return [{ ...isResting(id, state, now, subject), agentId: agent.id }];
    });
  });
}
