/** Short ways to write the values that the judging domain works on. */
import type { AgentView, EnvLookup } from '../../src/domain/agent-view.ts';
import {
  type ConfigProfile,
  emptyHostConfig,
  type HostConfig,
} from '../../src/domain/host-config.ts';
import type { ProfileFacts } from '../../src/domain/profile.ts';
import { Secret } from '../../src/domain/secret.ts';

/** 2026-11-20T12:00:00Z */
export const now = 1_795_176_000_000;
export const minute = 60_000;
export const hour = 60 * minute;

/** `anthropic:x` is an API key of anthropic unless told otherwise. */
export function facts(id: string, more: Partial<ProfileFacts> = {}): ProfileFacts {
  return {
    id,
    provider: id.split(':')[0] ?? id,
    type: 'api_key',
    blank: false,
    refreshable: false,
    fingerprint: '1a2b3c4d',
    inherited: false,
    ...more,
  };
}

export function profiles(...all: readonly ProfileFacts[]): ReadonlyMap<string, ProfileFacts> {
  return new Map(all.map((entry) => [entry.id, entry]));
}

export function view(more: Partial<AgentView> = {}): AgentView {
  return {
    agentId: 'main',
    agentDir: '/home/operator/.epiloop/agents/main/agent',
    storePath: '/home/operator/.epiloop/agents/main/agent/auth-profiles.json',
    profiles: new Map(),
    order: new Map(),
    usage: new Map(),
    lastGood: new Map(),
    ...more,
  };
}

interface ConfigParts {
  readonly listed?: Readonly<Record<string, ConfigProfile>>;
  readonly order?: Readonly<Record<string, readonly string[]>>;
  readonly agents?: Partial<HostConfig['agents']>;
  readonly providers?: HostConfig['providers'];
}

export function hostConfig({ listed, order, agents, providers }: ConfigParts = {}): HostConfig {
  return {
    ...emptyHostConfig,
    auth: {
      ...emptyHostConfig.auth,
      profiles: new Map(Object.entries(listed ?? {})),
      order: new Map(Object.entries(order ?? {})),
    },
    agents: { ...emptyHostConfig.agents, ...agents },
    providers: providers ?? new Map(),
  };
}

/** Variables of the process; `shell:NAME` comes from the login shell. */
export function environment(values: Readonly<Record<string, string>> = {}): EnvLookup {
  return (name) => {
    const own = values[name];
    if (own !== undefined) return { secret: new Secret(own), source: 'process' };
    const shell = values[`shell:${name}`];
    return shell === undefined ? undefined : { secret: new Secret(shell), source: 'shell' };
  };
}
