import { basename, dirname, join, relative, sep } from 'node:path';
import type { Finding } from '../domain/finding.ts';
import { EpiloopError, quoted } from '../errors.ts';
import { isRemote } from '../store/file-system.ts';
import type { Agent } from './agents.ts';
import type { Host } from './host.ts';
import type { Problem, Repair } from './problem.ts';

/** The files and folders of the state, and those of the config. */
export interface Places {
  readonly agents: readonly Agent[];
  /** the config and what it includes, absolute */
  readonly configFiles: readonly string[];
}

/** Who else gets at a place, whose it is, and what killed runs have left there. */
export function placeProblems(host: Host, places: Places): Problem[] {
  return [...openPlaces(host, places), ...foreignPlaces(host, places), ...litter(host, places)];
}

function foldersOf({ paths }: Host, { agents }: Places): string[] {
  return [...new Set([paths.stateDir, ...agents.map(({ path }) => dirname(path))])];
}

/** SQLite gives its log the database's own mode: it is told only where that is in order. */
function openPlaces(host: Host, places: Places): Problem[] {
  const { files, paths } = host;
  const { database } = paths;
  // everybody may read which models are used; who may write it chooses where the keys are sent
  const rewritable = places.configFiles.filter((path) => files.openTo(path) === 'writable');
  const logs = files.openTo(database) === undefined ? ['-wal', '-shm'] : [];
  return [
    ...foldersOf(host, places),
    ...[database, ...logs.map((end) => database + end), paths.envFile, ...rewritable],
  ].flatMap((path) => withRepair(host, isOpen(host, path)));
}

function isOpen({ files }: Host, path: string): Finding[] {
  const openTo = files.openTo(path);
  if (openTo === undefined) return [];
  const mode = files.standing(path)?.isFolder ? 700 : 600;
  const message = `${path} is ${openTo} by others`;
  return [{ reason: 'permissions', message, hint: `chmod ${mode} ${quoted(path)}`, path, exit: 0 }];
}

/** What was said about permissions elsewhere is repaired in the same way. */
export function withRepair(host: Host, findings: readonly Finding[]): Problem[] {
  return findings.map((finding) => ({ finding, repair: closing(host, finding) }));
}

/** Only what is ours and inside the state directory, wherever links lead. */
function closing(host: Host, { reason, path }: Finding): Repair | undefined {
  if (reason !== 'permissions' || path === undefined) return undefined;
  const { files, paths } = host;
  const real = files.realPath(path);
  const standing = files.standing(real);
  if (standing?.isOurs !== true || !isInside(files.realPath(paths.stateDir), real))
    return undefined;
  const mode = standing.isFolder ? 700 : 600;
  // its log has its mode, and goes with it
  const ends = real === files.realPath(paths.database) ? ['', '-wal', '-shm'] : [''];
  const apply = async () => {
    for (const end of ends) files.restrict(real + end);
  };
  return { message: `made 0${mode}: ${real}`, path: real, apply };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

/** Within the state directory everything is its owner's, or he cannot change it any more. */
function foreignPlaces(host: Host, places: Places): Problem[] {
  const { files, paths } = host;
  const top = files.standing(paths.stateDir);
  if (top === undefined) return [];
  const { database, envFile } = paths;
  const named = [...places.agents.map(({ path }) => path), ...places.configFiles];
  const folders = [join(paths.stateDir, 'agents'), ...foldersOf(host, places)];
  const all = [...folders, database, `${database}-wal`, `${database}-shm`, envFile, ...named];
  return [...new Set(all)].flatMap((path) => {
    const standing = files.standing(path);
    if (standing === undefined || standing.uid === top.uid) return [];
    if (!isInside(files.realPath(paths.stateDir), files.realPath(path))) return [];
    const message = `${path} belongs to uid ${standing.uid}, the state directory to uid ${top.uid}`;
    const hint = `chown ${top.uid}:${top.gid} ${quoted(path)}`;
    return [{ finding: { reason: 'ownership', message, hint, path, exit: 0 } as const }];
  });
}

/** A run that still lives may be on another machine, or behind another number. */
const LEFT_AFTER_MS = 60_000;

/** Temp files hold what was to be written, secrets too. */
function litter(host: Host, places: Places): Problem[] {
  const { files, effects } = host;
  const { of, before } = { of: isWritten(host, places), before: effects.now() - LEFT_AFTER_MS };
  const folders = foldersOf(host, places).flatMap((each) => listed(() => [files.realPath(each)]));
  return [...new Set(folders)].flatMap((folder) =>
    listed(() => files.leftovers(folder, { of, before })).map((path) => {
      const message = `${path} is left of a run that was killed`;
      const hint = `rm ${quoted(path)}`;
      const finding = { reason: 'leftover', message, hint, path, exit: 0 } as const;
      return { finding, repair: removal(host, path) };
    }),
  );
}

/** Is it the name of a file that we write, or of a copy of one? */
function isWritten({ paths }: Host, places: Places): (name: string) => boolean {
  const files = [paths.database, paths.envFile, paths.configPath, ...places.configFiles];
  const names = [...files, ...places.agents.map(({ path }) => path)].map((path) => basename(path));
  const copies = names.flatMap((name) => [`${name}.bak`, `${name}.damaged-`]);
  return (name) => names.includes(name) || copies.some((copy) => name.startsWith(copy));
}

/** Only of what is ours and, wherever links lead, inside the state directory. */
function removal({ files, paths }: Host, path: string): Repair | undefined {
  const isOurs = files.standing(path)?.isOurs === true;
  if (!isOurs || !isInside(files.realPath(paths.stateDir), path)) return undefined;
  return { message: `removed the leftover ${path}`, path, apply: async () => files.remove(path) };
}

/** Nothing is left to do about these, but somebody may wonder. */
export function placeNotes(host: Host, places: Places): Finding[] {
  const { files, paths } = host;
  const copies = places.agents.flatMap(({ path, id: agentId }) =>
    listed(() => files.list(dirname(path)))
      .filter((name) => name.startsWith('auth-profiles.json.damaged-'))
      .map((name) => {
        const copy = join(dirname(path), name);
        const message = `${copy} is kept from when the file was damaged`;
        const hint = `rm ${quoted(copy)}`;
        return { reason: 'mirror_damaged', message, hint, agentId, path: copy, exit: 0 } as const;
      }),
  );
  return [...copies, ...networkNote(paths.stateDir, isOnNetwork(host))];
}

/** A folder that may not be looked into has its finding already. */
function listed(look: () => readonly string[]): readonly string[] {
  try {
    return look();
  } catch (error) {
    if (error instanceof EpiloopError) return [];
    throw error;
  }
}

function isOnNetwork({ files, paths }: Host): boolean {
  return files.stamp(paths.stateDir) !== undefined && isRemote(paths.stateDir);
}

export function networkNote(path: string, isOnNetwork: boolean): Finding[] {
  if (!isOnNetwork) return [];
  const message = `${path} is on a network file system: one host at a time should use it`;
  const hint = 'a local disk is safer and quicker: see --state-dir';
  return [{ reason: 'network_fs', message, hint, path, exit: 0 }];
}
