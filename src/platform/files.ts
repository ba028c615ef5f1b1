import { realpathSync, unlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EpiloopError, systemCode } from '../errors.ts';
import type {
  BytesOptions,
  FileContent,
  FileStamp,
  HeldFile,
  MirrorFiles,
  ReadOptions,
} from '../ports.ts';
import { fileError } from './file-error.ts';
import { danglingLink, holdFile, readBytes } from './file-reader.ts';
import { linkStatOf, stampOf, statOf } from './file-stat.ts';
import { createFile, makeFile, overwriteFile, replaceFile } from './file-writer.ts';
import { checkPlace, listFolder, makeFolder } from './folder.ts';
import { leftovers } from './leftovers.ts';
import { type Owner, openTo } from './owner.ts';
import { restrict, standing } from './standing.ts';

export type { Owner } from './owner.ts';

/** Small private files of the real file system. What each does and throws: see the ports. */
export function realFiles(owner: Owner): MirrorFiles {
  const reading = <T>(path: string, work: () => T) => translated(owner, 'read', path, work);
  const writing = <T>(path: string, work: () => T) => translated(owner, 'write', path, work);
  return {
    stamp: (path) => reading(path, () => stamp(path)),
    read: (path, options) => reading(path, () => readText(owner, path, options)),
    readBytes: (path, options) => reading(path, () => readBytes(owner, path, options)),
    hold: (path, options) => reading(path, () => hold(owner, path, options)),
    links: (path) => reading(path, () => links(path)),
    list: (folder) => reading(folder, () => listFolder(folder)),
    openTo: (path) => reading(path, () => opened(path)),
    realPath: (path) => reading(path, () => realPath(path)),
    replace: (path, content) => writing(path, () => replaceFile(owner, path, content)),
    make: (path, text) => writing(path, () => makeFile(owner, path, text)),
    replaceInPlace: (path, text) => writing(path, () => overwriteFile(owner, path, text)),
    create: (path, bytes) => writing(path, () => createFile(owner, path, bytes)),
    checkPlace: (path, top) => reading(path, () => checkPlace(owner, path, top)),
    standing: (path) => reading(path, () => standing(owner, path)),
    restrict: (path) => writing(path, () => restrict(owner, path)),
    leftovers: (folder, options) => reading(folder, () => leftovers(folder, options)),
    makeFolder: (path) => writing(path, () => makeFolder(owner, path)),
    remove: (path) => writing(path, () => remove(path)),
  };
}

function translated<T>(owner: Owner, verb: 'read' | 'write', path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(owner, verb, path, error);
  }
}

function stamp(path: string): FileStamp | undefined {
  const stat = statOf(path);
  if (stat !== undefined) return stampOf(stat);
  if (linkStatOf(path) !== undefined) throw danglingLink(path);
  return undefined;
}

function readText(owner: Owner, path: string, options: ReadOptions): FileContent | undefined {
  const found = readBytes(owner, path, options);
  if (found === undefined) return undefined;
  return { text: decode(path, found.bytes), stamp: found.stamp, openTo: found.openTo };
}

/** Strict UTF-8; the decoder takes one byte order mark away. */
function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EpiloopError('bad_data', `${path} is not UTF-8 text`, {
      path,
      hint: 'mend it or move it away',
      cause,
    });
  }
}

function hold(owner: Owner, path: string, options: BytesOptions): HeldFile | undefined {
  const held = holdFile(owner, path, options);
  if (held === undefined) return undefined;
  const again: HeldFile['again'] = (complete) =>
    translated(owner, 'read', path, () => held.again(complete));
  return { ...held, again };
}

function opened(path: string): 'readable' | 'writable' | undefined {
  const stat = statOf(path);
  return stat === undefined ? undefined : openTo(stat);
}

function links(path: string): number | undefined {
  const stat = linkStatOf(path);
  return stat === undefined ? undefined : Number(stat.nlink);
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    const above = dirname(resolve(path));
    return above === resolve(path) ? above : join(realPath(above), basename(path));
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
  }
}
