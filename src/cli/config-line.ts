import type { ConfigChange } from '../app/changes.ts';
import { shortenHome } from '../domain/visible.ts';

/** What was done to a file of the config, for which profile, and what follows from it. */
export function configLine(
  verb: string,
  { path, backup }: ConfigChange,
  { profileId, home }: { readonly profileId: string; readonly home?: string | undefined },
): string {
  const old = backup === undefined ? '' : ` (as it was: ${shortenHome(backup, home)})`;
  return `${verb} ${profileId} in ${shortenHome(path, home)}${old}; a running gateway restarts on it`;
}
