import type { AgentView } from './agent-view.ts';
import { type ModelRef, refText } from './model-ref.ts';
import type { Resolution } from './order.ts';
import { normalizeProvider } from './provider.ts';
import type { SessionPin } from './session-pin.ts';

export interface PinTerms {
  readonly view: AgentView;
  /** the resolver's answer for the provider of the session's model */
  readonly resolution: Resolution;
  readonly provider: string;
  /** may this model be chosen? */
  readonly isAllowed: (ref: ModelRef) => boolean;
}

/** A pin as far as it still holds; `lost` says what was dropped and why, one line each. */
export function judgePin(
  pin: SessionPin,
  terms: PinTerms,
): { readonly pin: SessionPin; readonly lost: readonly string[] } {
  const { model, profile } = pin;
  if (model !== undefined && !terms.isAllowed(model)) {
    const words = `the session's model ${refText(model)} is not allowed any more`;
    return { pin: {}, lost: [`${words}: reset to the default`] };
  }
  const why = profile && whyLost(profile.id, terms);
  if (why === undefined) return { pin, lost: [] };
  return { pin: { model }, lost: [`the session's profile ${profile?.id} was dropped: ${why}`] };
}

/** The rules of the gateway (2026.1.24, session-override.ts), on the agent's own view. */
function whyLost(id: string, terms: PinTerms): string | undefined {
  const { view, resolution, provider } = terms;
  const facts = view.profiles.get(id);
  if (facts === undefined) return 'it is gone';
  const owner = normalizeProvider(facts.provider);
  if (owner !== normalizeProvider(provider)) return `it is for ${owner}, not ${provider}`;
  // where nothing is left, nothing would be gained
  const isLeft = resolution.candidates.some(({ verdict }) => verdict !== 'dropped');
  return isLeft ? uselessness(id, terms) : undefined;
}

/** Why the resolver passes a profile over; undefined: it does not. */
export function uselessness(
  id: string,
  { resolution }: Pick<PinTerms, 'resolution'>,
): string | undefined {
  const reason = resolution.candidates.find((each) => each.id === id)?.reason;
  return (
    reason && (reason === 'not_in_order' ? 'it is not in the order' : reason.replaceAll('_', ' '))
  );
}

/**
 * The profile that comes first for the resolver. A user's pin holds; one that the gateway picked
 * gives way to the next in the order once the session has been compacted since, and to the first
 * while it rests.
 * @param compactions of the session now
 */
export function preferredOf(
  { profile }: SessionPin,
  { candidates }: Resolution,
  compactions: number,
): string | undefined {
  if (profile === undefined || profile.source === 'user') return profile?.id;
  const kept = candidates.filter(({ verdict }) => verdict !== 'dropped');
  const at = kept.findIndex(({ id }) => id === profile.id);
  if (kept[at]?.verdict === 'cooling') return undefined;
  if (compactions <= (profile.compactions ?? compactions)) return profile.id;
  const behind = [...kept.slice(at + 1), ...kept.slice(0, at + 1)];
  return behind.find(({ verdict }) => verdict === 'ready')?.id;
}
