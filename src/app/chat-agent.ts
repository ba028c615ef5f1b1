import { looksSecret, pastedSecret } from '../domain/secret-marks.ts';
import { parseSessionKey, type SessionKey } from '../domain/session-key.ts';
import { EpiloopError } from '../errors.ts';
import { type Agent, askedAgent, defaultAgent, namedAgent } from './agents.ts';
import type { Situation } from './situation.ts';

/** Throws `usage` for what can be no key of a session. */
export function readKey(text: string): SessionKey {
  if (looksSecret(text)) throw pastedSecret('--session');
  const key = parseSessionKey(text);
  if (key !== undefined) return key;
  throw new EpiloopError('usage', '--session takes the key of a session', {
    hint: 'such as agent:main:main, as sessions.json of the agent has it',
  });
}

/** The key says whose session it is; `--agent` may only say the same. */
export function agentOf(
  situation: Situation,
  { agentId }: SessionKey,
  agent: string | undefined,
): Agent {
  const named = agent === undefined ? undefined : namedAgent(situation, agent);
  if (agentId !== undefined && named !== undefined && named.id !== agentId) {
    throw new EpiloopError('usage', `the session is of agent ${agentId}, not of ${named.id}`, {
      hint: 'leave --agent out',
    });
  }
  const id = agentId ?? named?.id;
  return id === undefined ? defaultAgent(situation) : askedAgent(situation, id);
}
