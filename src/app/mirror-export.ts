import { dirname } from 'node:path';
import type { MirrorState } from '../domain/status-report.ts';
import { EpiloopError } from '../errors.ts';
import {
  emptyMirror,
  isDamaged,
  type MirrorFile,
  parseMirror,
  renderMirror,
  sameMeaning,
} from '../mirror/format.ts';
import * as mirrors from '../store/mirrors.ts';
import type { Agent } from './agents.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import { ourContent } from './ledger.ts';
import { lockRecord } from './lock-record.ts';
import { importMirror } from './mirror-import.ts';
import { type DamagedMirror, type ReadMirror, readAgentFile } from './mirror-read.ts';
import { recordWritten } from './mirror-record.ts';
import { trustedStamp } from './stamp.ts';

/** A writer without a lock can come between; more often than this in one run is somebody else's loop. */
const TRIES = 5;

/**
 * Writes the agent's file if it should say something else than it does, under the gateway's lock. What
 * is to be written is committed before; without the lock in `waitMs`
 * it stays pending for the next run (`busy`).
 */
export async function exportMirror(
  host: Host,
  agent: Agent,
  waitMs: number,
): Promise<MirrorState['state']> {
  const row = mirrors.get(host.store.db, agent.key);
  const absent = host.files.stamp(agent.path) === undefined;
  if (row === undefined || (absent && isGone(host, agent))) return absent ? 'absent' : 'current';
  const pending = row.revision > row.exported || (absent && isLost(host, agent));
  if (!pending) return absent ? 'absent' : 'current';
  if (!host.writes) return 'unchecked';
  if (host.held.has(agent.path)) return writeUnderLock(host, agent);
  const { withLock } = await import('../mirror/lock.ts');
  host.files.makeFolder(dirname(agent.path));
  const locked = await withLock(agent.path, { waitMs, ...lockRecord(host) }, () =>
    writeUnderLock(host, agent),
  );
  if (locked.held) return locked.value;
  throw new EpiloopError('busy', `${agent.path} is locked by another program`, {
    path: agent.path,
    hint: 'the next run writes it, or run epiloop models sync',
  });
}

/** Somebody has removed the agent: a refresh of a login that it held does not bring it back. */
function isGone(host: Host, agent: Agent): boolean {
  return !agent.listed && host.files.stamp(agent.dir) === undefined;
}

/** The file vanished although its agent has profiles of its own. */
function isLost(host: Host, agent: Agent): boolean {
  return ourContent(host, agent, undefined).profiles.length > 0;
}

async function writeUnderLock(host: Host, agent: Agent): Promise<'written' | 'current'> {
  const { publish } = await import('../mirror/publish.ts');
  const { files } = host;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const read = readAgentFile(host, agent);
    if (read !== undefined && !('damaged' in read) && !takenIn(host, agent, read)) continue;
    const base = await standing(host, agent, read);
    const row = mirrors.get(host.store.db, agent.key);
    if (row === undefined) throw new TypeError('only a mirror that has a row is written');
    if (base !== undefined && row.revision === row.exported) return 'current';
    const text = renderMirror(base ?? emptyMirror(), ourContent(host, agent, row));
    const file = understood(text);
    if (read !== undefined && saysIt(read, file)) {
      const stamp = trustedStamp(read.stamp, host.effects.now());
      mirrors.markExported(host.store.db, agent.key, row.revision, stamp);
      return 'current';
    }
    const published = publish({ files, path: agent.path, text, expected: read?.stamp });
    if (published.outcome === 'changed') continue;
    recordWritten(host, agent, { base, file, revision: row.revision, stamp: published.stamp });
    if (published.outcome === 'written') {
      remark(host, agent, read === undefined, published.inPlace === true);
      return 'written';
    }
    importMirror(host, agent, { file: published.mirror, stamp: published.stamp, marked: false });
  }
  throw new EpiloopError('busy', `${agent.path} changes faster than it can be written`, {
    path: agent.path,
    hint: 'stored; run epiloop models sync when the other writer has stopped',
  });
}

/** Merged into ours, now or when it was read last; false: it is another version again. */
function takenIn(host: Host, agent: Agent, read: ReadMirror): boolean {
  const isKnown = mirrors.get(host.store.db, agent.key)?.stamp === read.stamp.id;
  return isKnown || importMirror(host, agent, read);
}

/** What stands in the file, to be written onto; of a damaged one the bytes are put aside. */
async function standing(
  host: Host,
  agent: Agent,
  read: ReturnType<typeof readAgentFile>,
): Promise<MirrorFile | undefined> {
  if (read === undefined) return undefined;
  if (!('damaged' in read)) return read.file;
  const { damagedCopy } = await import('../mirror/publish.ts');
  const copy = damagedCopy(host.files, agent.path, read.bytes, host.effects.now());
  host.store.transaction(() =>
    record(host, {
      event: 'mirror_repaired',
      agentDir: agent.key,
      path: agent.path,
      before: { damaged: read.damaged, copy },
    }),
  );
  host.notices.push(`${agent.path} was damaged (${read.damaged}); its bytes are kept in ${copy}`);
  return undefined;
}

function saysIt(read: ReadMirror | DamagedMirror, file: MirrorFile): boolean {
  return !('damaged' in read) && !read.marked && sameMeaning(file, read.file);
}

function understood(text: string): MirrorFile {
  const file = parseMirror(text);
  if (isDamaged(file)) throw new TypeError(`a rendered mirror is ${file.damaged}`);
  return file;
}

function remark(host: Host, agent: Agent, made: boolean, inPlace: boolean): void {
  const how = inPlace ? ' (in place: it cannot be replaced)' : '';
  host.notices.push(`${made ? 'made' : 'wrote'} ${agent.path} of agent ${agent.id}${how}`);
}
