import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import type { FileStamp } from '../ports.ts';
import * as look from './file-stat.ts';
import { makeFolder, syncFolder } from './folder.ts';
import { removeLeftovers, tempName } from './leftovers.ts';
import { giveFile, type Owner, refuseForeign } from './owner.ts';

const { O_CREAT, O_EXCL, O_RDWR, O_WRONLY } = fs.constants;
// Windows has neither of the two
const NO_SURPRISE = (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);

/** See `Files.replace`. A link or an odd file under the name is refused, never replaced. */
export function replaceFile(owner: Owner, path: string, content: string | Uint8Array): FileStamp {
  return writeBeside(owner, path, content, (temp) => fs.renameSync(temp, path));
}

/** See `MirrorFiles.make`. */
export function makeFile(owner: Owner, path: string, text: string): FileStamp | undefined {
  try {
    return writeBeside(owner, path, text, (temp) => giveName(temp, path));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}

/** Unlike a rename a link never takes another file's place; some file systems know none. */
function giveName(temp: string, path: string): void {
  try {
    fs.linkSync(temp, path);
    fs.rmSync(temp);
  } catch (error) {
    if (!linkless.has(systemCode(error) ?? '')) throw error;
    fs.renameSync(temp, path);
  }
}

const linkless: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/** A whole new file beside it, which `place` then gives the name. */
function writeBeside(
  owner: Owner,
  path: string,
  content: string | Uint8Array,
  place: (temp: string) => void,
): FileStamp {
  const folder = dirname(path);
  makeFolder(owner, folder);
  refuseUnfit(owner, path, look.linkStatOf(path));
  removeLeftovers(folder, basename(path));
  const temp = join(folder, tempName(basename(path)));
  const descriptor = createPrivate(owner, temp);
  try {
    writeDurably(descriptor, typeof content === 'string' ? Buffer.from(content) : content);
    const written = look.descriptorStat(descriptor);
    place(temp);
    syncFolder(folder);
    const renamed = look.descriptorStat(descriptor);
    // written to since: the older stamp, so that the next look sees a change
    return look.stampOf(look.sameBytes(written, renamed) ? renamed : written);
  } catch (error) {
    fs.rmSync(temp, { force: true });
    throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** See `MirrorFiles.replaceInPlace`. */
export function overwriteFile(owner: Owner, path: string, text: string): FileStamp {
  refuseUnfit(owner, path, look.linkStatOf(path));
  const descriptor = fs.openSync(path, O_RDWR | NO_SURPRISE);
  try {
    refuseUnfit(owner, path, look.descriptorStat(descriptor));
    const before = fs.readFileSync(descriptor);
    try {
      overwrite(descriptor, Buffer.from(text));
    } catch (error) {
      overwrite(descriptor, before);
      throw error;
    }
    return look.stampOf(look.descriptorStat(descriptor));
  } finally {
    fs.closeSync(descriptor);
  }
}

/** See `MirrorFiles.create`. */
export function createFile(owner: Owner, path: string, bytes: Uint8Array): boolean {
  makeFolder(owner, dirname(path));
  let descriptor: number;
  try {
    descriptor = createPrivate(owner, path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeDurably(descriptor, bytes);
    syncFolder(dirname(path));
    return true;
  } catch (error) {
    fs.rmSync(path, { force: true });
    throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** A new file that nobody else can open, not even for a moment, whatever the umask. */
function createPrivate(owner: Owner, path: string): number {
  const descriptor = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | NO_SURPRISE, 0o600);
  try {
    fs.fchmodSync(descriptor, 0o600);
    giveFile(owner, descriptor);
    return descriptor;
  } catch (error) {
    fs.closeSync(descriptor);
    fs.rmSync(path, { force: true });
    throw error;
  }
}

function writeDurably(descriptor: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    done += fs.writeSync(descriptor, bytes, done, bytes.length - done, done);
  }
  fs.fsyncSync(descriptor);
}

function overwrite(descriptor: number, bytes: Uint8Array): void {
  writeDurably(descriptor, bytes);
  fs.ftruncateSync(descriptor, bytes.length);
  fs.fsyncSync(descriptor);
}

function refuseUnfit(owner: Owner, path: string, stat: fs.BigIntStats | undefined): void {
  if (stat === undefined) return;
  look.refuseOddKinds(path, stat);
  refuseForeign(owner, path, stat);
}
