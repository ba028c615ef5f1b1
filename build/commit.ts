/** Which commit an executable was built from. */
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { inputs } from './inputs.ts';
import { root } from './targets.ts';

/**
 * The full hash of HEAD, with `+changes` where the build's inputs differ from it; `unknown` where there is no
 * git, no commit, or the folder is not the top of a checkout (a source archive unpacked in one).
 */
export function commit(): string {
  const head = git('rev-parse', '--show-toplevel', '--verify', 'HEAD');
  const [top, hash] = head?.split('\n') ?? [];
  if (top === undefined || hash === undefined) return 'unknown';
  if (realpathSync(top) !== realpathSync(root)) return 'unknown';
  const changes = git('status', '--porcelain', '--untracked-files=all', '--', ...inputs);
  return changes === '' ? hash : `${hash}+changes`;
}

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
