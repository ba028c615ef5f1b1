/** What the use cases that use credentials are asked, and what they answer. */
import type { CredentialType } from '../domain/credential.ts';
import type { Secret } from '../domain/secret.ts';
import type { EpiloopError } from '../errors.ts';
import type { Remarks } from './app.ts';

export interface RefreshRequest {
  /** undefined: every login of the agent that is not good for long enough */
  readonly id?: string | undefined;
  /** undefined: the configured default agent */
  readonly agent?: string | undefined;
  /** ms that an access token must stay good; undefined: 5 min, a named login is refreshed at any rate */
  readonly minValidityMs?: number | undefined;
  readonly allowTokenEndpoint: boolean;
  readonly writeBack: boolean;
}

export interface RefreshOutcome extends Remarks {
  readonly agentId: string;
  readonly agentDir: string;
  readonly logins: readonly RefreshedLogin[];
}

export interface RefreshedLogin {
  readonly profileId: string;
  readonly provider: string;
  /** the agent whose file it stands in */
  readonly holder: string;
  /** `left`: it is another program's to refresh, and nobody named it */
  readonly outcome: 'renewed' | 'current' | 'left' | 'failed';
  /** ms since the epoch */
  readonly expiresAt?: number | undefined;
  /** with `failed` and `left` */
  readonly failure?: EpiloopError | undefined;
}

export interface HandOutRequest {
  /** any spelling */
  readonly provider: string;
  /** only this one; undefined: the first usable */
  readonly profileId?: string | undefined;
  /** undefined: the configured default agent */
  readonly agent?: string | undefined;
  /** ms that it must stay good */
  readonly minValidityMs: number;
  readonly allowTokenEndpoint: boolean;
  readonly writeBack: boolean;
}

export interface HandOutOutcome extends Remarks {
  readonly agentId: string;
  readonly agentDir: string;
  /** normalised */
  readonly provider: string;
  /** undefined: it does not come from a profile */
  readonly profileId: string | undefined;
  readonly type: CredentialType;
  /** a login's or a setup token rather than an API key: it is sent another way */
  readonly oauth: boolean;
  readonly secret: Secret;
  /** ms since the epoch */
  readonly expiresAt: number | undefined;
  /** `profile`, `env: NAME`, `shell env: NAME` or `models.json` */
  readonly source: string;
}

export interface SecretsRequest extends Omit<HandOutRequest, 'provider' | 'profileId'> {
  /** ids of profiles, or `provider:<id>` for what is used of a provider */
  readonly ids: readonly string[];
}

export interface SecretsOutcome extends Remarks {
  /** by id as asked, in the order asked */
  readonly answers: ReadonlyMap<string, Secret | EpiloopError>;
}
