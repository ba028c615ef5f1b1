/** `npm run check`: what is quick: the linter and formatter, then the types. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './targets.ts';

const tools = [
  { name: 'biome', file: '@biomejs/biome/bin/biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'tsc', file: 'typescript/bin/tsc', args: ['-p', '.'] },
];

/** Runs all tools, even after one has found something; false if any did. */
export function check(): boolean {
  const results = tools.map(({ name, file, args }) => {
    const script = join(root, 'node_modules', file);
    const { status } = spawnSync(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) process.stderr.write(`${name} found faults\n`);
    return status === 0;
  });
  return results.every((isGood) => isGood);
}

if (process.argv[1] === import.meta.filename && !check()) process.exitCode = 1;
