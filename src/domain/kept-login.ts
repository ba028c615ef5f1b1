import { EpiloopError } from '../errors.ts';
import { expiryStatus } from './health.ts';
import { isCliProfile } from './identity.ts';
import type { ProfileFacts } from './profile.ts';
import { normalizeProvider } from './provider.ts';

type Standing = Omit<ProfileFacts, 'inherited'>;

/**
 * Another program's login that renews itself is not thrown away for a secret that somebody enters:
 * the program still has it, and would bring it back. One that has expired or is empty makes room.
 * Throws EpiloopError `refused`.
 */
export function refuseKeptLogin(standing: Standing | undefined, now: number): void {
  if (standing === undefined || !isKept(standing, now)) return;
  const { id, provider } = standing;
  throw new EpiloopError(
    'refused',
    `${id} is a login that renews itself: it was kept, nothing was stored`,
    { hint: `store it beside that login: --profile-id ${normalizeProvider(provider)}:manual` },
  );
}

function isKept(standing: Standing, now: number): boolean {
  const { id, refreshable, blank } = standing;
  if (!isCliProfile(id) || !refreshable || blank) return false;
  return expiryStatus(standing, now, 0) !== 'expired';
}
