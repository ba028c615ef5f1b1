import type { AgentView } from './agent-view.ts';
import { hasExpired, isExpiring } from './complaint.ts';
import type { Finding } from './finding.ts';
import { expiryStatus } from './health.ts';
import { providersInUse } from './in-use.ts';
import type { ProfileFacts } from './profile.ts';
import { normalizeProvider } from './provider.ts';
import { judgeSupply, ownerOf, type SupplyInput, targetOf } from './supply.ts';

export interface JudgeInput extends Omit<SupplyInput, 'agentId'> {
  /** ms; what expires within it is reported */
  readonly warnWithin: number;
  /** `--in-use`: expiry counts only for providers that a configured model needs */
  readonly inUseOnly: boolean;
  /** one of several agents is asked about: what concerns it alone names it */
  readonly named?: boolean | undefined;
  /** the views of agents whose own model is judged; asked only for those */
  readonly otherViews: (agentId: string) => AgentView;
}

/**
 * Everything worth saying about the credentials of one agent, and about what other agents' own
 * models lack; the gravest first. One finding per reason and profile or provider. `expired` has
 * exit 1, `expiring` 2 (with `usable` only without a refresh token); an OAuth login without a valid
 * expiry is `missing`, the gateway's word for it, and weighs as much as `expired`.
 */
export function judge(input: JudgeInput): Finding[] {
  const uses = providersInUse(input.config);
  const inUse = new Set(uses.map((use) => use.provider));
  const own = uses.filter((use) => isAsked(use.agentId, input.view));
  const needed = new Set(own.map((use) => use.provider));
  const parts = byProvider(input.view);
  const supply = [...new Set([...needed, ...parts.keys()])].flatMap((provider) =>
    judgeSupply(provider, needed.has(provider), {
      ...input,
      agentId: nameOf(input),
      view: partOf(parts, provider, input.view),
    }),
  );
  const found = [...expiryFindings(input, inUse), ...supply].map((finding) => ({
    ...finding,
    agentId: input.view.agentId,
  }));
  const others = uses.filter((use) => !isAsked(use.agentId, input.view));
  return gravestFirst(onePerSubject(found, otherAgents(others, input)));
}

type Parts = ReadonlyMap<string, readonly ProfileFacts[]>;

/** Grouped once, so that many providers with many profiles each cost no product of both. */
function byProvider(view: AgentView): Parts {
  return Map.groupBy(view.profiles.values(), (facts) => normalizeProvider(facts.provider));
}

function partOf(parts: Parts, provider: string, view: AgentView): AgentView {
  const profiles = new Map((parts.get(provider) ?? []).map((facts) => [facts.id, facts]));
  return { ...view, profiles };
}

function isAsked(agentId: string | undefined, view: AgentView): boolean {
  return agentId === undefined || agentId === view.agentId;
}

function expiryFindings(input: JudgeInput, inUse: ReadonlySet<string>): Finding[] {
  const { view, inUseOnly } = input;
  return [...view.profiles.values()]
    .filter((facts) => !inUseOnly || inUse.has(normalizeProvider(facts.provider)))
    .flatMap((facts) => expiryFinding(facts, input));
}

function expiryFinding(facts: ProfileFacts, input: JudgeInput): Finding[] {
  const { now, warnWithin, usable } = input;
  const status = expiryStatus(facts, now, warnWithin);
  if (status === 'ok' || status === 'static') return [];
  const provider = normalizeProvider(facts.provider);
  const refreshable = usable && facts.refreshable;
  const exit = refreshable ? 0 : status === 'expiring' ? 2 : 1;
  const target = targetOf(facts, input.view.agentId);
  const subject = { provider, exit, target, agentId: ownerOf(facts, nameOf(input)) };
  if (status === 'expired') return [hasExpired(facts, now, subject)];
  return [isExpiring(facts, status, now, subject)];
}

function nameOf({ named, view }: JudgeInput): string | undefined {
  return named === true ? view.agentId : undefined;
}

/** Of other agents only what keeps their own models from running. */
function otherAgents(
  uses: readonly { readonly provider: string; readonly agentId?: string }[],
  input: JudgeInput,
): Finding[] {
  const found: Finding[] = [];
  for (const [agentId, own] of Map.groupBy(uses, (use) => use.agentId)) {
    if (agentId === undefined) continue;
    const whole = input.otherViews(agentId);
    const parts = byProvider(whole);
    for (const provider of new Set(own.map((use) => use.provider))) {
      const view = partOf(parts, provider, whole);
      const all = judgeSupply(provider, true, { ...input, view, agentId });
      const grave = all.filter((finding) => finding.exit > 0);
      found.push(...grave.map((finding) => ({ ...finding, agentId })));
    }
  }
  return found;
}

/** A later finding on the same reason and subject only replaces one that weighs less. */
function onePerSubject(asked: readonly Finding[], others: readonly Finding[]): Finding[] {
  const bySubject = new Map<string, Finding>();
  const add = (key: string, finding: Finding): void => {
    const known = bySubject.get(key);
    if (known === undefined || known.exit < finding.exit) bySubject.set(key, finding);
  };
  for (const finding of asked) add(subjectOf(finding), finding);
  for (const finding of others) {
    const shared = subjectOf(finding);
    add(bySubject.has(shared) ? shared : `${shared}\n${finding.agentId ?? ''}`, finding);
  }
  return [...bySubject.values()];
}

function subjectOf({ reason, profileId, provider }: Finding): string {
  return JSON.stringify(profileId === undefined ? [reason, provider] : [reason, 0, profileId]);
}

function gravestFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => weight(a.exit) - weight(b.exit));
}

function weight(exit: number): number {
  if (exit === 1) return 0;
  if (exit >= 64) return 1;
  return exit === 2 ? 2 : 3;
}

/**
 * The exit code of `--check`: 1 before could-not-tell (64 and above, the first one found) before 2
 * before 0.
 */
export function exitOf(findings: readonly Finding[]): number {
  return gravestFirst(findings)[0]?.exit ?? 0;
}
