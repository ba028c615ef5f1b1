import type { ProfileFacts, Usage } from './profile.ts';
import type { Secret } from './secret.ts';

/**
 * What one agent can use: its own file merged over main's, as the gateway merges them (the agent
 * wins per key; main's keys come first).
 */
export interface AgentView {
  readonly agentId: string;
  /** absolute, as configured (not resolved) */
  readonly agentDir: string;
  /** its `auth-profiles.json`, absolute */
  readonly storePath: string;
  /** in the file's order, which decides ties */
  readonly profiles: ReadonlyMap<string, ProfileFacts>;
  /** provider as typed → profile ids */
  readonly order: ReadonlyMap<string, readonly string[]>;
  readonly usage: ReadonlyMap<string, Usage>;
  readonly lastGood: ReadonlyMap<string, string>;
}

/** One environment variable with where it came from; a blank one counts as unset. */
export interface EnvValue {
  readonly secret: Secret;
  /** `process`: ours; `cwd`, `state`: a `.env` file; `config`: `env.vars`; `shell`: the login shell */
  readonly source: 'process' | 'cwd' | 'state' | 'config' | 'shell';
}

export type EnvLookup = (name: string) => EnvValue | undefined;
