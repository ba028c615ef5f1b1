import { formatRemaining } from '../domain/duration.ts';
import type { Finding } from '../domain/finding.ts';
import type {
  HealthStatus,
  ProfileHealth,
  ProviderOverview,
  StatusReport,
} from '../domain/status-report.ts';
import { shortenHome } from '../domain/visible.ts';
import { probeLines } from './probe-screen.ts';
import { type Line, type Span, type Style, styled } from './screen.ts';

/**
 * The screen of `models status`: headings, labels and lines are the gateway's (2026.1.24), because
 * people and scripts read them; the findings behind are ours.
 */
export function statusScreen(report: StatusReport, home: string | undefined): readonly Line[] {
  return [
    ...modelLines(report, home),
    '',
    ...overviewLines(report, home),
    ...missingLines(report.auth.missingProvidersInUse),
    '',
    ...healthLines(report.auth.oauth.profiles),
    ...(report.auth.probes === undefined ? [] : probeLines(report.auth.probes)),
    ...findingSection(report.findings),
  ];
}

/** One finding as `--check` prints it. */
export function findingLine({ reason, message, exit }: Finding): Line {
  return [styled(exit === 0 ? 'dim' : exit === 2 ? 'warn' : 'bad', reason), `: ${message}`];
}

function modelLines(report: StatusReport, home: string | undefined): Line[] {
  const aliases = Object.entries(report.aliases).map(([alias, model]) => `${alias} -> ${model}`);
  const { defaultModel, resolvedDefault } = report;
  const from = defaultModel === resolvedDefault ? '' : ` (from ${defaultModel})`;
  return [
    field('Config', shortenHome(report.configPath, home)),
    field('Agent dir', shortenHome(report.agentDir, home)),
    field('Default', `${resolvedDefault}${from}`),
    list('Fallbacks', report.fallbacks),
    field('Image model', report.imageModel ?? '-'),
    list('Image fallbacks', report.imageFallbacks),
    list('Aliases', aliases),
    list('Configured models', report.allowed, 'all'),
  ];
}

function overviewLines({ auth }: StatusReport, home: string | undefined): Line[] {
  const { enabled, appliedKeys } = auth.shellEnvFallback;
  const applied = appliedKeys.length === 0 ? '' : ` (applied: ${appliedKeys.join(', ')})`;
  return [
    [styled('heading', 'Auth overview')],
    field('Auth store', shortenHome(auth.storePath, home)),
    field('Shell env', `${enabled ? 'on' : 'off'}${applied}`),
    list('Providers w/ OAuth/tokens', auth.providersWithOAuth),
    ...auth.providers.map(providerLine),
  ];
}

function providerLine({ provider, effective, profiles, env, modelsJson }: ProviderOverview): Line {
  const counts = `oauth=${profiles.oauth}, token=${profiles.token}, api_key=${profiles.apiKey}`;
  const parts = [`effective=${effective.kind}:${effective.detail}`];
  if (profiles.count > 0) parts.push(`profiles=${profiles.count} (${counts})`);
  if (profiles.labels.length > 0) parts.push(profiles.labels.join(', '));
  if (env !== undefined) parts.push(`env=${env.value}`, `source=${env.source}`);
  if (modelsJson !== undefined) {
    parts.push(`models.json=${modelsJson.value}`, `source=${modelsJson.source}`);
  }
  return ['- ', styled('name', provider), ` ${parts.join(' | ')}`];
}

function missingLines(providers: readonly string[]): Line[] {
  if (providers.length === 0) return [];
  const hint = (provider: string) =>
    provider === 'anthropic'
      ? 'Run `claude setup-token` or `epiloop configure`.'
      : 'Run `epiloop configure` or set an API key env var.';
  return [
    '',
    [styled('heading', 'Missing auth')],
    ...providers.map((provider) => ['- ', styled('bad', provider), ` ${hint(provider)}`]),
  ];
}

/** API keys do not expire, so they are left out here. */
function healthLines(all: readonly ProfileHealth[]): Line[] {
  const groups = Map.groupBy(
    all.filter(({ type }) => type !== 'api_key'),
    ({ provider }) => provider,
  );
  const lines = [...groups].flatMap(([provider, profiles]): Line[] => [
    ['- ', styled('name', provider)],
    ...profiles.map(healthLine),
  ]);
  const none: Line[] = [[styled('dim', '- none')]];
  return [[styled('heading', 'OAuth/token status')], ...(lines.length === 0 ? none : lines)];
}

function healthLine(profile: ProfileHealth): Line {
  const source = profile.source === 'store' ? '' : ` (${profile.source})`;
  return [`  - ${profile.label} `, statusWord(profile.status), `${expiryWords(profile)}${source}`];
}

/** `missing` reads `unknown`: it is the expiry that is missing. */
export function statusWord(status: HealthStatus): Span {
  const styles: Readonly<Record<HealthStatus, Style>> = {
    ok: 'good',
    static: 'dim',
    expiring: 'warn',
    missing: 'warn',
    expired: 'bad',
  };
  return styled(styles[status], status === 'missing' ? 'unknown' : status);
}

function expiryWords({ status, expiresAt, remainingMs }: ProfileHealth): string {
  if (status === 'static') return '';
  return expiresAt ? ` expires in ${formatRemaining(remainingMs ?? 0)}` : ' expires unknown';
}

function findingSection(findings: readonly Finding[]): Line[] {
  if (findings.length === 0) return [];
  const heading = styled('heading', `Findings (${findings.length})`);
  return ['', [heading], ...findings.flatMap(findingLines)];
}

/** One finding in a list, with what to do about it. */
export function findingLines(finding: Finding): Line[] {
  const line: Line = ['- ', ...findingLine(finding)];
  return finding.hint === undefined ? [line] : [line, `  hint: ${finding.hint}`];
}

function field(label: string, value: string): Line {
  return `${label.padEnd(14)}: ${value}`;
}

function list(label: string, values: readonly string[], none = '-'): Line {
  return field(`${label} (${values.length})`, values.length === 0 ? none : values.join(', '));
}
