/** What is downloaded, and what `npm start` adds to it. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { executable } from '../inputs.ts';
import { root } from '../targets.ts';
import { median } from './figures.ts';
import { type Row, skippedRow } from './rows.ts';

export function sizeRows(): Row[] {
  return [rawRow(), packedRow(), npmRow()];
}

function rawRow(): Row {
  return megabytes('size of the executable', statSync(executable).size, 125);
}

function packedRow(): Row {
  const what = 'the same, `zstd -19`';
  const options = { maxBuffer: 2 ** 28 };
  const { error, stdout } = spawnSync('zstd', ['-19', '-T0', '-c', executable], options);
  return error === undefined ? megabytes(what, stdout.length, 33) : skippedRow(what, 'needs zstd');
}

function megabytes(what: string, bytes: number, budget: number): Row {
  const size = bytes / 1e6;
  return {
    what,
    budget: `≤ ${budget} MB`,
    measured: `${size.toFixed(1)} MB`,
    peer: '',
    met: size <= budget,
  };
}

function npmRow(): Row {
  time('npm', ['start', '--', '--version']); // a source may have changed since the bench began
  const npm = median(Array.from({ length: 7 }, () => time('npm', ['start', '--', '--version'])));
  const own = median(Array.from({ length: 7 }, () => time(executable, ['--version'])));
  const added = npm - own;
  return {
    what: '`npm start -- --version`, nothing changed: time on top',
    budget: '≤ 1 s',
    measured: `${(added / 1000).toFixed(2)} s`,
    peer: 'the executable itself',
    met: added <= 1000,
  };
}

function time(command: string, args: readonly string[]): number {
  const from = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
  return Number(process.hrtime.bigint() - from) / 1e6;
}
