import { shownReason } from './complaint.ts';
import { unusableUntil } from './cooldown.ts';
import { envCredential, scanProviders } from './env-keys.ts';
import { assessHealth } from './health.ts';
import type { HostConfig } from './host-config.ts';
import { gatewayProvidersInUse, parsedProviders } from './in-use.ts';
import { type DefaultModel, refText, resolveDefault } from './model-ref.ts';
import { type OverviewInput, oauthEnv, overviewOf } from './overview.ts';
import { normalizeProvider } from './provider.ts';
import type { ProviderOverview, StatusReport, UnusableProfile } from './status-report.ts';

export interface StatusInput extends OverviewInput {
  /** all absolute; `home` shortens paths where the gateway shortens them */
  readonly paths: {
    readonly configPath: string;
    readonly agentDir: string;
    readonly storePath: string;
    readonly home?: string | undefined;
  };
  readonly shellEnv: { readonly enabled: boolean; readonly appliedKeys: readonly string[] };
  /** ms */
  readonly warnWithin: number;
}

/** The gateway's answer to `models status --json` from our facts; findings are added behind. */
export function buildStatus(input: StatusInput): Omit<StatusReport, 'findings' | 'mirrors'> {
  const { config, paths } = input;
  const chosen = resolveDefault(config);
  return {
    configPath: paths.configPath,
    agentDir: paths.agentDir,
    ...modelFields(config, chosen),
    auth: authFields(input, chosen),
    schemaVersion: 1,
  };
}

function modelFields({ agents }: HostConfig, { label, resolved }: DefaultModel) {
  const image = (agents.imageModel?.primary ?? '').trim();
  return {
    defaultModel: label,
    resolvedDefault: refText(resolved),
    fallbacks: agents.model?.fallbacks ?? [],
    imageModel: image === '' ? null : image,
    imageFallbacks: agents.imageModel?.fallbacks ?? [],
    aliases: aliasesOf(agents.models),
    allowed: [...agents.models.keys()],
  };
}

function aliasesOf(models: HostConfig['agents']['models']): Readonly<Record<string, string>> {
  const pairs = [...models].map(([key, alias]) => [(alias ?? '').trim(), key] as const);
  return Object.fromEntries(pairs.filter(([alias]) => alias !== ''));
}

function authFields(input: StatusInput, chosen: DefaultModel): StatusReport['auth'] {
  const { view, config, now, warnWithin, shellEnv } = input;
  const listed = listedProviders(input, chosen);
  const { profiles } = view;
  const owned = Map.groupBy(profiles.values(), (facts) => normalizeProvider(facts.provider));
  const overviews = listed
    .map((provider) => overviewOf(provider, owned.get(normalizeProvider(provider)) ?? [], input))
    .filter((entry) => entry !== undefined);
  const health = { profiles, config: config.auth.profiles, providers: listed, now, warnWithin };
  return {
    storePath: input.paths.storePath,
    shellEnvFallback: { enabled: shellEnv.enabled, appliedKeys: shellEnv.appliedKeys },
    providersWithOAuth: overviews.flatMap(withOAuth),
    missingProvidersInUse: missingOf(config, overviews),
    providers: overviews,
    unusableProfiles: unusableProfiles(input),
    oauth: { warnAfterMs: warnWithin, ...assessHealth(health) },
  };
}

/** Everything that is stored, configured, used or found in the environment, as typed and sorted. */
function listedProviders(input: StatusInput, { label }: DefaultModel): string[] {
  const { view, config } = input;
  const { model, imageModel, models } = config.agents;
  const references = [
    label,
    ...(model?.fallbacks ?? []),
    imageModel?.primary ?? '',
    ...(imageModel?.fallbacks ?? []),
    ...models.keys(),
  ];
  const scanned = scanProviders.filter((provider) => inEnvironment(provider, input));
  const all = [
    ...[...view.profiles.values()].map((facts) => facts.provider),
    ...config.providers.keys(),
    ...parsedProviders(references),
    ...scanned,
  ].map((provider) => provider.trim());
  return [...new Set(all)].filter((provider) => provider !== '').sort((a, b) => a.localeCompare(b));
}

function inEnvironment(provider: string, { env, fileExists, paths }: StatusInput): boolean {
  return envCredential(provider, env, fileExists, paths.home) !== undefined;
}

function withOAuth({ provider, profiles, env }: ProviderOverview): string[] {
  const count = profiles.oauth + profiles.token + (env?.value === oauthEnv ? 1 : 0);
  return count === 0 ? [] : [`${provider} (${count})`];
}

/** By exact name, as the gateway does; what is in use stands in the list under its normalised id. */
function missingOf(config: HostConfig, overviews: readonly ProviderOverview[]): string[] {
  const present = new Set(overviews.map((entry) => entry.provider));
  return gatewayProvidersInUse(config)
    .filter((provider) => !present.has(provider))
    .sort((a, b) => a.localeCompare(b));
}

/** Every resting usage entry, also of profiles that are gone; the soonest end first. */
function unusableProfiles({ view, now }: StatusInput): UnusableProfile[] {
  const resting: UnusableProfile[] = [];
  for (const [profileId, usage] of view.usage) {
    const unusable = unusableUntil(usage, now);
    if (unusable === undefined) continue;
    const { kind, reason, until } = unusable;
    const provider = view.profiles.get(profileId)?.provider;
    resting.push({
      profileId,
      ...(provider === undefined ? {} : { provider }),
      kind,
      // the gateway writes words of its own here; free text could quote a key
      ...(reason === undefined ? {} : { reason: shownReason(reason) }),
      until,
      remainingMs: until - now,
    });
  }
  return resting.sort((a, b) => a.remainingMs - b.remainingMs);
}

/**
 * `--compat-mask`: the first and last eight characters as the gateway shows them, except that
 * secrets of 16 characters or fewer, which it prints whole, are `…`.
 */
export function maskKey(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return 'missing';
  return trimmed.length <= 16 ? '…' : `${trimmed.slice(0, 8)}...${trimmed.slice(-8)}`;
}
