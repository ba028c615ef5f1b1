/** ms since the epoch; the only place that asks. */
export function now(): number {
  return Date.now();
}
