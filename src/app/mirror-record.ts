import type { Reason } from '../domain/finding.ts';
import { sameJson } from '../domain/json.ts';
import { contentOf, type MirrorFile } from '../mirror/format.ts';
import type { FileStamp } from '../ports.ts';
import * as mirrorEntries from '../store/mirror-entries.ts';
import * as mirrors from '../store/mirrors.ts';
import type { Agent } from './agents.ts';
import type { Host } from './host.ts';
import { entriesOf, extraOf } from './ledger.ts';
import { mirrorFindings } from './mirror-read.ts';
import { trustedStamp } from './stamp.ts';

/** A file as we have just written it. */
export interface Written {
  /** what stood there, of which the merge base speaks */
  readonly base: MirrorFile | undefined;
  readonly file: MirrorFile;
  readonly revision: number;
  readonly stamp: FileStamp;
}

/** The new merge base, and what is left to tell of the file. */
export function recordWritten(host: Host, agent: Agent, written: Written): void {
  const { base, file, revision, stamp } = written;
  const { db } = host.store;
  host.store.transaction(() => {
    const marks = mirrorEntries.entries(db, agent.key).get('profile');
    const known = ({ id }: { readonly id: string }) =>
      sameJson(base?.profiles.get(id), file.profiles.get(id)) ? marks?.get(id) : undefined;
    const content = contentOf(file);
    mirrorEntries.saveEntries(db, agent.key, entriesOf(host, content, known));
    const trusted = trustedStamp(stamp, host.effects.now());
    const extra = extraOf(content);
    const findings = mirrorFindings(agent, { file, stamp, marked: false });
    const { key: agentDir, path } = agent;
    mirrors.save(db, { agentDir, path, stamp: trusted, extra, findings });
    mirrors.markWritten(db, agent.key, { revision, stamp: trusted, written: stamp.id });
  });
  forgetMended(host, agent);
}

/** What was wrong with a file that has just been written anew is a notice, and no finding any more. */
function forgetMended(host: Host, agent: Agent): void {
  const left = host.findings.filter(
    ({ path, reason }) => path !== agent.path || !mended.has(reason),
  );
  host.findings.length = 0;
  for (const finding of left) host.findings.push(finding);
}

const mended: ReadonlySet<Reason> = new Set(['mirror_version', 'permissions']);
