import type { AgentEntry } from './host-config.ts';

/** The agent that always exists; its directory holds what the others inherit. */
export const mainAgentId = 'main';

const wellFormed = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

/**
 * An agent id as the gateway derives directories from it (2026.1.24, routing/session-key.ts):
 * lower case, runs of foreign characters become one `-`, at most 64 characters, never empty.
 */
export function normalizeAgentId(text: string | undefined): string {
  const trimmed = (text ?? '').trim();
  if (wellFormed.test(trimmed)) return trimmed.toLowerCase();
  const derived = trimmed
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+/, '')
    .replace(/-+$/, '')
    .slice(0, 64);
  return derived === '' ? mainAgentId : derived;
}

/** The configured default: the first marked one, else the first listed, else `main`. */
export function defaultAgentId(list: readonly Pick<AgentEntry, 'id' | 'default'>[]): string {
  const chosen = list.find((agent) => agent.default) ?? list[0];
  return chosen?.id ?? mainAgentId;
}
