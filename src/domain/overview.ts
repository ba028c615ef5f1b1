import { join } from 'node:path';
import type { AgentView, EnvLookup } from './agent-view.ts';
import { shownReason } from './complaint.ts';
import { unusableUntil } from './cooldown.ts';
import { formatRemaining } from './duration.ts';
import { envCredential } from './env-keys.ts';
import { displayLabel } from './health.ts';
import type { ConfigSecret, HostConfig } from './host-config.ts';
import { configProvider } from './in-use.ts';
import type { ProfileFacts } from './profile.ts';
import type { Secret } from './secret.ts';
import type { ProviderOverview } from './status-report.ts';
import { shortenHome } from './visible.ts';

/** How secrets are named on the screen: by fingerprint, or masked as the gateway does. */
export interface SecretDisplay {
  profile(facts: ProfileFacts): string;
  secret(secret: Secret): string;
  config(secret: ConfigSecret): string;
}

export interface OverviewInput {
  readonly view: AgentView;
  readonly config: HostConfig;
  readonly env: EnvLookup;
  readonly fileExists: (path: string) => boolean;
  readonly paths: { readonly home?: string | undefined };
  readonly now: number;
  readonly display: SecretDisplay;
}

/** What the gateway shows for an OAuth token in the environment. */
export const oauthEnv = 'OAuth (env)';

/** What it shows for credentials that are no secret of ours (Google's application default). */
const authenticated = '<authenticated>';

/**
 * What this host has for one provider, or undefined where it has nothing: its profiles (in the
 * file's order), the environment and the config's `models.providers`, and which comes first.
 */
export function overviewOf(
  provider: string,
  profiles: readonly ProfileFacts[],
  input: OverviewInput,
): ProviderOverview | undefined {
  const env = envOf(provider, input);
  const modelsJson = modelsJsonOf(provider, input);
  const effective = effectiveOf(profiles.length, env, modelsJson, input);
  if (effective === undefined) return undefined;
  return {
    provider,
    effective,
    profiles: counted(profiles, input),
    ...(env === undefined ? {} : { env }),
    ...(modelsJson === undefined ? {} : { modelsJson }),
  };
}

type Shown = NonNullable<ProviderOverview['env']>;

function effectiveOf(
  profiles: number,
  env: Shown | undefined,
  modelsJson: Shown | undefined,
  { view, paths }: OverviewInput,
): ProviderOverview['effective'] | undefined {
  if (profiles > 0) {
    return { kind: 'profiles', detail: shortenHome(view.storePath, paths.home) };
  }
  if (env !== undefined) return { kind: 'env', detail: env.value };
  return modelsJson && { kind: 'models.json', detail: modelsJson.value };
}

function counted(
  profiles: readonly ProfileFacts[],
  input: OverviewInput,
): ProviderOverview['profiles'] {
  const count = (type: ProfileFacts['type']): number =>
    profiles.filter((facts) => facts.type === type).length;
  return {
    count: profiles.length,
    oauth: count('oauth'),
    token: count('token'),
    apiKey: count('api_key'),
    labels: profiles.map((facts) => labelOf(facts, input)),
  };
}

function labelOf(facts: ProfileFacts, { config, display, view, now }: OverviewInput): string {
  const suffix = restingSuffix(facts.id, view, now);
  if (facts.type === 'oauth') {
    const email = displayLabel(facts, config.auth.profiles).slice(facts.id.length);
    return `${facts.id}=OAuth${email}${suffix}`;
  }
  const shown = facts.blank ? 'missing' : display.profile(facts);
  return `${facts.id}=${facts.type === 'token' ? 'token:' : ''}${shown}${suffix}`;
}

function restingSuffix(id: string, view: AgentView, now: number): string {
  const unusable = unusableUntil(view.usage.get(id), now);
  if (unusable === undefined) return '';
  const why =
    unusable.kind === 'disabled' && unusable.reason ? `:${shownReason(unusable.reason)}` : '';
  return ` [${unusable.kind}${why} ${formatRemaining(unusable.until - now)}]`;
}

function envOf(provider: string, input: OverviewInput): Shown | undefined {
  const found = envCredential(provider, input.env, input.fileExists, input.paths.home);
  if (found === undefined) return undefined;
  const { source, secret } = found;
  if (/oauth/i.test(source)) return { value: oauthEnv, source };
  return { value: secret === undefined ? authenticated : input.display.secret(secret), source };
}

/** The gateway copies `models.providers` into the agent's `models.json` and names it as source. */
function modelsJsonOf(
  provider: string,
  { config, view, paths, display }: OverviewInput,
): Shown | undefined {
  const key = configProvider(config, provider)?.apiKey;
  if (key === undefined || key.blank) return undefined;
  const file = shortenHome(join(view.agentDir, 'models.json'), paths.home);
  return { value: display.config(key), source: `models.json: ${file}` };
}
