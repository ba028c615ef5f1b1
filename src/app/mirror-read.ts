import type { Finding } from '../domain/finding.ts';
import { EpiloopError, quoted } from '../errors.ts';
import { isDamaged, type MirrorFile } from '../mirror/format.ts';
import { readMirror } from '../mirror/read.ts';
import type { FileStamp } from '../ports.ts';
import * as mirrors from '../store/mirrors.ts';
import type { Agent } from './agents.ts';
import type { Host } from './host.ts';

/** A file as it was read: what stands in it, and when it was so. */
export interface ReadMirror {
  readonly file: MirrorFile;
  readonly stamp: FileStamp;
  readonly openTo?: 'readable' | 'writable' | undefined;
  /** it begins with a byte order mark, at which the gateway stumbles: it is written anew */
  readonly marked: boolean;
}

/** A file that is no `auth-profiles.json` any more, although we know what stood in it. */
export interface DamagedMirror {
  /** for a person; quotes nothing of the file */
  readonly damaged: string;
  readonly bytes: Uint8Array;
  readonly stamp: FileStamp;
}

/**
 * The agent's file as it stands; undefined where there is none. One that is damaged and was never
 * read before is left alone, and ends the run (`bad_data`). Also throws what `Files` says.
 */
export function readAgentFile(host: Host, agent: Agent): ReadMirror | DamagedMirror | undefined {
  const found = readMirror(host.files, agent.path);
  if (found === undefined) return undefined;
  const { mirror, stamp, openTo, marked, bytes } = found;
  if (!isDamaged(mirror)) return { file: mirror, stamp, openTo, marked };
  if (mirrors.get(host.store.db, agent.key) !== undefined) {
    return { damaged: mirror.damaged, bytes, stamp };
  }
  throw new EpiloopError('bad_data', `${agent.path} is damaged: ${mirror.damaged}`, {
    path: agent.path,
    hint: 'mend it or move it away; nothing was changed, and no good version of it is known',
  });
}

/** What a file holds that the gateway does not model stays where it is, and is told. */
export function mirrorFindings(agent: Agent, { file, openTo }: ReadMirror): Finding[] {
  const common = { agentId: agent.id, path: agent.path, exit: 0 };
  const told = file.ignored.slice(0, TOLD_ONE_BY_ONE);
  const findings: Finding[] = told.map(({ kind, key, why }) => ({
    ...common,
    reason: 'ignored_entry',
    message: `${labels[kind]} ${key}: ${why}`,
    ...(kind === 'profile' && { profileId: key }),
  }));
  const more = file.ignored.length - told.length;
  if (more > 0) {
    const message = `${more} more entries of ${agent.path} are not understood and stay as they are`;
    findings.push({ ...common, reason: 'ignored_entry', message });
  }
  if (file.version !== undefined && file.version !== 1) {
    findings.push({
      ...common,
      reason: 'mirror_version',
      message: `${agent.path} says it is of another version than 1; it is read and written as 1`,
    });
  }
  if (openTo !== undefined) {
    findings.push({
      ...common,
      reason: 'permissions',
      message: `${agent.path} is ${openTo} by others`,
      hint: `chmod 600 ${quoted(agent.path)}`,
    });
  }
  return findings;
}

/** Of more ignored entries than this only the number is told. */
const TOLD_ONE_BY_ONE = 20;

const labels = {
  profile: 'profile',
  order: 'order of',
  last_good: 'lastGood of',
  usage: 'usage of',
  top: 'top-level key',
} as const;
