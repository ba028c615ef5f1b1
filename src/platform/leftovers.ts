import { lstatSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import type { LeftoverOptions } from '../ports.ts';
import { linkStatOf } from './file-stat.ts';
import { listFolder } from './folder.ts';

/** A temp file's name: the file's, our pid (so that leftovers are known) and a random part. */
export function tempName(name: string): string {
  return `.${name}.${process.pid}.${Math.random().toString(36).slice(2, 12)}.tmp`;
}

/** Removes the temp files of this name whose makers are dead: they may hold secrets. */
export function removeLeftovers(folder: string, name: string): void {
  for (const entry of listFolder(folder)) {
    const pid = makerOf(entry, name);
    if (pid !== undefined && !isAlive(pid)) removeFile(join(folder, entry));
  }
}

/** See `MirrorFiles.leftovers`. */
export function leftovers(folder: string, { of, before }: LeftoverOptions): string[] {
  return listFolder(folder)
    .filter((entry) => {
      const [, name, maker] = /^\.(.+)\.(\d{1,10})\.[a-z0-9]{1,10}\.tmp$/s.exec(entry) ?? [];
      return name !== undefined && of(name) && !isAlive(Number(maker));
    })
    .map((entry) => join(folder, entry))
    .filter((path) => isStill(path, before));
}

/** Another name of the same file would keep what it holds, and may be what it was made for. */
function isStill(path: string, before: number): boolean {
  const stat = linkStatOf(path);
  return stat?.isFile() === true && stat.nlink === 1n && Number(stat.mtimeMs) < before;
}

function makerOf(entry: string, name: string): number | undefined {
  if (!entry.startsWith(`.${name}.`)) return undefined;
  const rest = /^(\d{1,10})\.[a-z0-9]+\.tmp$/.exec(entry.slice(name.length + 2));
  return rest?.[1] === undefined ? undefined : Number(rest[1]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

function removeFile(path: string): void {
  try {
    if (lstatSync(path).isFile()) unlinkSync(path);
  } catch (error) {
    // another process has removed it already, or it is not ours to remove: no harm to our write
    if (!['ENOENT', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
  }
}
