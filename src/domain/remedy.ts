import { variablesOf } from './env-keys.ts';
import type { ProfileFacts } from './profile.ts';
import { normalizeProvider } from './provider.ts';

/** Logins that another program keeps; we take them over whenever status runs. */
const ownersCommand: ReadonlyMap<string, (facts: Login) => string> = new Map([
  ['anthropic:claude-cli', () => 'claude auth login'],
  ['openai-codex:codex-cli', () => 'codex login'],
  ['qwen-portal:qwen-cli', () => 'qwen'],
]);

/** Where we can log in, and whose refresh tokens we can redeem: those whose endpoints are known. */
export const refreshedProviders: readonly string[] = ['anthropic', 'openai-codex'];

/** Codex and Qwen Code refresh their own logins; nobody else may. */
const refreshedElsewhere: ReadonlySet<string> = new Set([
  'openai-codex:codex-cli',
  'qwen-portal:qwen-cli',
]);

type Login = Pick<ProfileFacts, 'id' | 'provider' | 'type' | 'refreshable'>;

/** The hint that renews a credential which is expired, expiring or empty. */
export function renewal(facts: Login, agentId?: string): string {
  if (facts.type === 'oauth' && facts.refreshable && isRefreshedHere(facts)) {
    return refreshNow(facts.id, agentId);
  }
  const owner = facts.type === 'token' ? undefined : ownersCommand.get(facts.id)?.(facts);
  if (owner !== undefined) return `run ${owner}, then epiloop models status`;
  if (facts.id === 'anthropic:claude-cli' && facts.type === 'token') {
    return `run epiloop models auth setup-token${agentOption(agentId)}`;
  }
  const provider = ` ${option('provider', normalizeProvider(facts.provider))}`;
  const target = `${provider} ${option('profile-id', facts.id)}${agentOption(agentId)}`;
  if (facts.type === 'token') return `run epiloop models auth paste-token${target}`;
  if (facts.type === 'api_key') return `run epiloop models auth paste-api-key${target}`;
  if (facts.refreshable) return 'the gateway renews it when it next uses it';
  return isRefreshedHere(facts)
    ? `run epiloop models auth login${target}`
    : `log in to ${word(normalizeProvider(facts.provider))} again with the gateway`;
}

function isRefreshedHere({ id, provider }: Login): boolean {
  return refreshedProviders.includes(normalizeProvider(provider)) && !refreshedElsewhere.has(id);
}

/** The hint that refreshes a login. */
export function refreshNow(profileId: string, agentId?: string): string {
  const command = `run epiloop models auth refresh${agentOption(agentId)}`;
  return `${command}${profileId.startsWith('-') ? ' --' : ''} ${word(profileId)}`;
}

/** The hint for a login whose refresh token is no good any more. */
export function loginAgain(
  { id, provider }: Pick<Login, 'id' | 'provider'>,
  agentId?: string,
): string {
  return renewal({ id, provider, type: 'oauth', refreshable: false }, agentId);
}

/** The hint for a provider that a model needs and that has nothing at all. */
export function firstCredential(provider: string, agentId?: string): string {
  if (provider === 'amazon-bedrock') {
    return 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  }
  const target = `${option('provider', provider)}${agentOption(agentId)}`;
  const variable = variablesOf(provider).at(-1);
  const otherwise = variable === undefined ? '' : `, or set ${variable}`;
  const paste = `epiloop models auth paste-token ${target}`;
  if (provider !== 'anthropic') return `run ${paste}${otherwise}`;
  return `run epiloop models auth setup-token${agentOption(agentId)}, or ${paste}${otherwise}`;
}

/** The hint that puts an API key in the place of a login that is good for less. */
export function enterKey(provider: string, agentId: string): string {
  const option = `--provider ${word(provider)}${agentOption(agentId)}`;
  return `run epiloop models auth paste-api-key ${option}`;
}

/** The hint that takes an agent's own order away; without a name the default agent's would go. */
export function clearOrder(provider: string, agentId: string): string {
  const target = `${option('provider', provider)} ${option('agent', agentId)}`;
  return `run epiloop models auth order clear ${target}`;
}

/** The hint that ends a rest; without a name the default agent would be meant. */
export function clearCooldown(profileId: string, agentId: string): string {
  const command = 'run epiloop models auth cooldown clear';
  const target = option('agent', agentId);
  // behind `--` an id is no option, whatever it begins with
  if (profileId.startsWith('-')) return `${command} ${target} -- ${word(profileId)}`;
  return `${command} ${word(profileId)} ${target}`;
}

/** The same for all profiles of a provider. */
export function clearCooldowns(provider: string, agentId: string): string {
  const target = `${option('provider', provider)} ${option('agent', agentId)}`;
  return `run epiloop models auth cooldown clear ${target}`;
}

/** The hint that leaves only these ids in an agent's own order. */
export function setOrder(provider: string, agentId: string, ids: readonly string[]): string {
  const target = `${option('provider', provider)} ${option('agent', agentId)}`;
  return `run epiloop models auth order set ${target} ${operands(ids)}`;
}

/** The hint that takes one profile of an agent away. */
export function removeProfile(id: string, agentId: string): string {
  return `run epiloop models auth remove ${option('agent', agentId)} ${operands([id])}`;
}

/** Behind `--` an id is no option, whatever it begins with. */
function operands(ids: readonly string[]): string {
  const dashes = ids.some((id) => id.startsWith('-')) ? '-- ' : '';
  return `${dashes}${ids.map(word).join(' ')}`;
}

/** Secrets are entered for main where no agent is named. */
function agentOption(agentId: string | undefined): string {
  return agentId === undefined || agentId === 'main' ? '' : ` ${option('agent', agentId)}`;
}

/** What begins with `-` would be an option of its own behind a space. */
function option(name: string, value: string): string {
  return `--${name}${value.startsWith('-') ? '=' : ' '}${word(value)}`;
}

/** Hints are pasted into shells, and ids come from files: what is not plain is quoted. */
function word(text: string): string {
  return /^[\w.:@+,/=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
