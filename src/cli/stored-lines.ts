import type { EnterOutcome } from '../app/app.ts';
import { formatRemaining } from '../domain/duration.ts';
import { shortenHome } from '../domain/visible.ts';
import { configLine } from './config-line.ts';
import type { Line } from './screen.ts';
import { findingLines } from './status-screen.ts';

const nouns = { token: 'token', api_key: 'API key', oauth: 'login' } as const;

/** What became of an entered credential. */
export function storedLines(outcome: EnterOutcome, expiresIn: number | undefined): readonly Line[] {
  const { profileId, type, fingerprint } = outcome;
  const verb = outcome.replaced ? 'replaced' : 'stored';
  const expiry = expiresIn === undefined ? '' : `, expires in ${formatRemaining(expiresIn)}`;
  return changeLines(outcome, `${verb} ${profileId} (${nouns[type]} #${fingerprint}${expiry})`);
}

/** The same for another program's login that was taken over. */
export function adoptedLines(outcome: EnterOutcome): readonly Line[] {
  return changeLines(outcome, `took over ${outcome.profileId} (login #${outcome.fingerprint})`);
}

function changeLines(outcome: EnterOutcome, what: string): readonly Line[] {
  const { agentId, path, home, config, findings } = outcome;
  return [
    `${what} for agent ${agentId} in ${shortenHome(path, home)}`,
    ...config.map((file) => configLine('listed', file, outcome)),
    ...findings.flatMap(findingLines),
  ];
}
