/**
 * What an executable is made from, and whether the one in dist is made from what is there now.
 * This is on the path of every `npm start`, so it reads and hashes a few hundred small files and
 * does nothing else.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from './targets.ts';

/** Files and folders, relative to the root, whose bytes decide the executable's bytes. */
export const inputs = [
  'src',
  'migrations',
  'build',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
] as const;

export const executable = join(
  root,
  'dist',
  process.platform === 'win32' ? 'epiloop.exe' : 'epiloop',
);
const stamp = join(root, 'dist', 'stamp.json');

/** A hash over the names and bytes of all inputs. */
export function hashInputs(): string {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap(filesOf)) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file.replaceAll(sep, '/')}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function filesOf(input: string): string[] {
  if (!statSync(join(root, input)).isDirectory()) return [input];
  return readdirSync(join(root, input), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Identifies one executable file: two builds at once must not vouch for each other's. */
export function identify(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
}

export function isFresh(): boolean {
  const file = identify(executable);
  if (file === undefined || statSync(stamp, { throwIfNoEntry: false }) === undefined) return false;
  return readFileSync(stamp, 'utf8') === stampText(hashInputs(), file);
}

/** Puts a finished executable in its place, whole or not at all, and records what it is made from. */
export function publish(built: string, hash: string): void {
  const file = identify(built);
  if (file === undefined) throw new Error(`${built} was not made`);
  const record = `${built}.json`;
  writeFileSync(record, stampText(hash, file));
  rmSync(stamp, { force: true });
  renameSync(built, executable);
  renameSync(record, stamp);
}

function stampText(hash: string, file: string): string {
  return `${JSON.stringify({ inputs: hash, executable: file })}\n`;
}
