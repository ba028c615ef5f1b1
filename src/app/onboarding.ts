/** What `onboard` asks of the use cases, and what they answer. */

import type { CredentialType } from '../domain/credential.ts';
import type { Secret } from '../domain/secret.ts';
import type { HealthStatus } from '../domain/status-report.ts';
import type { Remarks } from './app.ts';
import type { ConfigChange } from './changes.ts';

export interface SurveyRequest {
  /** undefined: main's directory */
  readonly agent?: string | undefined;
}

/** What there is on this host today, by provider. */
export interface Survey extends Remarks {
  readonly agentId: string;
  /** in the file's order, what is inherited too */
  readonly profiles: readonly SurveyedProfile[];
  /** API keys that the environment holds, the variable that counts */
  readonly variables: readonly SurveyedVariable[];
}

export interface SurveyedProfile {
  readonly id: string;
  /** normalised */
  readonly provider: string;
  readonly type: CredentialType;
  readonly status: HealthStatus;
  readonly fingerprint: string;
}

export interface SurveyedVariable {
  /** normalised */
  readonly provider: string;
  readonly name: string;
  readonly secret: Secret;
}

/** One credential to be stored, or to be found. */
export type OnboardItem = { readonly choice: string; readonly provider: string } & (
  | { readonly kind: 'key'; readonly key: Secret }
  /** into `<state>/.env` */
  | { readonly kind: 'variable'; readonly name: string; readonly key: Secret }
  | {
      readonly kind: 'token';
      readonly token: Secret;
      readonly profileId: string;
      /** ms from now */
      readonly expiresInMs?: number | undefined;
    }
  | { readonly kind: 'client'; readonly profileId: string }
  /** an API key that is stored already */
  | { readonly kind: 'stored'; readonly profileId: string }
);

export interface OnboardRequest {
  /** undefined: main's directory */
  readonly agent?: string | undefined;
  readonly items: readonly OnboardItem[];
}

export interface OnboardOutcome extends Remarks {
  readonly results: readonly OnboardResult[];
  /** config files that were changed; a running gateway restarts on it */
  readonly config: readonly ConfigChange[];
}

/** Where one of them stands now: under a profile id, or as a variable. */
export interface OnboardResult {
  readonly choice: string;
  /** normalised */
  readonly provider: string;
  readonly profileId?: string | undefined;
  readonly variable?: string | undefined;
  /** of the file that holds it, absolute */
  readonly path: string;
  /** whose file it is; undefined for a variable */
  readonly agentId?: string | undefined;
  readonly fingerprint: string;
  /** `kept`: it was there already, and nothing had to be stored */
  readonly action: 'stored' | 'replaced' | 'kept';
}
