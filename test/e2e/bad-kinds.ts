/** The ways in which a file goes bad, each done to a good one. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { canaries } from './bad-host.ts';

export type Kind = (path: string) => void;

const GIGABYTE = 1024 ** 3;

/** The same file with other bytes: owner and mode stay, as when an editor or a crash did it. */
function withBytes(change: (bytes: Buffer) => Uint8Array): Kind {
  return (path) => writeFileSync(path, change(readFileSync(path)));
}

/** Something else under its name; the good one waits as `<path>.good`. */
function insteadOf(make: (path: string) => void): Kind {
  return (path) => {
    renameSync(path, `${path}.good`);
    make(path);
  };
}

export const kinds = {
  garbage: withBytes(() => Buffer.from(`{{{ ${canaries.garbage} = `.repeat(40))),
  truncated: withBytes((bytes) => bytes.subarray(0, bytes.length - 20)),
  empty: withBytes(() => Buffer.alloc(0)),
  'byte order mark': withBytes((bytes) => Buffer.concat([Buffer.from('\uFEFF'), bytes])),
  'bad UTF-8': withBytes((bytes) =>
    Buffer.concat([bytes.subarray(0, -3), Buffer.from([0xff, 0xc0]), bytes.subarray(-3)]),
  ),
  'NUL tail': withBytes((bytes) => Buffer.concat([bytes, Buffer.alloc(512)])),
  folder: insteadOf((path) => mkdirSync(path)),
  pipe: insteadOf((path) => execFileSync('mkfifo', [path])),
  link: insteadOf((path) => symlinkSync(`${path}.good`, path)),
  'dangling link': insteadOf((path) => symlinkSync(`${path}.gone`, path)),
  'link loop': insteadOf((path) => symlinkSync(path, path)),
  'hard link': insteadOf((path) => linkSync(`${path}.good`, path)),
  'device behind a link': insteadOf((path) => symlinkSync('/dev/zero', path)),
  gigabyte: (path) => truncateSync(path, GIGABYTE),
  'plain file': (path) => {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, '');
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

/** For a host that belongs to another user, run as him; need root to make. */
export const foreignKinds = {
  'mode 000': (path) => chmodSync(path, 0o000),
  "root's private": (path) => {
    chownSync(path, 0, 0);
    chmodSync(path, 0o600);
  },
  "a third user's": (path) => chownSync(path, 12_345, 12_345),
} as const satisfies Record<string, Kind>;

export type ForeignKindName = keyof typeof foreignKinds;
