import type { FileStamp } from '../ports.ts';

/** Two writes this close together can leave the same times behind (kernel tick and file system). */
const TRUSTED_AFTER_MS = 20;

/**
 * The stamp to remember for "unchanged since", or undefined when the file changed so recently that
 * another change could leave an equal one: then the next run reads it once more.
 */
export function trustedStamp(stamp: FileStamp | undefined, now: number): string | undefined {
  if (stamp === undefined) return undefined;
  const age = now - Math.max(stamp.changedAt, Math.min(stamp.modifiedAt, now));
  return age >= TRUSTED_AFTER_MS ? stamp.id : undefined;
}
