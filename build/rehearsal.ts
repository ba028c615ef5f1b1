/**
 * The code cache of the functions that a start calls, from a rehearsal on a made-up host. Without
 * it V8 compiles each of them when it is called first: a third of the time of `models status`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeHost } from './host.ts';
import { addonFile, root, type Target } from './targets.ts';

/** What has to start quickest. The last one finds usage changed: the most that is usual. */
const commands = [['--help'], ['models', 'status', '--check']];

/** ms that files must have stood still before their stamps are trusted (src/app/stamp.ts), and more */
const settleTime = 60;

/** ms for one run, which takes a fraction of a second. */
const patience = 60_000;

export interface Rehearsal {
  readonly target: Target;
  /** the Node of the executable, since another one's cache is of no use to it */
  readonly node: string;
  /** the program, one function of `require` */
  readonly program: string;
  /** where the cache goes */
  readonly cache: string;
}

/**
 * The same program and Node give the same bytes: the seed makes V8's string hashes the same
 * (`--hash-seed` would too, but then V8 rejects the cache), and the host is always alike.
 */
export function rehearse({ target, node, program, cache }: Rehearsal): void {
  const host = makeHost({ profiles: 6, agents: 1 });
  const script = join(root, 'build', 'rehearse.ts');
  try {
    // the first takes the host's files in, the second trusts their stamps
    for (let run = 0; run < 3; run += 1) {
      if (run === 2) writeFileSync(host.mirror, host.usedAgain());
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, settleTime);
      const words = [program, addonFile(target), cache, JSON.stringify(commands)];
      rmSync(cache, { force: true });
      const { stderr } = spawnSync(node, ['--random-seed=1', script, ...words], {
        encoding: 'utf8',
        env: { HOME: host.home },
        timeout: patience,
        killSignal: 'SIGKILL',
      });
      if (!existsSync(cache)) throw new Error(`the rehearsal failed: ${stderr}`);
    }
  } finally {
    host.remove();
  }
}
