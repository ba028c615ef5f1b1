import type { ProbeResult, ProbeStatus, ProbeSummary } from '../domain/probe.ts';
import { visible } from '../domain/visible.ts';
import { type Line, type Style, styled } from './screen.ts';

/** The section of the status screen: heading, columns and closing line are the gateway's (2026.1.24). */
export function probeLines({ results, totalTargets, durationMs }: ProbeSummary): readonly Line[] {
  const heading: Line = [styled('heading', 'Auth probes')];
  if (results.length === 0) return ['', heading, [styled('dim', '- none')]];
  const rows = results.map(cells).sort(byModel);
  const width = (pick: (row: Cells) => string, title: string) =>
    Math.max(title.length, ...rows.map((row) => pick(row).length));
  const [first, second] = [
    width(({ model }) => model, 'Model'),
    width(({ who }) => who, 'Profile'),
  ];
  const targets = `${totalTargets} target${totalTargets === 1 ? '' : 's'}`;
  return [
    '',
    heading,
    [styled('dim', `${'Model'.padEnd(first)}  ${'Profile'.padEnd(second)}  Status`)],
    ...rows.map(({ model, who, result }) => [
      `${model.padEnd(first)}  `,
      styled('name', who),
      ' '.repeat(second - who.length + 2),
      ...statusOf(result),
    ]),
    [styled('dim', `Probed ${targets} in ${span(durationMs)}; cooldowns are left as they are`)],
  ];
}

interface Cells {
  readonly model: string;
  readonly who: string;
  readonly result: ProbeResult;
}

/** Escaped before they are measured. */
function cells(result: ProbeResult): Cells {
  const { model, provider, label, mode } = result;
  return {
    model: visible(model ?? `${provider}/-`),
    who: visible(`${label} (${mode})`),
    result,
  };
}

function byModel(a: Cells, b: Cells): number {
  return a.model.localeCompare(b.model) || a.who.localeCompare(b.who);
}

const styles: Readonly<Record<ProbeStatus, Style>> = {
  ok: 'good',
  auth: 'bad',
  billing: 'bad',
  format: 'warn',
  rate_limit: 'warn',
  timeout: 'warn',
  unknown: 'warn',
  no_model: 'dim',
  unsupported: 'dim',
};

function statusOf({ status, latencyMs, error }: ProbeResult): Exclude<Line, string> {
  const time = latencyMs === undefined ? '' : ` · ${span(latencyMs)}`;
  return [styled(styles[status], status), `${time}${error === undefined ? '' : `: ${error}`}`];
}

function span(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`;
}
