import { EpiloopError, quoted } from '../errors.ts';
import type { Host } from './host.ts';

export type OpenTo = 'readable' | 'writable' | undefined;

/** Another program's file that cannot be read, or is broken, is told and left alone. */
export function attempt<T>(host: Host, path: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    const { message, hint } = error;
    host.findings.push({ reason: 'source_unreadable', message, hint, path, exit: 0 });
    return undefined;
  }
}

/** It holds secrets: others than its owner should not get at them. */
export function remarkOpen(host: Host, path: string, openTo: OpenTo): void {
  if (openTo === undefined) return;
  host.findings.push({
    reason: 'permissions',
    message: `${path} is ${openTo} by others`,
    hint: `chmod 600 ${quoted(path)}`,
    path,
    exit: 0,
  });
}
