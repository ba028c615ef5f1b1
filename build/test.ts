/**
 * `npm test [-- part-of-a-path …]`: the executable if it is stale, the linter, the types, then
 * every test, or those whose path contains one of the arguments. Under CI=true a skipped test is a
 * failed one: there, everything that tests need is expected to exist.
 */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { check } from './check.ts';
import { buildIfStale } from './fresh.ts';
import { root } from './targets.ts';

/** ms for one file; a test that hangs should say so long before anybody's patience ends. */
const fileTimeout = 600_000;

interface Outcome {
  failed: boolean;
  skipped: number;
}

async function runTests(files: string[]): Promise<Outcome> {
  const outcome = { failed: false, skipped: 0 };
  const events = run({
    files,
    cwd: root,
    concurrency: availableParallelism(),
    timeout: fileTimeout,
    execArgv: ['--import', join(root, 'build', 'sql-loader.mjs')],
  });
  events.on('test:summary', ({ file, success, counts }) => {
    if (file !== undefined) return;
    outcome.failed = !success;
    outcome.skipped = counts.skipped;
  });
  await new Promise((resolve, reject) => {
    const report = events.compose(new spec());
    report.on('end', resolve).on('error', reject);
    report.pipe(process.stdout);
  });
  return outcome;
}

function selectFiles(parts: readonly string[]): string[] {
  const all = globSync('test/**/*.test.ts', { cwd: root }).sort();
  if (parts.length === 0) return all;
  return all.filter((file) => parts.some((part) => file.includes(part)));
}

async function main(parts: readonly string[]): Promise<void> {
  buildIfStale();
  const isClean = check();
  const files = selectFiles(parts);
  if (files.length === 0) throw new Error(`no test file matches '${parts.join(' ')}'`);
  const { failed, skipped } = await runTests(files);
  const skippedInCi = process.env['CI'] === 'true' && skipped > 0;
  if (!isClean) process.stderr.write('the linter or the types failed, see the top\n');
  if (skippedInCi) process.stderr.write(`${skipped} skipped, which counts as failed here\n`);
  if (!isClean || failed || skippedInCi) process.exitCode = 1;
}

await main(process.argv.slice(2));
