/** Finds SQLite's native addon and a place to load it from. */
import { dirname, isAbsolute, join } from 'node:path';
import { getRawAsset, isSea } from 'node:sea';
import { EpiloopError, systemCode } from '../errors.ts';
import type { Environment } from '../ports.ts';
import { link, linkNamed, linkUnnamed } from './addon-file.ts';

/**
 * What better-sqlite3's option `nativeBinding` takes; call it once per process. The executable
 * carries the addon as an asset, in development it lies in node_modules. Throws `cannot_create`
 * where no folder lets a library be loaded.
 */
export function loadSqliteAddon(): object {
  if (!isSea()) return link(developmentFile());
  return loadAddon(new Uint8Array(getRawAsset('better_sqlite3.node')), tempFolders(process.env));
}

/** Where a library may lie while it is loaded, in the order they are tried. */
export function tempFolders(env: Environment): string[] {
  const named = [env['XDG_RUNTIME_DIR'], env['TMPDIR'], env['TEMP']];
  const folders = ['/dev/shm', ...named, '/tmp', '/var/tmp'];
  const usable = folders.filter((each) => each !== undefined).filter((each) => isAbsolute(each));
  return [...new Set(usable)];
}

interface Failure {
  readonly folder: string;
  readonly cause: unknown;
}

/** Loads the addon with the content `bytes` through the first folder that takes it. */
export function loadAddon(bytes: Uint8Array, folders: readonly string[]): object {
  const failures: Failure[] = [];
  const ways = process.platform === 'linux' ? [linkUnnamed, linkNamed] : [linkNamed];
  for (const way of ways) {
    for (const folder of folders) {
      try {
        return way(folder, bytes);
      } catch (cause) {
        // One of many places: missing, full, read-only, mounted noexec.
        failures.push({ folder, cause });
      }
    }
  }
  throw explain(failures);
}

function explain(failures: readonly Failure[]): EpiloopError {
  const last = new Map(failures.map((each) => [each.folder, shortReason(each.cause)]));
  const tried = [...last].map(([folder, reason]) => `${folder} (${reason})`).join(', ');
  const isOldLinker = failures.some((each) => /GLIBC(XX)?_/.test(String(each.cause)));
  return new EpiloopError('cannot_create', `sqlite cannot be loaded, tried ${tried}`, {
    hint: isOldLinker
      ? 'epiloop needs glibc 2.34 or newer'
      : 'set TMPDIR to a folder you own, with 3 MB free and not mounted noexec',
    cause: failures.at(-1)?.cause,
  });
}

/** A system error's code, or the end of the linker's sentence, which begins with file names. */
function shortReason(cause: unknown): string {
  const code = systemCode(cause);
  if (code !== undefined && code !== 'ERR_DLOPEN_FAILED') return code;
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.slice(message.lastIndexOf(': ') + 1).trim();
}

/**
 * better-sqlite3's own file for this host, looked up from the script that runs. Its own loader is
 * not asked: bundled, it would look beside the bundle.
 */
function developmentFile(): string {
  // Asked for here, because the executable has no use for it.
  const { createRequire } = process.getBuiltinModule('node:module');
  const from = createRequire(process.argv[1] ?? join(process.cwd(), 'script'));
  const manifest = from.resolve('better-sqlite3/package.json');
  return join(dirname(manifest), 'prebuilds', `${process.platform}-${process.arch}.node`);
}
