/**
 * `npm run bench [-- --readme] [-- --pairs 40]`: every budget as a row of a Markdown table, measured
 * against a named peer in the same run. `--readme` puts the table into README.md. Exit code 1: a
 * budget is missed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Row, table } from './bench/rows.ts';
import { sizeRows } from './bench/size.ts';
import { startupRows } from './bench/startup.ts';
import { buildIfStale } from './fresh.ts';
import { root } from './targets.ts';

const [begin, end] = ['<!-- bench:start -->', '<!-- bench:end -->'];

function main(): void {
  const { values } = parseArgs({
    options: { readme: { type: 'boolean' }, pairs: { type: 'string', default: '40' } },
  });
  buildIfStale();
  const rows = [...startupRows(Number(values.pairs)), ...storeRows(), ...sizeRows()];
  const text = `${conditions()}\n\n${table(rows)}`;
  process.stdout.write(text);
  if (values.readme === true) writeReadme(text);
  if (rows.some(({ met }) => !met)) process.exitCode = 1;
}

/** In a process with src in it, which the build does not import. */
function storeRows(): Row[] {
  const program = join(root, 'test', 'bench', 'store.ts');
  const loader = join(root, 'build', 'sql-loader.mjs');
  const { status, stdout } = spawnSync(process.execPath, ['--import', loader, program], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('the bench of the store failed');
  return JSON.parse(stdout);
}

function conditions(): string {
  const [first] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  const { platform, arch, version } = process;
  const machine = `${cpus().length} × ${first?.model.trim() ?? arch}`;
  return `Measured on ${day}: ${platform}-${arch}, ${machine}, Node ${version} as the peer.`;
}

function writeReadme(text: string): void {
  const file = join(root, 'README.md');
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md lacks ${begin} … ${end}`);
  const head = page.slice(0, from + begin.length);
  writeFileSync(file, `${head}\n${text}${page.slice(to)}`);
}

main();
