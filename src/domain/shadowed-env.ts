import type { EnvValue } from './agent-view.ts';
import type { Finding } from './finding.ts';

/** One place that sets a variable. */
export interface EnvPlace {
  readonly source: EnvValue['source'];
  /** for a person: `the environment`, or a file */
  readonly label: string;
  readonly blank: boolean;
  /** of the trimmed value */
  readonly fingerprint: string;
}

/**
 * Does one place of a variable hide another value of it? The places come in the order in which they
 * win: whatever sets it first, blank or not, hides the files behind it, and the config's `env` counts
 * only where that is blank (gateway 2026.1.24, infra/dotenv.ts and config/io.ts).
 */
export function shadowedVariable(name: string, places: readonly EnvPlace[]): Finding | undefined {
  const first = places.find(({ source }) => source !== 'config');
  const config = places.find(({ source, blank }) => source === 'config' && !blank);
  const winner = first === undefined || first.blank ? (config ?? first) : first;
  if (winner === undefined) return undefined;
  const hidden = places.filter((place) => place !== winner && hides(winner, place));
  if (hidden.length === 0) return undefined;
  const files = hidden.map(({ label }) => label).join(' and ');
  return {
    reason: 'env_shadowed',
    message: `${name}: ${described(winner)} hides ${hidden.map(described).join(' and ')}`,
    hint: `take ${name} out of ${files}, or out of ${winner.label}`,
    exit: 0,
  };
}

function hides(winner: EnvPlace, { blank, fingerprint }: EnvPlace): boolean {
  return !blank && (winner.blank || fingerprint !== winner.fingerprint);
}

function described({ label, blank, fingerprint }: EnvPlace): string {
  return `${blank ? 'an empty value' : `#${fingerprint}`} in ${label}`;
}
