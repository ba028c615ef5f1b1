import { EpiloopError } from '../errors.ts';
import { parseDuration } from './duration.ts';
import { type ExplainInput, nextOf, questionOf } from './explanation.ts';
import {
  backoffOf,
  type FailureReason,
  failureReasons,
  isFailureReason,
  marked,
} from './failure.ts';
import { type Candidate, orderProfiles } from './order.ts';
import { holdsSecret, pastedSecret } from './secret-marks.ts';

/** One thing that is supposed to happen. */
export type Event =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'use'; readonly id: string; readonly outcome: 'ok' | FailureReason };

/** How things stand after one event. */
export interface Step {
  /** as typed */
  readonly event: string;
  /** ms since the epoch */
  readonly at: number;
  readonly next?: string | undefined;
  /** in the order of use, without the dropped ones */
  readonly order: readonly Place[];
}

export interface Place {
  readonly id: string;
  readonly verdict: Candidate['verdict'];
  /** for `cooling`: ms since the epoch */
  readonly until?: number | undefined;
}

/**
 * A script such as `a:1=rate_limit,+10m,a:1=ok`: outcomes of uses, and time that passes (minutes
 * without a unit). Throws EpiloopError `usage` for a piece that is neither, `not_found` for an id
 * that is none of `ids`.
 */
export function eventsOf(
  script: string,
  ids: readonly string[],
): readonly (readonly [string, Event])[] {
  return script.split(',').map((piece, at) => {
    const text = piece.trim();
    const event = parseEvent(text);
    if (event === undefined) throw notUnderstood(at + 1);
    if (event.kind === 'use' && !ids.includes(event.id)) throw noCandidate(event.id, ids);
    return [text, event] as const;
  });
}

function notUnderstood(place: number): EpiloopError {
  return new EpiloopError('usage', `--simulate: piece ${place} is neither a use nor a time`, {
    hint: `a use is <id>=ok or <id>=<${failureReasons.join('|')}>, a time is +10m; commas between`,
  });
}

function noCandidate(id: string, ids: readonly string[]): EpiloopError {
  if (holdsSecret(id)) return pastedSecret('--simulate');
  return new EpiloopError('not_found', `--simulate: ${id} is no candidate`, {
    hint: ids.length === 0 ? undefined : `these are: ${ids.join(', ')}`,
  });
}

function parseEvent(text: string): Event | undefined {
  if (text.startsWith('+')) {
    const ms = parseDuration(text.slice(1), 'm');
    return ms === undefined ? undefined : { kind: 'wait', ms };
  }
  const at = text.lastIndexOf('=');
  const outcome = text.slice(at + 1);
  if (at < 1 || !(outcome === 'ok' || isFailureReason(outcome))) return undefined;
  return { kind: 'use', id: text.slice(0, at), outcome };
}

/** Replays the events through the arithmetic of failures and the one resolver; nothing is changed. */
export function simulate(
  provider: string,
  input: ExplainInput,
  events: readonly (readonly [string, Event])[],
): Step[] {
  const usage = new Map(input.view.usage);
  const backoff = backoffOf(input.config.auth.cooldowns, provider);
  let { now } = input;
  return events.map(([event, what]) => {
    if (what.kind === 'wait') now += what.ms;
    else usage.set(what.id, marked(usage.get(what.id), what.outcome, backoff, now));
    return {
      event,
      at: now,
      ...stand(provider, { ...input, now, view: { ...input.view, usage } }),
    };
  });
}

function stand(provider: string, input: ExplainInput): Pick<Step, 'next' | 'order'> {
  const { candidates } = orderProfiles(questionOf(provider, input));
  const kept = candidates.filter(({ verdict }) => verdict !== 'dropped');
  return {
    next: nextOf(candidates, input.view, input.now),
    order: kept.map(({ id, verdict, until }) => ({ id, verdict, until })),
  };
}
