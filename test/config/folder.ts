import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readConfig } from '../../src/config/read.ts';
import { realFiles } from '../../src/platform/files.ts';
import type { Hash } from '../../src/ports.ts';

export type Contents = Readonly<Record<string, string | Uint8Array>>;

/** A new folder with these files in it; `using` removes it again. */
export class Folder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'epiloop-config-')));
  readonly config = this.join('epiloop.json');

  constructor(contents: Contents = {}) {
    for (const [name, content] of Object.entries(contents)) this.write(name, content);
  }

  join(name: string): string {
    return join(this.path, name);
  }

  write(name: string, content: string | Uint8Array): string {
    const path = this.join(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  text(name: string): string {
    return readFileSync(this.join(name), 'utf8');
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const files = realFiles({ euid: process.geteuid?.() ?? -1 });

/** Stands for the store's keyed hash: 32 hex digits that say nothing. */
export const hash: Hash = (text) => {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(text)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum.toString(16).padStart(8, '0').repeat(4);
};

export type Variables = Readonly<Record<string, string>>;

/** Reads `epiloop.json` of a folder that must have one. */
export function read(folder: Folder, env: Variables = {}) {
  const result = readConfig({ path: folder.config, files, env: (name) => env[name], hash });
  if (result === undefined) throw new Error('the test has no epiloop.json');
  return result;
}
