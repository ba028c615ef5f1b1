import { basename, dirname, join } from 'node:path';
import type { Secret } from '../domain/secret.ts';
import { EpiloopError, quoted } from '../errors.ts';
import { clients } from '../sources/clients.ts';
import * as erasure from '../store/erasure.ts';
import { type Agent, agentByKey, allAgents } from './agents.ts';
import type { Host } from './host.ts';
import type { Situation } from './situation.ts';

/** Shorter texts stand in files by chance. */
const LEAST_LENGTH = 8;
const LIMIT = { maxBytes: 1024 ** 3, followLink: true } as const;

/**
 * Takes erased secrets out of what is kept of them beside the store's rows: its log, the gaps of its
 * pages, copies of damaged files and backups of the config and what it includes. In a copy each byte
 * of the secret becomes a `*`, since all else in it may stand nowhere else. Returns the files that
 * were cleaned.
 */
export function cleanCopies(situation: Situation, secrets: readonly Secret[]): string[] {
  const { host } = situation;
  const needles = needlesOf(secrets);
  cleanStore(situation, secrets, needles);
  const copies = [
    ...allAgents(situation).flatMap(({ path }) => beside(host, path, '.damaged-')),
    ...configFiles(situation).flatMap((path) => beside(host, path, '.bak')),
  ];
  const holding = [...new Set(copies)].filter((path) => holds(host, path, needles));
  for (const path of holding) redact(host, path, needles);
  return holding;
}

/** The config and what it includes, of which each has backups of its own. */
function configFiles({ host, configFiles }: Situation): string[] {
  return [...new Set([host.paths.configPath, ...configFiles])];
}

/** Files that are not ours to clean and hold one of the secrets all the same. */
export function stillHolding(
  situation: Situation,
  agent: Agent,
  secrets: readonly Secret[],
): string[] {
  const { host } = situation;
  const { env, home } = host.effects;
  const { envFile, stateDir } = host.paths;
  const agents = new Map([...allAgents(situation), agent].map((each) => [each.key, each]));
  const files = [
    ...[...configFiles(situation), envFile, join(stateDir, 'credentials', 'oauth.json')],
    ...[...agents.values()].flatMap(({ path }) => [path, join(dirname(path), 'auth.json')]),
    ...clients.map(({ path }) => path(env, home)).filter((path) => path !== undefined),
  ];
  const needles = needlesOf(secrets);
  return [...new Set(files)].filter((path) => holds(host, path, needles));
}

function cleanStore(
  situation: Situation,
  secrets: readonly Secret[],
  needles: readonly Buffer[],
): void {
  const { host } = situation;
  const { db, hash } = host.store;
  const { database } = host.paths;
  let isEmpty = erasure.emptyLog(db);
  const holders = secrets.flatMap((secret) => erasure.holders(db, hash(secret.reveal())));
  if (holders.length === 0 && holds(host, database, needles)) isEmpty = erasure.rewrite(db);
  host.notices.push(...new Set(holders.map((holder) => holderLine(situation, holder))));
  if (isEmpty) return;
  host.notices.push(`another program reads ${database}: its log is emptied when that ends`);
}

/** Whose the secret is too, and what would erase it there. */
function holderLine(situation: Situation, { agentDir, id, how }: erasure.Holder): string {
  const agent = agentByKey(situation, agentDir);
  const whose = `${id} of agent ${agent.id}`;
  if (how === 'used') return `${whose} holds the same secret: it stays for that one`;
  if (how === 'replaced') return `${whose} held the same secret before: it is kept for undo`;
  const where = agent.key === situation.main.key ? '' : ` --agent ${agent.id}`;
  const command = `epiloop models auth remove --purge ${quoted(id)}${where}`;
  return `${whose}, which was removed, held the same secret, and it is kept for undo: ${command}`;
}

/** Files in the same folder whose name goes on like this. */
function beside({ files }: Host, path: string, infix: string): string[] {
  const target = files.realPath(path);
  const start = `${basename(target)}${infix}`;
  const names = files.list(dirname(target)).filter((name) => name.startsWith(start));
  return names.toSorted().map((name) => join(dirname(target), name));
}

/** What cannot be read is not searched, and is told. */
function holds({ files, notices }: Host, path: string, needles: readonly Buffer[]): boolean {
  try {
    const content = files.readBytes(path, LIMIT);
    if (content === undefined) return false;
    const bytes = Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.length);
    return needles.some((needle) => bytes.includes(needle));
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    notices.push(`not searched: ${error.message}`);
    return false;
  }
}

function redact({ files }: Host, path: string, needles: readonly Buffer[]): void {
  const content = files.readBytes(path, LIMIT);
  if (content === undefined) return;
  const bytes = Buffer.from(content.bytes);
  for (const needle of needles) {
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at)) {
      bytes.fill('*', at, at + needle.length);
    }
  }
  files.replace(path, bytes);
}

function needlesOf(secrets: readonly Secret[]): Buffer[] {
  return textsOf(secrets).map((text) => Buffer.from(text));
}

/** As they are, and as JSON writes them. */
function textsOf(secrets: readonly Secret[]): string[] {
  const texts = secrets.map((secret) => secret.reveal()).filter((it) => it.length >= LEAST_LENGTH);
  return [...new Set(texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))];
}
