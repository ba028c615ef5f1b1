import { EpiloopError, systemCode } from '../errors.ts';
import type { BytesOptions, MirrorFiles } from '../ports.ts';

/** What writing needs of the file system. */
export type ConfigFiles = Pick<
  MirrorFiles,
  'realPath' | 'readBytes' | 'create' | 'replace' | 'replaceInPlace' | 'links' | 'remove'
>;

const LIMIT: BytesOptions = { maxBytes: 4 * 1024 * 1024, followLink: false };
const BACKUPS = 4;

/**
 * The text of a file that is no link; undefined where there is none. Unlike `Files.read` it keeps
 * a byte order mark, which is to be written again.
 * @throws EpiloopError `config_invalid` if it is no text
 */
export function readText(path: string, files: ConfigFiles): string | undefined {
  const content = files.readBytes(path, LIMIT);
  return content && decode(path, content.bytes);
}

export function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new EpiloopError('config_invalid', `${path} is not UTF-8 text`, {
      path,
      hint: 'put the config there as a text file and run the command again',
      cause,
    });
  }
}

export function backupOf(path: string): string {
  return `${path}.bak`;
}

/** The gateway's rotation: `.bak` is the newest, `.bak.4` the oldest and goes. Copies are 0600. */
export function rotate(backup: string, files: ConfigFiles): void {
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
export function write(path: string, text: string, files: ConfigFiles): boolean {
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
