import { EpiloopError } from '../errors.ts';
import { expiryStatus } from './health.ts';
import { isCliProfile } from './identity.ts';
import type { ProfileFacts } from './profile.ts';
import { normalizeProvider } from './provider.ts';

type Facts = Omit<ProfileFacts, 'inherited'>;

/** The place where somebody wants to enter a secret. */
export interface EntryPlace {
  readonly id: string;
  /** the agent's own */
  readonly profiles: readonly Facts[];
  /** ids of logins that were removed here and that another program still has */
  readonly keptOut: readonly string[];
}

/**
 * Another program's login that renews itself is not thrown away for a secret that somebody enters,
 * and one that was removed would take the secret's place: the program still has it. One that has
 * expired or is empty makes room. Throws EpiloopError `refused`.
 */
export function refuseKeptLogin({ id, profiles, keptOut }: EntryPlace, now: number): void {
  const standing = profiles.find((each) => each.id === id);
  if (standing !== undefined && isKept(standing, now)) {
    throw kept(id, `${id} is a login that renews itself and is kept`);
  }
  if (keptOut.includes(id)) {
    throw kept(id, `the login of ${id} was removed here, but its program would bring it back`);
  }
}

function isKept(standing: Facts, now: number): boolean {
  const { id, refreshable, blank } = standing;
  if (!isCliProfile(id) || !refreshable || blank) return false;
  return expiryStatus(standing, now, 0) !== 'expired';
}

function kept(id: string, why: string): EpiloopError {
  const provider = normalizeProvider(id.slice(0, id.indexOf(':')));
  const hint = `store it beside that one: --profile-id ${provider}:manual`;
  return new EpiloopError('refused', `${why}; nothing was stored`, { hint });
}
