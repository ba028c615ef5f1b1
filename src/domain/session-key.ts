import { normalizeAgentId } from './agent-id.ts';

export interface SessionKey {
  /** whose session it is, where the key says so */
  readonly agentId: string | undefined;
  /** as typed, without white space around it */
  readonly typed: string;
}

const MAX_LENGTH = 512;

/**
 * A session's key as the gateway forms them (2026.1.24, routing/session-key.ts):
 * `agent:<id>:<rest>`, or only the rest. Undefined for what can be none: empty, too long, of no
 * well-formed text, or `agent:` without the rest.
 */
export function parseSessionKey(text: string): SessionKey | undefined {
  const typed = text.trim();
  if (typed === '' || typed.length > MAX_LENGTH || !typed.isWellFormed()) return undefined;
  if (!/^agent:/i.test(typed)) return { agentId: undefined, typed };
  const [, id, ...rest] = typed.split(':').filter((part) => part.trim() !== '');
  return id === undefined || rest.length === 0
    ? undefined
    : { agentId: normalizeAgentId(id), typed };
}

export interface KeySpellings {
  /** what we call a session that the gateway does not know yet */
  readonly full: string;
  /** what it may stand under, the likeliest first */
  readonly all: readonly string[];
}

/** @param owner the id of the agent whose session it is */
export function spellingsOf({ agentId, typed }: SessionKey, owner: string): KeySpellings {
  const full = agentId === undefined ? `agent:${owner}:${typed}` : typed;
  return { full, all: [...new Set([typed, full, full.toLowerCase()])] };
}
