import type { EnterOutcome } from './changes.ts';

/** How the answer of the provider's page gets here. */
export type LoginWay =
  /** the person pastes it; where the browser can reach this host it may come by itself */
  | 'terminal'
  /** it stands on standard input */
  | 'stdin'
  /** the browser brings it to this host */
  | 'callback'
  /** the person types a code in elsewhere, and we ask until that is done (RFC 8628) */
  | 'device';

/** Who logs in, as far as this process meets them. */
export interface LoginPerson {
  /** one line of prose, now */
  tell(line: string): void;
  /** one line as it is, to be copied */
  show(line: string): void;
  /** what was pasted; '' where `until` came first */
  paste(prompt: string, until: AbortSignal): Promise<string>;
  /** opens it in a browser; false: there is none */
  browse?: ((url: string) => Promise<boolean>) | undefined;
  /** May what is there be replaced? False where nobody can answer, too. */
  confirm(question: string): Promise<boolean>;
}

export interface LoginRequest {
  /** any spelling */
  readonly provider: string;
  /** undefined: `<provider>:<e-mail>`, or `<provider>:default` where the provider names none */
  readonly profileId?: string | undefined;
  /** undefined: main's directory */
  readonly agent?: string | undefined;
  readonly way: LoginWay;
  /** another login of this id may be replaced */
  readonly replace: boolean;
  /** people and codes may be sent to a host that is not the provider's own */
  readonly allowTokenEndpoint: boolean;
  readonly person: LoginPerson;
}

export interface LoginOutcome extends EnterOutcome {
  /** as the provider says */
  readonly email?: string | undefined;
}
