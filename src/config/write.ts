import { EpiloopError, systemCode } from '../errors.ts';
import type { BytesOptions, Hash, MirrorFiles } from '../ports.ts';
import { readMode, setMode } from './edit.ts';
import type { ModeUpgrade } from './read.ts';

/** What the writer needs of the file system. */
export type ConfigFiles = Pick<
  MirrorFiles,
  'realPath' | 'readBytes' | 'create' | 'replace' | 'replaceInPlace' | 'links' | 'remove'
>;

export interface ModeWritten {
  /** keyed hashes of the whole text */
  readonly before: string;
  readonly after: string;
  /** absolute path of the copy that was made first */
  readonly backup: string;
  /** written into the same file: it has other names, or is mounted by itself */
  readonly inPlace: boolean;
}

export interface UpgradeInput {
  readonly upgrade: ModeUpgrade;
  readonly files: ConfigFiles;
  readonly hash: Hash;
}

const LIMIT: BytesOptions = { maxBytes: 4 * 1024 * 1024, followLink: false };
const TRIES = 3;
const BACKUPS = 4;

/**
 * Changes the profile's mode from `token` to `oauth` in the file that says so. Undefined: it does
 * not say so any more, and nothing was touched. Whoever writes the file meanwhile wins, and the
 * edit is made anew on his text.
 * @throws EpiloopError `busy` if the file keeps changing, `config_invalid` if it cannot be edited
 */
export function upgradeMode({ upgrade, files, hash }: UpgradeInput): ModeWritten | undefined {
  const target = files.realPath(upgrade.file);
  const backup = `${upgrade.file}.bak`;
  let text = readText(target, files);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const edited = edit(text, upgrade);
    if (edited === undefined) return undefined;
    if (tries === 0) rotate(backup, files);
    files.replace(backup, text);
    const now = readText(target, files);
    if (now === text) {
      const inPlace = write(target, edited, files);
      return { before: hash(text), after: hash(edited), backup, inPlace };
    }
    text = now;
  }
  throw new EpiloopError('busy', `${upgrade.file} keeps changing`, { path: upgrade.file });
}

/** Unlike `Files.read` it keeps a byte order mark, which is to be written again. */
function readText(path: string, files: ConfigFiles): string {
  const content = files.readBytes(path, LIMIT);
  if (content === undefined) throw new EpiloopError('not_found', `${path} is gone`, { path });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.bytes);
  } catch (cause) {
    throw new EpiloopError('config_invalid', `${path} is not UTF-8 text`, { path, cause });
  }
}

/** Undefined: the mode that stands there now is not ours to change. */
function edit(text: string, { file, keys, profileId }: ModeUpgrade): string | undefined {
  if (readMode(text, keys, file) !== 'token') return undefined;
  try {
    return setMode(text, profileId, 'oauth', keys);
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    throw new EpiloopError(error.code, `${file}: ${error.message}`, {
      path: file,
      hint: error.hint,
      cause: error,
    });
  }
}

/** The gateway's rotation: `.bak` is the newest, `.bak.4` the oldest and goes. Copies are 0600. */
function rotate(backup: string, files: ConfigFiles): void {
  const names = [backup, ...Array.from({ length: BACKUPS }, (_, i) => `${backup}.${i + 1}`)];
  for (let index = names.length - 1; index >= 1; index -= 1) {
    move(names[index - 1] ?? backup, names[index] ?? backup, files);
  }
}

function move(from: string, to: string, files: ConfigFiles): void {
  const content = files.readBytes(from, LIMIT);
  if (content === undefined) return;
  files.remove(to);
  if (!files.create(to, content.bytes)) {
    throw new EpiloopError('busy', `somebody else is making ${to}`, { path: to });
  }
  files.remove(from);
}

/** True if it was written in place. A file that is a mount of its own cannot be renamed onto. */
function write(path: string, text: string, files: ConfigFiles): boolean {
  if ((files.links(path) ?? 1) === 1) {
    try {
      files.replace(path, text);
      return false;
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }
  files.replaceInPlace(path, text);
  return true;
}

function isBusy(error: unknown): boolean {
  return error instanceof EpiloopError && systemCode(error.cause) === 'EBUSY';
}
