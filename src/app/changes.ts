/** What the use cases that change something are asked, and what they answer. */
import type { CredentialType, OAuth } from '../domain/credential.ts';
import type { JsonObject } from '../domain/json.ts';
import type { ProfileFacts } from '../domain/profile.ts';
import type { Secret } from '../domain/secret.ts';
import type { Remarks } from './app.ts';

export interface OrderRequest {
  /** any spelling */
  readonly provider: string;
  /** undefined: the configured default agent */
  readonly agent?: string | undefined;
}

/** The first five fields are the gateway's (2026.1.24, `models auth order get --json`). */
export interface OrderOutcome extends Remarks {
  readonly agentId: string;
  /** absolute */
  readonly agentDir: string;
  /** normalised */
  readonly provider: string;
  /** `~`-shortened */
  readonly authStorePath: string;
  /** the agent's own override */
  readonly order: readonly string[] | null;
  /** what is used in the end, and whose word it is */
  readonly effective: {
    readonly from: 'agent' | 'main' | 'config' | 'rotation';
    readonly order: readonly string[];
  };
}

export interface EnterRequest {
  /** any spelling */
  readonly provider: string;
  /** undefined: `<provider>:manual` for a token, `<provider>:default` for an API key */
  readonly profileId?: string | undefined;
  /** undefined: main's directory */
  readonly agent?: string | undefined;
  readonly credential:
    | { readonly type: 'api_key'; readonly key: Secret }
    /** ms from now; undefined: it does not expire, as far as anybody says */
    | { readonly type: 'token'; readonly token: Secret; readonly expiresInMs?: number | undefined }
    | OAuth;
  /** whose it is; what is known of the one before stays where it is the same login */
  readonly email?: string | undefined;
  /** fields of the file's entry beside the secrets, such as `accountId` */
  readonly extra?: JsonObject | undefined;
}

export interface EnterOutcome extends Remarks {
  readonly agentId: string;
  /** absolute */
  readonly agentDir: string;
  /** its `auth-profiles.json`, absolute */
  readonly path: string;
  readonly profileId: string;
  /** normalised */
  readonly provider: string;
  readonly type: CredentialType;
  /** ms since the epoch */
  readonly expiresAt?: number | undefined;
  readonly fingerprint: string;
  /** there was a profile of this id, with another secret */
  readonly replaced: boolean;
  /** config files that were changed; a running gateway restarts on it */
  readonly config: readonly ConfigChange[];
}

/** A config file that was edited. */
export interface ConfigChange {
  /** absolute */
  readonly path: string;
  /** the copy that was made first */
  readonly backup?: string | undefined;
}

export interface RemoveRequest {
  readonly id: string;
  /** undefined: main's directory */
  readonly agent?: string | undefined;
  /** another program still has this login: keep it out all the same */
  readonly keepOut: boolean;
  /** erase its secrets now, so that nobody can bring them back */
  readonly purge: boolean;
}

export interface RemoveOutcome extends Remarks {
  readonly agentId: string;
  readonly agentDir: string;
  readonly path: string;
  readonly profileId: string;
  /** ids of other agents that still have this login */
  readonly keptIn: readonly string[];
  /** config files that no longer list it; a running gateway restarts on it */
  readonly config: readonly ConfigChange[];
  /** it was erased, and cannot be brought back */
  readonly purged: boolean;
  /** copies that still held an erased secret and were deleted or cleaned, absolute */
  readonly cleaned: readonly string[];
  /** files that hold it all the same and are not ours to clean, absolute */
  readonly stillIn: readonly string[];
}

export interface ProspectRequest {
  /** undefined: main's directory */
  readonly agent?: string | undefined;
}

/** What entering a secret would meet. */
export interface ProspectOutcome {
  readonly agentId: string;
  /** its `auth-profiles.json`, absolute */
  readonly path: string;
  /** its own, in the file's order */
  readonly profiles: readonly Omit<ProfileFacts, 'inherited'>[];
  /** ids of logins that were removed here and that another program still has */
  readonly keptOut: readonly string[];
  /** shown as `~` */
  readonly home?: string | undefined;
}

export interface AdoptRequest {
  /** of main, such as `anthropic:claude-cli` */
  readonly profileId: string;
}
