/** The two ways of showing a library that we hold in memory to the dynamic linker. */
import fs from 'node:fs';
import { join } from 'node:path';

/** Loads the native addon in `file` and returns its exports. */
export function link(file: string): object {
  const module = { exports: {} };
  process.dlopen(module, file);
  return module.exports;
}

/**
 * Linux: a file without a name, which nobody else can plant, replace or find left over, so it needs
 * no hash to be trusted. Its descriptor stays open: the linker knows a library by its path, and
 * would take the next one under the same `/proc/self/fd/N` for this one.
 */
export function linkUnnamed(folder: string, bytes: Uint8Array): object {
  const { O_DIRECTORY, O_EXCL, O_RDWR } = fs.constants;
  // O_TMPFILE, which node:fs does not name: this bit and O_DIRECTORY, whose value is the machine's.
  const unnamed = 0o20000000 | O_DIRECTORY;
  const descriptor = fs.openSync(folder, unnamed | O_EXCL | O_RDWR, 0o600);
  try {
    writeWhole(descriptor, bytes);
    return link(`/proc/self/fd/${descriptor}`);
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
}

/**
 * Everywhere else, and where /proc or unnamed files are missing: a new file that only we can reach,
 * read back before it is loaded, and gone afterwards.
 */
export function linkNamed(folder: string, bytes: Uint8Array): object {
  refuseOpenFolder(folder);
  const own = fs.mkdtempSync(join(folder, 'epiloop-'));
  try {
    const file = join(own, 'addon.node');
    writePrivate(file, bytes);
    return link(file);
  } finally {
    // Windows keeps a loaded library's file; all others drop the name at once.
    if (process.platform !== 'win32') fs.rmSync(own, { recursive: true, force: true });
  }
}

/** Who may rename entries of `folder` could swap ours for another between writing and loading. */
function refuseOpenFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const { mode, uid } = fs.statSync(folder);
  const isShared = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
  const isOurs = uid === 0 || uid === process.geteuid?.();
  if (isShared || !isOurs) throw new Error('others may replace files there');
}

function writePrivate(file: string, bytes: Uint8Array): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_RDWR } = fs.constants;
  const descriptor = fs.openSync(file, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, 0o600);
  try {
    writeWhole(descriptor, bytes);
    if (!holds(descriptor, bytes)) throw new Error('what was written reads back differently');
  } finally {
    fs.closeSync(descriptor);
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    done += fs.writeSync(descriptor, bytes, done, bytes.length - done, done);
  }
}

/** Compares in pieces, because the whole would be allocated a second time. */
function holds(descriptor: number, bytes: Uint8Array): boolean {
  if (fs.fstatSync(descriptor).size !== bytes.length) return false;
  const piece = Buffer.allocUnsafe(65_536);
  for (let at = 0; at < bytes.length; ) {
    const length = fs.readSync(descriptor, piece, 0, piece.length, at);
    if (length === 0 || piece.compare(bytes, at, at + length, 0, length) !== 0) return false;
    at += length;
  }
  return true;
}
