/** What is asked and answered about the model and the profile of a chat session. */
import type { Reply } from '../domain/model-choice.ts';
import type { SessionPin } from '../domain/session-pin.ts';
import type { Remarks } from './app.ts';

export interface ChatRequest {
  /** `agent:<id>:<rest>`, or the rest alone */
  readonly session: string;
  /** undefined: whose the key says it is, else the configured default agent */
  readonly agent?: string | undefined;
  readonly lines: readonly string[];
  /** there is only one line, so that one without `/model` is an error */
  readonly single: boolean;
}

export interface ChatOutcome extends Remarks {
  /** as the gateway calls it, or will */
  readonly sessionKey: string;
  readonly agentId: string;
  /** absolute */
  readonly agentDir: string;
  readonly replies: readonly LineReply[];
  /** what the session is pinned to in the end; undefined: nothing */
  readonly pin: SessionPin | undefined;
  readonly sessionsFile: SessionsFileState;
  readonly exitCode: number;
}

export interface LineReply extends Reply {
  /** as given, counted from 1 */
  readonly number: number;
}

/** How the gateway's file stands to the pin. */
export interface SessionsFileState {
  /** absolute; undefined: where it is cannot be told from here */
  readonly path?: string | undefined;
  /**
   * `absent`: the session is not in it, so that only we know the pin; `pending`: it waits for the
   * file, which a question does not wait for
   */
  readonly state: 'current' | 'written' | 'absent' | 'pending';
}
