import type { StoredProfile } from '../domain/reconcile.ts';
import * as profiles from '../store/profiles.ts';
import type { Agent } from './agents.ts';
import type { Situation } from './situation.ts';

/** A profile that an agent can use, and whose it is. */
export interface Held {
  readonly holder: Agent;
  readonly profile: StoredProfile;
}

/** The agent's own profiles, and main's that it inherits. */
export function heldLogins({ host, main }: Situation, agent: Agent): Map<string, Held> {
  const from = agent.key === main.key ? [main] : [main, agent];
  return new Map(
    from.flatMap((holder) =>
      profiles
        .list(host.store.db, holder.key)
        .map((profile): [string, Held] => [profile.id, { holder, profile }]),
    ),
  );
}
