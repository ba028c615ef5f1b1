import type { Profile } from '../domain/profile.ts';
import { visible } from '../domain/visible.ts';
import * as profiles from '../store/profiles.ts';
import * as tombstones from '../store/tombstones.ts';
import type { Agent } from './agents.ts';
import { attempt, remarkOpen } from './foreign-file.ts';
import { addition, takeInForeign } from './foreign-profile.ts';
import { credentialMark, recordProfile } from './history.ts';
import type { Host } from './host.ts';
import {
  type LegacyPlace,
  legacyPlaces,
  type Remembered,
  readLegacy,
  recall,
  remember,
} from './legacy-file.ts';
import type { Situation } from './situation.ts';

/**
 * Takes over what the gateway's predecessors left: the agent's `auth.json` and, into main, the
 * host's `oauth.json`, each version of them once. Like the gateway only where the agent has no
 * profiles yet, and into another agent than main only where it would not inherit main's. The files
 * are never changed: the gateway deletes `auth.json`, after which nobody can look it up.
 */
export function importLegacy(situation: Situation, agent: Agent): void {
  const { host, main } = situation;
  const changed = legacyPlaces(situation, agent).filter((file) => isChanged(host, agent, file));
  if (changed.length === 0) return;
  const held = [...new Set([agent.key, main.key])];
  if (held.some((key) => profiles.facts(host.store.db, key).length > 0)) return;
  for (const file of changed) importFile(host, agent, file);
}

function isChanged(host: Host, agent: Agent, file: LegacyPlace): boolean {
  const stamp = attempt(host, file.path, () => host.files.stamp(file.path));
  if (stamp === undefined) return false;
  const before = recall(host, file);
  if (before.stamp !== stamp.id || before.extract?.agentDir !== agent.key) return true;
  remark(host, agent, file, before.extract);
  return false;
}

function importFile(host: Host, agent: Agent, file: LegacyPlace): void {
  const { hash } = host.store;
  const read = attempt(host, file.path, () => readLegacy(host, file));
  if (read === undefined) return;
  const hashes = recall(host, file).extract?.hashes ?? [];
  const version = hash(`${agent.key}\n${read.text}`);
  host.store.transaction(() => {
    if (!hashes.includes(version)) takeIn(host, agent, file, read.found);
    const extract = {
      hashes: [...new Set([...hashes, version])],
      agentDir: agent.key,
      ignored: read.ignored,
      openTo: read.openTo,
    };
    remark(host, agent, file, extract);
    remember(host, file, read.stamp, extract);
  });
}

/** What is there already, or was removed here once, stays as it is. */
function takeIn(host: Host, agent: Agent, file: LegacyPlace, found: readonly Profile[]): void {
  const { db } = host.store;
  const known = new Set([
    ...profiles.list(db, agent.key).map(({ id }) => id),
    ...tombstones.list(db, agent.key).keys(),
  ]);
  const missing = found.filter(({ id }) => !known.has(id));
  if (missing.length === 0) return;
  for (const [index, profile] of missing.entries()) {
    const foreign = { profile, source: 'legacy', path: file.path, position: known.size + index };
    takeInForeign(host, agent, addition(host, agent, profile), foreign, undefined);
  }
  recordImports(host, agent, file, new Set(missing.map(({ id }) => id)));
  const ids = missing.map(({ id }) => visible(id)).join(', ');
  host.notices.push(`imported ${ids} from ${file.path}, which stays as it is`);
}

function recordImports(
  host: Host,
  agent: Agent,
  { path }: LegacyPlace,
  imported: ReadonlySet<string>,
): void {
  for (const { id, credentialId } of profiles.list(host.store.db, agent.key)) {
    if (!imported.has(id)) continue;
    const after = credentialMark(host, credentialId, 'legacy');
    recordProfile(host, { ...agent, path }, 'legacy_imported', id, { after });
  }
}

function remark(host: Host, agent: Agent, { path }: LegacyPlace, extract: Remembered): void {
  remarkOpen(host, path, extract.openTo);
  for (const ignored of extract.ignored) {
    const message = `${path}: ${ignored}`;
    host.findings.push({ reason: 'ignored_entry', message, agentId: agent.id, path, exit: 0 });
  }
}
