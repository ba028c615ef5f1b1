import { questionOf } from '../domain/explanation.ts';
import { isAllowed, type ModelCatalog, modelCatalog } from '../domain/model-catalog.ts';
import { orderProfiles } from '../domain/order.ts';
import { judgePin, type PinTerms, preferredOf } from '../domain/pin-judgement.ts';
import { type SessionKey, spellingsOf } from '../domain/session-key.ts';
import { pinOf, type SessionPin, settlePin } from '../domain/session-pin.ts';
import type { JudgeInput } from '../domain/verdict.ts';
import type { Agent } from './agents.ts';
import { type ChatSession, readSession, storedPin } from './chat-session.ts';
import type { Host } from './host.ts';
import type { Situation } from './situation.ts';

export interface CurrentPin {
  /** as it stood before anything was dropped */
  readonly before: SessionPin;
  readonly pin: SessionPin;
  /** what was dropped and why, one line each */
  readonly lost: readonly string[];
}

/** What the session is pinned to, as far as it holds. */
export function currentPin(
  host: Host,
  session: ChatSession,
  catalog: ModelCatalog,
  input: JudgeInput,
): CurrentPin {
  const ours = storedPin(host, session);
  const there = session.entry === undefined ? undefined : pinOf(session.entry);
  const { pin: before, from } = settlePin(ours, there);
  const overruled = from === 'there' && ours?.pending === true;
  const { pin, lost } = judgePin(before, termsOf(catalog, input, before));
  const words = 'the gateway has chosen for this session since: ours was dropped';
  return { before, pin, lost: [...(overruled ? [words] : []), ...lost] };
}

/** How a pin is judged, for the provider of its model. */
export function termsOf(catalog: ModelCatalog, input: JudgeInput, { model }: SessionPin): PinTerms {
  const { provider } = model ?? catalog.fallback;
  const resolution = orderProfiles(questionOf(provider, input));
  const { view } = input;
  return { view, provider, resolution, isAllowed: (ref) => isAllowed(catalog, ref) };
}

/** The pin as the resolver takes it. */
export function preferredIn(
  { entry }: ChatSession,
  catalog: ModelCatalog,
  input: JudgeInput,
  pin: SessionPin,
): string | undefined {
  const count = entry?.compactionCount;
  const { resolution } = termsOf(catalog, input, pin);
  return preferredOf(pin, resolution, typeof count === 'number' ? count : 0);
}

/** The profile that a session's pin puts first, for a question about any provider. */
export function pinnedProfile(
  situation: Situation,
  agent: Agent,
  key: SessionKey,
  input: JudgeInput,
): string | undefined {
  const { host, config } = situation;
  const catalog = modelCatalog(config, agent.id);
  const session = readSession(situation, agent, spellingsOf(key, agent.id));
  const { pin, lost } = currentPin(host, session, catalog, input);
  host.notices.push(...lost);
  return preferredIn(session, catalog, input, pin);
}
