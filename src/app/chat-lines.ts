import type { ParsedLine } from '../domain/directive.ts';
import type { ModelCatalog } from '../domain/model-catalog.ts';
import { choose, type Reply, refuse } from '../domain/model-choice.ts';
import { listModels } from '../domain/model-list.ts';
import type { ModelRef } from '../domain/model-ref.ts';
import { statusScreen, summary } from '../domain/model-screen.ts';
import { judgePin, uselessness } from '../domain/pin-judgement.ts';
import { pinJson, type SessionPin, samePin } from '../domain/session-pin.ts';
import type { JudgeInput } from '../domain/verdict.ts';
import * as sessionLists from '../store/session-lists.ts';
import { currentPin, preferredIn, termsOf } from './chat-pin.ts';
import { type ChatSession, storePin } from './chat-session.ts';
import type { LineReply } from './conversation.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import { judgeAgents } from './judging.ts';
import { importShellEnv } from './shell-env.ts';
import type { Situation } from './situation.ts';
import { fingerprinted } from './status.ts';

export interface Answered {
  readonly replies: readonly LineReply[];
  readonly pin: SessionPin;
  /** somebody chose something else than what held */
  readonly changed: boolean;
}

/** Everything that the replies are made of. */
interface Conversation {
  readonly situation: Situation;
  readonly session: ChatSession;
  readonly catalog: ModelCatalog;
  readonly input: JudgeInput;
  /** the model or the profile that was chosen does not hold any more */
  readonly reset: boolean;
}

/** Answers the lines in their order, each on what the one before has left, all or none. */
export async function answerLines(
  situation: Situation,
  session: ChatSession,
  catalog: ModelCatalog,
  lines: readonly ParsedLine[],
): Promise<Answered> {
  const input = await judge(situation, session);
  const { host } = situation;
  return host.store.transaction(() => {
    const found = currentPin(host, session, catalog, input);
    host.notices.push(...found.lost);
    remember(host, session, found.before, found.pin);
    let { pin } = found;
    const reset = found.before.model !== undefined && pin.model === undefined;
    const talk = { situation, session, catalog, input, reset };
    const replies = lines.flatMap(({ directive }, at): LineReply[] => {
      if (directive === undefined) return [];
      const said = answer(talk, pin, directive);
      remember(host, session, pin, said.pin);
      pin = said.pin;
      return [{ ...said.reply, number: at + 1 }];
    });
    storePin(host, session, pin);
    return { replies, pin, changed: !samePin(found.pin, pin) };
  });
}

async function judge(situation: Situation, { agent }: ChatSession): Promise<JudgeInput> {
  const { host, config, environment } = situation;
  const shell = await importShellEnv(host, config, environment);
  const terms = {
    now: host.effects.now(),
    warnWithin: 0,
    usable: true,
    inUseOnly: false,
    mirrors: [],
  };
  const [judged] = judgeAgents(situation, [agent], shell, terms);
  if (judged === undefined) throw new TypeError('one agent was judged');
  return judged.input;
}

type Said = { readonly reply: Reply; readonly pin: SessionPin };

function answer(
  talk: Conversation,
  pin: SessionPin,
  directive: NonNullable<ParsedLine['directive']>,
): Said {
  switch (directive.kind) {
    case 'show':
      return { reply: summary(talk.catalog, pin), pin };
    case 'status':
      return { reply: status(talk, pin), pin };
    case 'browse':
      return { reply: browse(talk, directive.words), pin };
    case 'choose':
      return change(talk, pin, directive.raw);
  }
}

function status({ situation, session, catalog, input, reset }: Conversation, pin: SessionPin) {
  const preferred = preferredIn(session, catalog, input, pin);
  const display = fingerprinted(situation.host);
  return statusScreen({ ...input, display, catalog, pin, reset, preferred });
}

/** The numbers of the next line count in what was shown last. */
function browse({ situation, session, catalog }: Conversation, words: readonly string[]): Reply {
  const { listed, ...reply } = listModels(words, catalog);
  const { host } = situation;
  if (listed === undefined) return reply;
  sessionLists.set(host.store.db, session.agent.key, session.key, listed, host.effects.now());
  return reply;
}

/** A model without a profile takes a pin on one away. */
function change(talk: Conversation, pin: SessionPin, raw: string): Said {
  const { situation, session, catalog, input } = talk;
  const { view, config } = input;
  const lastList = lastListOf(situation.host, session);
  const chosen = choose(raw, { catalog, config, view, lastList });
  if ('lines' in chosen) return { reply: chosen, pin };
  const { ref, isDefault, profile: id, reply } = chosen;
  const next: SessionPin = {
    ...(!isDefault && { model: ref }),
    ...(id !== undefined && { profile: { id, source: 'user' } }),
  };
  const terms = termsOf(catalog, input, next);
  const why = id === undefined ? undefined : uselessness(id, terms);
  if (why === undefined) return { reply, pin: next };
  // the gateway would forget such a pin in its next run, without a word
  if (judgePin(next, terms).lost.length > 0) {
    return { reply: refuse('no', `Auth profile "${id}" cannot be pinned: ${why}.`), pin };
  }
  situation.host.notices.push(`${id} cannot be used now: ${why}`);
  return { reply, pin: next };
}

function lastListOf({ store }: Host, { agent, key, spellings }: ChatSession) {
  for (const each of new Set<string>([key, ...spellings])) {
    const listed: readonly ModelRef[] | undefined = sessionLists.get(store.db, agent.key, each);
    if (listed !== undefined) return listed;
  }
  return undefined;
}

function remember(host: Host, session: ChatSession, from: SessionPin, to: SessionPin): void {
  if (samePin(from, to)) return;
  const { agent, key } = session;
  const path = session.entry === undefined ? undefined : session.path;
  const [before, after] = [pinJson(from), pinJson(to)];
  const event = after === undefined ? 'session_unpinned' : 'session_pinned';
  record(host, { event, subject: key, agentDir: agent.key, path, before, after });
}
