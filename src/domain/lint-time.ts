import { error, type Fault, warning } from './lint.ts';
import type { LintNode } from './lint-tree.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
/** No provider issues a credential that lasts longer than this. */
const LONGEST_YEARS = 10;

/** `expires` of a credential: ms since the epoch (gateway 2026.1.24, auth-profiles/types.ts). */
export function expiryFault(node: LintNode, now: number): Fault | undefined {
  if (node.type === 'text') {
    const message = 'expires is a text: the gateway takes the credential for one without expiry';
    return error('expiry', message, 'write a number of milliseconds since 1970, without quotes');
  }
  if (node.type !== 'number') {
    return error('wrong-type', 'expires: expected a number of milliseconds since 1970');
  }
  return unitFault('expires', node.value) ?? unlikely(node.value, now);
}

/** A point in time of `usageStats`, which may be 0. */
export function usageTimeFault(key: string, node: LintNode): Fault | undefined {
  if (node.type !== 'number') {
    return warning('wrong-type', `${key}: expected a number of milliseconds since 1970`);
  }
  return unitFault(key, node.value);
}

function unlikely(value: number, now: number): Fault | undefined {
  if (!(value > 0)) {
    const message = 'expires is no time: the gateway takes the credential for one without expiry';
    return warning('expiry', message, 'leave it out, or write milliseconds since 1970');
  }
  if (value < 1e9) {
    const message = 'expires is a length of time, not a point in it';
    return error('expiry', message, 'write milliseconds since 1970');
  }
  if (value <= now + LONGEST_YEARS * YEAR_MS) return undefined;
  return warning('expiry', `expires is more than ${LONGEST_YEARS} years away`);
}

/** 1e9 to 1e11 are seconds of 2001 and later, beyond 1e14 no ms that anybody means. */
function unitFault(key: string, value: number): Fault | undefined {
  if (value >= 1e9 && value < 1e11) {
    return error('time-unit', `${key} is in seconds, expected milliseconds`, 'multiply it by 1000');
  }
  if (value < 1e14) return undefined;
  return error('time-unit', `${key} is in micro- or nanoseconds, expected milliseconds`);
}
