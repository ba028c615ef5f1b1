import type { ExplainInput, Explanation } from './explanation.ts';
import { displayLabel } from './health.ts';
import { overviewOf, type SecretDisplay } from './overview.ts';
import type { ProfileFacts } from './profile.ts';
import { findByProvider } from './provider.ts';
import { shortenHome } from './visible.ts';

export interface LabelInput extends ExplainInput {
  readonly display: SecretDisplay;
}

const minute = 60_000;

/** A span as chats show it: `soon` below 30 s, else rounded minutes, hours from 60, days from 48. */
export function formatUntil(ms: number): string {
  const minutes = Math.round(ms / minute);
  if (!(minutes >= 1)) return 'soon';
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.round(hours / 24)}d`;
}

/**
 * What a provider's credential is in `/model status` (gateway 2026.1.24, directive-handling.auth.ts):
 * the profiles in the order of use with what there is to say of each, else what serves without one,
 * and in brackets where it stands. Secrets are named by their fingerprints.
 */
export function authLabel(explanation: Explanation, input: LabelInput): string {
  const { provider, candidates, next, otherwise, passesProfiles } = explanation;
  const kept = candidates.filter(({ verdict }) => verdict !== 'dropped');
  if (kept.length === 0 || passesProfiles) return withoutProfile(provider, otherwise, input);
  const lastGood = findByProvider(input.view.lastGood, provider);
  const labels = kept.map(({ id, verdict, until }) => {
    const facts = input.view.profiles.get(id);
    const flags = [
      ...(id === next ? ['next'] : []),
      ...(id === lastGood ? ['lastGood'] : []),
      ...(verdict === 'cooling' ? [`cooldown ${formatUntil((until ?? 0) - input.now)}`] : []),
      ...(facts === undefined ? [] : expiryFlags(facts, input.now)),
    ];
    const what = facts === undefined ? 'missing' : kindOf(facts, input);
    return `${id}=${what}${flags.length === 0 ? '' : ` (${flags.join(', ')})`}`;
  });
  const file = shortenHome(input.view.storePath, input.home);
  return `${labels.join(', ')} (auth-profiles.json: ${file})`;
}

function expiryFlags({ type, expiresAt }: ProfileFacts, now: number): readonly string[] {
  if (type === 'api_key' || expiresAt === undefined || expiresAt <= 0) return [];
  return [expiresAt <= now ? 'expired' : `exp ${formatUntil(expiresAt - now)}`];
}

function kindOf(facts: ProfileFacts, { config, display }: LabelInput): string {
  if (facts.type === 'oauth') {
    return `OAuth${displayLabel(facts, config.auth.profiles).slice(facts.id.length)}`;
  }
  const shown = facts.blank ? 'missing' : display.profile(facts);
  return facts.type === 'token' ? `token:${shown}` : shown;
}

function withoutProfile(
  provider: string,
  kind: Explanation['otherwise'],
  { view, config, env, fileExists, now, home, display }: LabelInput,
): string {
  if (kind === undefined) return 'missing';
  if (kind === 'keyless') return 'not needed';
  const input = { view, config, env, fileExists, now, paths: { home }, display };
  const overview = overviewOf(provider, [], input);
  const shown = kind === 'env' ? overview?.env : overview?.modelsJson;
  return shown === undefined ? 'missing' : `${shown.value} (${shown.source})`;
}
