import { basename, dirname, join } from 'node:path';
import { EpiloopError, systemCode } from '../errors.ts';
import type { FileStamp, HeldFile, MirrorFiles } from '../ports.ts';
import { isDamaged, type MirrorFile } from './format.ts';
import { mirrorReader, readingOptions } from './read.ts';

export interface Publication {
  readonly files: MirrorFiles;
  /** the agent's `auth-profiles.json`; a link is written at its target */
  readonly path: string;
  readonly text: string;
  /** the stamp of the reading that `text` was made from; undefined: there was no file */
  readonly expected: FileStamp | undefined;
}

export type Published =
  | {
      readonly outcome: 'written';
      readonly stamp: FileStamp;
      /** the file itself was overwritten: it has several names, or cannot be replaced */
      readonly inPlace?: true;
    }
  /** it is no longer the file that was read: nothing was written, reconcile again */
  | { readonly outcome: 'changed' }
  /**
   * Ours is written, and somebody who takes no lock has finished writing into the file that we
   * replaced (or into ours, in place): reconcile with what he left, and publish again.
   */
  | {
      readonly outcome: 'late_writer';
      readonly stamp: FileStamp;
      readonly text: string;
      readonly mirror: MirrorFile;
    };

/**
 * Writes a mirror. Only under the gateway's lock, because the gateway writes in place and would
 * lose what it writes into a replaced file. Throws what `Files` says; the old file then stands.
 */
export function publish(publication: Publication): Published {
  const { files, expected } = publication;
  const path = files.realPath(publication.path);
  const held = files.hold(publication.path, { ...readingOptions, followLink: 'ours' });
  try {
    if (held?.stamp.id !== expected?.id) return { outcome: 'changed' };
    if (held === undefined) {
      const stamp = files.make(path, publication.text);
      return stamp === undefined ? { outcome: 'changed' } : { outcome: 'written', stamp };
    }
    const written = write(files, path, publication.text);
    const before = written.inPlace ? Buffer.from(publication.text) : held.bytes;
    return lateWriter(held, before, written.stamp) ?? { outcome: 'written', ...written };
  } finally {
    held?.close();
  }
}

interface Written {
  readonly stamp: FileStamp;
  readonly inPlace?: true;
}

function write(files: MirrorFiles, path: string, text: string): Written {
  if ((files.links(path) ?? 1) > 1) return inPlace(files, path, text);
  try {
    return { stamp: files.replace(path, text) };
  } catch (error) {
    if (!isMountPoint(error)) throw error;
    return inPlace(files, path, text);
  }
}

function inPlace(files: MirrorFiles, path: string, text: string): Written {
  return { stamp: files.replaceInPlace(path, text), inPlace: true };
}

/** A single file that is mounted into a container cannot be renamed over. */
function isMountPoint(error: unknown): boolean {
  return error instanceof EpiloopError && systemCode(error.cause) === 'EBUSY';
}

/** What stands in the file that was read, if it is something else now; garbage is nothing. */
function lateWriter(held: HeldFile, before: Uint8Array, stamp: FileStamp): Published | undefined {
  const isBefore = (bytes: Uint8Array) => Buffer.compare(bytes, before) === 0;
  const reader = mirrorReader();
  const now = held.again((bytes) => isBefore(bytes) || reader.isComplete(bytes));
  if (isBefore(now.bytes)) return undefined;
  const { mirror } = reader.understand(now);
  if (isDamaged(mirror)) return undefined;
  return { outcome: 'late_writer', stamp, text: new TextDecoder().decode(now.bytes), mirror };
}

const KEPT_COPIES = 5;

/**
 * Keeps the bytes of a damaged file beside it as `<name>.damaged-<ms>`, 0600, and of these copies
 * the newest five. Returns the copy's path.
 */
export function damagedCopy(
  files: MirrorFiles,
  path: string,
  bytes: Uint8Array,
  now: number,
): string {
  const target = files.realPath(path);
  const prefix = `${basename(target)}.damaged-`;
  let at = now;
  while (!files.create(join(dirname(target), `${prefix}${at}`), bytes)) at += 1;
  const copy = join(dirname(target), `${prefix}${at}`);
  const others = copiesOf(files, target, prefix).filter((path) => path !== copy);
  for (const old of others.slice(KEPT_COPIES - 1)) prune(files, old);
  return copy;
}

/** One of many: what is no copy of ours, or cannot be removed, stays and must not stop the repair. */
function prune(files: MirrorFiles, path: string): void {
  try {
    files.hold(path, { ...readingOptions, followLink: false })?.close();
    files.remove(path);
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
  }
}

/** Newest first. */
function copiesOf(files: MirrorFiles, target: string, prefix: string): string[] {
  const folder = dirname(target);
  return files
    .list(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .sort((a, b) => Number(b.slice(prefix.length)) - Number(a.slice(prefix.length)))
    .map((name) => join(folder, name));
}
