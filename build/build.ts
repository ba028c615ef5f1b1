/**
 * `npm run build`: dist/epiloop for this machine. Everything is made in a folder of its own and
 * renamed into place at the end, so that builds at the same time, or a killed one, leave no half
 * file.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { assemble } from './assemble.ts';
import { executable, hashInputs, publish } from './inputs.ts';
import { root } from './targets.ts';

const dist = join(root, 'dist');
const folderPrefix = 'build-';

async function main(): Promise<void> {
  const startedAt = Date.now();
  const hash = hashInputs();
  mkdirSync(dist, { recursive: true });
  sweep(startedAt);
  const folder = mkdtempSync(join(dist, folderPrefix));
  try {
    publish(await assemble(join(root, 'src', 'main.ts'), folder), hash);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const megabytes = (statSync(executable).size / 1e6).toFixed(1);
  const name = relative(root, executable);
  process.stderr.write(`built ${name}: ${megabytes} MB in ${seconds} s\n`);
}

/** Removes what killed builds left behind; an hour is longer than any build takes. */
function sweep(now: number): void {
  for (const name of readdirSync(dist)) {
    if (!name.startsWith(folderPrefix)) continue;
    const stat = statSync(join(dist, name), { throwIfNoEntry: false });
    const isOld = stat !== undefined && now - stat.mtimeMs > 3_600_000;
    if (isOld) rmSync(join(dist, name), { recursive: true, force: true });
  }
}

await main();
