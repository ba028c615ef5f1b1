import type { Finding } from './finding.ts';
import { compareIdentity, type Identity } from './identity.ts';

/** One OAuth login that can be refreshed, under one profile of one agent. */
export interface HeldLogin {
  readonly agentDir: string;
  readonly id: string;
  /** the credential that it points to; equal ones are known to be one login */
  readonly credential: number;
  /** normalised */
  readonly provider: string;
  readonly email?: string | undefined;
  readonly identity: Identity;
}

/**
 * Logins that we keep apart, because nothing proves that they are one, but that look like copies:
 * the same provider and the same profile id or e-mail, and nothing in them says that they belong to
 * different people. If they are copies, whichever is refreshed first ends the other's refresh token.
 * @param about agent directories: only pairs of which one is held there
 */
export function findLookalikes(
  logins: readonly HeldLogin[],
  about: ReadonlySet<string>,
): Finding[] {
  const findings = new Map<string, Finding>();
  for (const group of groups(logins).values()) {
    const each = oncePerCredential(group, about);
    each.forEach((login, at) => {
      const other = each.slice(0, at).find((earlier) => isLookalike(earlier, login, about));
      if (other === undefined) return;
      findings.set(`${other.credential} ${login.credential}`, lookalike(other, login));
    });
  }
  return [...findings.values()];
}

function groups(logins: readonly HeldLogin[]): Map<string, HeldLogin[]> {
  const found = new Map<string, HeldLogin[]>();
  for (const login of logins) {
    const email = login.email?.trim().toLowerCase();
    const keys = [`id ${login.id}`, ...(email ? [`mail ${email}`] : [])];
    for (const key of keys) {
      const name = `${login.provider} ${key}`;
      const group = found.get(name);
      if (group === undefined) found.set(name, [login]);
      else group.push(login);
    }
  }
  return found;
}

/** The first holder of each credential, one of the agents asked about where there is one. */
function oncePerCredential(group: readonly HeldLogin[], about: ReadonlySet<string>): HeldLogin[] {
  const found = new Map<number, HeldLogin>();
  for (const login of group) {
    const known = found.get(login.credential);
    const better = known !== undefined && !about.has(known.agentDir) && about.has(login.agentDir);
    if (known === undefined || better) found.set(login.credential, login);
  }
  return [...found.values()];
}

function isLookalike(a: HeldLogin, b: HeldLogin, about: ReadonlySet<string>): boolean {
  const asked = about.has(a.agentDir) || about.has(b.agentDir);
  return asked && compareIdentity(a.identity, b.identity) !== 'different';
}

function lookalike(first: HeldLogin, other: HeldLogin): Finding {
  return {
    reason: 'maybe_same_login',
    message: `${other.id} in ${other.agentDir} may be a copy of ${first.id} in ${first.agentDir}`,
    hint: 'if it is, remove one of them and let that agent inherit it, or log in again there',
    provider: other.provider,
    profileId: other.id,
    path: other.agentDir,
    exit: 0,
  };
}
