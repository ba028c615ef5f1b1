/** dist/epiloop, made anew if it is not from the sources that are there now. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isFresh } from './inputs.ts';
import { root } from './targets.ts';

/** EX_SOFTWARE: a failed build must not look like one of epiloop's verdicts. */
export const buildFailed = 70;

/** Builds in a child, so that nothing of the build is loaded when there is nothing to do. */
export function buildIfStale(): void {
  if (isFresh()) return;
  process.stderr.write('building dist/epiloop\n');
  const { status } = spawnSync(process.execPath, [join(root, 'build', 'build.ts')], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(buildFailed);
}
