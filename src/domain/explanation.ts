import type { AgentView } from './agent-view.ts';
import { listInForce, mismatch, restWords } from './complaint.ts';
import { type Unusable, unusableUntil } from './cooldown.ts';
import type { CredentialType } from './credential.ts';
import { formatRemaining } from './duration.ts';
import { expiryStatus } from './health.ts';
import type { HostConfig } from './host-config.ts';
import { configProvider } from './in-use.ts';
import {
  type Candidate,
  type DropReason,
  type OrderQuestion,
  orderProfiles,
  type Resolution,
} from './order.ts';
import type { ProfileFacts } from './profile.ts';
import { normalizeProvider } from './provider.ts';
import { clearCooldown, renewal } from './remedy.ts';
import { isReady, isSpent, otherSource, type SupplyInput, targetOf } from './supply.ts';

/** A profile of the provider, or an id that its list names, and what became of it. */
export interface ExplainedCandidate {
  readonly id: string;
  /** the resolver's word; only `ready` ones that are not spent are used */
  readonly verdict: Candidate['verdict'];
  /** why it is not used now; undefined for one that could be */
  readonly reason?: DropReason | Unusable['kind'] | undefined;
  /** in words, without the id */
  readonly words: string;
  readonly hint?: string | undefined;
  /** for `cooling`: ms since the epoch */
  readonly until?: number | undefined;
  readonly type?: CredentialType | undefined;
  /** as typed */
  readonly provider?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** ms since the epoch */
  readonly expiresAt?: number | undefined;
  /** it stands in main's file */
  readonly inherited?: boolean | undefined;
}

export interface Explanation {
  /** normalised */
  readonly provider: string;
  readonly basis: Resolution['basis'];
  /** in the order of use, the dropped ones behind */
  readonly candidates: readonly ExplainedCandidate[];
  /** the profile that is used now */
  readonly next?: string | undefined;
  /** what there is without any profile: used where no profile is, and before all with `aws-sdk` */
  readonly otherwise?: 'env' | 'models.json' | 'keyless' | undefined;
  /** the config says `auth: "aws-sdk"`, so that profiles are never looked at */
  readonly passesProfiles: boolean;
}

export interface ExplainInput extends Omit<SupplyInput, 'usable'> {
  /** a session's pin */
  readonly preferred?: string | undefined;
  /** whose stored order is in force; undefined: the agent's own */
  readonly orderOf?: string | undefined;
}

/** What the resolver is asked about a provider (any spelling) of an agent. */
export function questionOf(
  provider: string,
  { view, config, now, preferred }: Pick<ExplainInput, 'view' | 'config' | 'now' | 'preferred'>,
): OrderQuestion {
  const { profiles, order: storedOrder, usage } = view;
  return { provider, profiles, storedOrder, config: config.auth, usage, now, preferred };
}

/**
 * What is used for a provider (any spelling), and what became of everything else: the resolver's
 * answer in words, then what would serve without a profile.
 */
export function explain(asked: string, input: ExplainInput): Explanation {
  const provider = normalizeProvider(asked);
  const { basis, candidates } = orderProfiles(questionOf(provider, input));
  const passesProfiles = configProvider(input.config, provider)?.auth === 'aws-sdk';
  const next = passesProfiles ? undefined : nextOf(candidates, input.view, input.now);
  return {
    provider,
    basis,
    candidates: candidates.map((each) => inWords(each, { ...input, provider, basis })),
    next,
    otherwise: passesProfiles ? 'keyless' : otherSource(provider, input),
    passesProfiles,
  };
}

/** The first that is ready and not a login past expiry and hope of a refresh. */
export function nextOf(
  candidates: readonly Candidate[],
  view: AgentView,
  now: number,
): string | undefined {
  return candidates.find((each) => isReady(each, view, now))?.id;
}

interface Case extends ExplainInput {
  /** normalised */
  readonly provider: string;
  readonly basis: Resolution['basis'];
}

function inWords(candidate: Candidate, subject: Case): ExplainedCandidate {
  const { id, verdict, until, type, provider } = candidate;
  const facts = subject.view.profiles.get(id);
  const told = facts === undefined ? ghost(subject) : tell(candidate, facts, subject);
  const { fingerprint, expiresAt, inherited } = facts ?? {};
  return { id, verdict, until, type, provider, fingerprint, expiresAt, inherited, ...told };
}

type Told = Pick<ExplainedCandidate, 'reason' | 'words' | 'hint'>;

function ghost({ basis, provider, view }: Case): Told {
  const [list] = listInForce(basis, provider, view.agentId);
  const hint = `epiloop models auth list --agent ${view.agentId} names what is stored`;
  return { reason: 'not_stored', words: `${list} names it, but it is not stored`, hint };
}

function tell({ verdict, reason }: Candidate, facts: ProfileFacts, subject: Case): Told {
  if (verdict === 'cooling') return rest(facts, subject);
  if (verdict === 'ready') return ready(facts, subject);
  return { reason, ...dropped[reason ?? 'not_in_order'](facts, subject) };
}

function rest({ id }: ProfileFacts, { view, now }: Case): Told {
  const state = unusableUntil(view.usage.get(id), now);
  // the resolver has just said so
  if (state === undefined) throw new TypeError('a cooling profile has a time');
  return {
    reason: state.kind,
    words: restWords(state, now),
    hint: clearCooldown(id, view.agentId),
  };
}

/** An OAuth login is kept by the order whatever its expiry. */
function ready(facts: ProfileFacts, { view, now }: Case): Told {
  if (isSpent(facts, now)) {
    const hint = renewal(facts, targetOf(facts, view.agentId));
    return { reason: 'expired', words: 'expired, and cannot be refreshed', hint };
  }
  const { expiresAt } = facts;
  switch (expiryStatus(facts, now, 0)) {
    case 'expired':
      return { words: 'ready, to be refreshed first' };
    case 'ok':
    case 'expiring':
      return { words: `ready, expires in ${formatRemaining((expiresAt ?? now) - now)}` };
    default:
      return { words: 'ready' };
  }
}

type Teller = (facts: ProfileFacts, subject: Case) => Omit<Told, 'reason'>;

const renew =
  (words: string): Teller =>
  (facts, { view }) => ({ words, hint: renewal(facts, targetOf(facts, view.agentId)) });

const misfit =
  (reason: 'mode_mismatch' | 'config_other_provider', field: 'mode' | 'provider'): Teller =>
  (facts, { config, provider }) => {
    const stored = field === 'mode' ? facts.type : facts.provider;
    const says = config.auth.profiles.get(facts.id)?.[field];
    const { hint } = mismatch(facts, reason, config, { provider, exit: 0 });
    return { words: `stored as ${stored}, but auth.profiles says ${field} ${says}`, hint };
  };

const dropped: Readonly<Record<DropReason, Teller>> = {
  not_stored: (_facts, subject) => ghost(subject),
  other_provider: (facts) => ({ words: `it is for ${normalizeProvider(facts.provider)}` }),
  mode_mismatch: misfit('mode_mismatch', 'mode'),
  config_other_provider: misfit('config_other_provider', 'provider'),
  blank_secret: renew('its secret is empty'),
  expired: renew('expired'),
  not_in_order: (_facts, { basis, provider, view, orderOf }) => {
    const [list, hint] = listInForce(basis, provider, orderOf ?? view.agentId);
    return { words: `${list} does not name it`, hint };
  },
};

/** Normalised: every provider that the agent's file or the config names. */
export function knownProviders(view: AgentView, config: HostConfig): string[] {
  const names = [
    ...[...view.profiles.values()].map(({ provider }) => provider),
    ...view.order.keys(),
    ...config.auth.order.keys(),
    ...[...config.auth.profiles.values()].map(({ provider }) => provider),
    ...config.providers.keys(),
  ];
  return [...new Set(names.map(normalizeProvider))].sort();
}
