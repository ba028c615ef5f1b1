import { isUtf8 } from 'node:buffer';
import type { FileBytes, MirrorFiles, ReadOptions } from '../ports.ts';
import { type Damaged, isDamaged, type MirrorFile, parseMirror } from './format.ts';

/** Larger files are no `auth-profiles.json`: 10,000 profiles are 3 MB. */
export const readingOptions: ReadOptions = { maxBytes: 4 * 1024 * 1024, followLink: true };

export interface MirrorReading extends FileBytes {
  readonly mirror: MirrorFile | Damaged;
  /** it begins with a byte order mark, at which the gateway stumbles: write it anew */
  readonly marked: boolean;
}

/**
 * The file as it stands; undefined where there is none. A link is followed. Damage is believed
 * only if it has stood still for 200 ms, because the gateway overwrites in place. Throws what
 * `Files` says.
 */
export function readMirror(files: MirrorFiles, path: string): MirrorReading | undefined {
  const reader = mirrorReader();
  const { isComplete: complete } = reader;
  const found = files.readBytes(path, { ...readingOptions, complete });
  return found === undefined ? undefined : reader.understand(found);
}

/** Understands each reading once, while it is made. */
export function mirrorReader() {
  let last: { bytes: Uint8Array; mirror: MirrorFile | Damaged } | undefined;
  const parse = (bytes: Uint8Array) => {
    if (last?.bytes !== bytes) last = { bytes, mirror: parseBytes(bytes) };
    return last.mirror;
  };
  const isComplete = (bytes: Uint8Array) => !isDamaged(parse(bytes));
  const understand = (found: FileBytes): MirrorReading => {
    const { bytes, stamp, openTo } = found;
    return { bytes, stamp, openTo, mirror: parse(bytes), marked: isMarked(bytes) };
  };
  return { isComplete, understand };
}

function isMarked(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function parseBytes(bytes: Uint8Array): MirrorFile | Damaged {
  const text = decode(bytes);
  return text === undefined ? { damaged: 'not UTF-8 text' } : parseMirror(text);
}

/** Strict UTF-8; one byte order mark is taken away. */
function decode(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const { buffer, byteOffset, byteLength } = isMarked(bytes) ? bytes.subarray(3) : bytes;
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}
