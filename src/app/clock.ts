import { formatRemaining } from '../domain/duration.ts';
import type { Finding } from '../domain/finding.ts';
import { exitCodes } from '../errors.ts';
import * as history from '../store/history.ts';
import type { Host } from './host.ts';

/** A clock this far behind the store's newest entry cannot judge expiry. */
const SLACK_MS = 5 * 60_000;

/** Has the clock been set back, or started from nothing? Then no verdict can be trusted. */
export function clockFindings(host: Host): Finding[] {
  const behind = (history.newestAt(host.store.db) ?? 0) - host.effects.now();
  if (behind <= SLACK_MS) return [];
  return [
    {
      reason: 'clock_behind',
      message: `the clock is ${formatRemaining(behind)} behind the store: expiry cannot be judged`,
      hint: 'set the clock (timedatectl), then run it again',
      path: host.paths.database,
      exit: exitCodes.clock_behind,
    },
  ];
}
