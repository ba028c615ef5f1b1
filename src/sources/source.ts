import type { OAuth, Token } from '../domain/credential.ts';
import type { Json } from '../domain/json.ts';
import type { Environment } from '../ports.ts';

/** Another program on this host whose login we take over. Its file is only ever read. */
export interface Source {
  /** names the format in the store */
  readonly kind: string;
  /** for a person */
  readonly label: string;
  /** the profile under which the gateway keeps this login */
  readonly profile: { readonly id: string; readonly provider: string };
  /** the choice of `onboard` that takes this login */
  readonly choice?: string;
  /** what a credential from here has as its source */
  readonly origin: string;
  /** the command that makes the file good again */
  readonly renew: string;
  /** bytes; a larger file is none of this program's */
  readonly maxBytes: number;
  /**
   * The gateway reads the file too and stores an expiry of its own guess: whenever its file
   * changed, ours is put right again.
   */
  readonly expiryIsGuessed?: true;
  /** where another profile of the provider holds the same login, this one is not added */
  readonly onlyOnce?: true;
  /** undefined where that needs a home and there is none; may be relative to the working directory */
  path(env: Environment, home: string | undefined): string | undefined;
  /** never throws; nothing of the text stands in a problem */
  parse(text: string): SourceLogin;
}

export type SourceLogin =
  | FoundLogin
  /** there is no login in it, or it was blanked */
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly problem: string };

export interface FoundLogin {
  readonly kind: 'login';
  readonly credential: OAuth | Token;
  /** fields that its profile gets beside the credential; undefined: it has no such field any more */
  readonly extra?: Readonly<Record<string, Json | undefined>> | undefined;
}
