/**
 * `npm start -- <arguments>`: builds dist/epiloop if it is stale, then becomes it, so that exit
 * code, terminal and signals are epiloop's own. Writes nothing to stdout.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { buildFailed, buildIfStale } from './fresh.ts';
import { executable } from './inputs.ts';

/** npm runs scripts in the project's folder; file names are meant from where the user is. */
function returnToCaller(): void {
  const { INIT_CWD: folder, npm_lifecycle_event: script } = process.env;
  if (script !== 'start' || folder === undefined) return;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) process.chdir(folder);
}

function becomeEpiloop(args: readonly string[]): never {
  if (process.platform !== 'win32' && process.execve !== undefined) {
    process.execve(executable, [executable, ...args], process.env);
  }
  const { status } = spawnSync(executable, args, { stdio: 'inherit' });
  process.exit(status ?? buildFailed);
}

buildIfStale();
returnToCaller();
becomeEpiloop(process.argv.slice(2));
