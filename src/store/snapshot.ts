import type { Stats } from 'node:fs';
import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EpiloopError, systemCode } from '../errors.ts';
import { connect } from './connection.ts';
import { checkFile, checkFolder, openTo, translateSystem } from './ownership.ts';
import { checkSidecars, checkSize } from './state-file.ts';

export interface SnapshotOptions {
  readonly path: string;
  readonly addon: object | undefined;
  /** for XDG_RUNTIME_DIR and TMPDIR */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Snapshot {
  readonly bytes: Buffer;
  readonly openTo: 'readable' | 'writable' | undefined;
}

/**
 * The bytes of a database that cannot be opened where it is, with what its log holds; undefined when
 * there is none, or an empty one. Nothing is written in its folder.
 */
export function takeSnapshot(options: SnapshotOptions): Snapshot | undefined {
  const { path } = options;
  const folder = checkFolder(dirname(path));
  if (folder === undefined) return undefined;
  const unfinished = checkSidecars(path, folder);
  const file = checkFile(path, folder);
  checkSize(path, file?.size ?? 0, unfinished);
  if (file === undefined || file.size === 0) return undefined;
  const parts = readStable(path, folder);
  const bytes = [...parts].length === 1 ? parts.get('') : recover(parts, options);
  return bytes && { bytes, openTo: openTo(file, folder) };
}

const attempts = 25;

/** The database and its logs as they stood at one moment: read again while somebody writes. */
function readStable(path: string, folder: Stats): Map<string, Buffer> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = moment(path, folder);
    const parts = new Map<string, Buffer>();
    for (const suffix of before.keys()) parts.set(suffix, readPrivate(path + suffix));
    if (equal(before, moment(path, folder))) return parts;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  throw new EpiloopError('busy', `${path} keeps changing`, { path, hint: 'try again' });
}

/** What is there and when it last changed; an empty log counts as none. */
function moment(path: string, folder: Stats): Map<string, string> {
  const found = new Map<string, string>();
  for (const suffix of ['', ...checkSidecars(path, folder).keys()]) {
    const stats = checkFile(path + suffix, folder);
    if (stats !== undefined) {
      found.set(suffix, `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`);
    }
  }
  return found;
}

function equal(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

function readPrivate(path: string): Buffer {
  try {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      if (fstatSync(fd).isFile()) return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // Gone since it was listed: the comparison that follows sees it too.
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw translateSystem(error, path);
  }
  throw new EpiloopError('refused', `${path} is not a regular file`, { path });
}

/** Lets SQLite finish what the logs hold, in a private copy that exists only meanwhile. */
function recover(parts: ReadonlyMap<string, Buffer>, options: SnapshotOptions): Buffer {
  const { path, env } = options;
  const places = ['/dev/shm', env['XDG_RUNTIME_DIR'], env['TMPDIR'], '/tmp'];
  const failures: string[] = [];
  for (const place of new Set(places)) {
    if (place === undefined || place === '') continue;
    try {
      return recoverIn(place, parts, options);
    } catch (error) {
      // The next place may be writable, or have more space.
      const code = systemCode(error);
      if (code === undefined) throw error;
      failures.push(`${place} (${code})`);
    }
  }
  throw new EpiloopError(
    'io',
    `${path} has a log, and no place for a copy: ${failures.join(', ')}`,
    {
      path,
      hint: 'set TMPDIR to a folder that can be written',
    },
  );
}

function recoverIn(
  place: string,
  parts: ReadonlyMap<string, Buffer>,
  { path, addon }: SnapshotOptions,
): Buffer {
  const folder = mkdtempSync(join(place, '.epiloop-'));
  try {
    const copy = join(folder, basename(path));
    for (const [suffix, bytes] of parts) {
      writeFileSync(copy + suffix, bytes, { mode: 0o600, flag: 'wx' });
    }
    const db = connect(copy, addon);
    try {
      return db.serialize();
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
