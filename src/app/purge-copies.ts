import { basename, dirname, join } from 'node:path';
import type { Secret } from '../domain/secret.ts';
import { EpiloopError } from '../errors.ts';
import { clients } from '../sources/clients.ts';
import * as erasure from '../store/erasure.ts';
import { type Agent, allAgents } from './agents.ts';
import type { Host } from './host.ts';
import type { Situation } from './situation.ts';

/** Shorter texts stand in files by chance. */
const LEAST_LENGTH = 8;
const LIMIT = { maxBytes: 1024 ** 3, followLink: true } as const;

/**
 * Takes erased secrets out of what is kept of them beside the store's rows: its log, the gaps of its
 * pages, copies of damaged files and backups of the config. Returns the files that were deleted or
 * cleaned.
 */
export function cleanCopies(situation: Situation, secrets: readonly Secret[]): string[] {
  const { host } = situation;
  const needles = needlesOf(secrets);
  cleanStore(host, secrets, needles);
  const damaged = allAgents(situation)
    .flatMap(({ path }) => beside(host, path, '.damaged-'))
    .filter((path) => holds(host, path, needles));
  for (const path of damaged) host.files.remove(path);
  const backups = beside(host, host.paths.configPath, '.bak').filter((path) =>
    holds(host, path, needles),
  );
  for (const path of backups) redact(host, path, secrets);
  return [...damaged, ...backups];
}

/** Files that are not ours to clean and hold one of the secrets all the same. */
export function stillHolding(
  situation: Situation,
  agent: Agent,
  secrets: readonly Secret[],
): string[] {
  const { host } = situation;
  const { env, home } = host.effects;
  const { configPath, envFile, stateDir } = host.paths;
  const agents = new Map([...allAgents(situation), agent].map((each) => [each.key, each]));
  const files = [
    ...[configPath, envFile, join(stateDir, 'credentials', 'oauth.json')],
    ...[...agents.values()].flatMap(({ path }) => [path, join(dirname(path), 'auth.json')]),
    ...clients.map(({ path }) => path(env, home)).filter((path) => path !== undefined),
  ];
  const needles = needlesOf(secrets);
  return [...new Set(files)].filter((path) => holds(host, path, needles));
}

function cleanStore(host: Host, secrets: readonly Secret[], needles: readonly Buffer[]): void {
  const { db, hash } = host.store;
  const { database } = host.paths;
  let isEmpty = erasure.emptyLog(db);
  const isElsewhere = secrets.some((secret) => erasure.isHeld(db, hash(secret.reveal())));
  if (!isElsewhere && holds(host, database, needles)) isEmpty = erasure.rewrite(db);
  if (isElsewhere)
    host.notices.push('another profile holds the same secret: it stays for that one');
  if (isEmpty) return;
  host.notices.push(`another program reads ${database}: its log is emptied when that ends`);
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

function redact({ files }: Host, path: string, secrets: readonly Secret[]): void {
  const content = files.readBytes(path, LIMIT);
  if (content === undefined) return;
  const text = textsOf(secrets).reduce(
    (all, secret) => all.replaceAll(secret, 'erased'),
    new TextDecoder().decode(content.bytes),
  );
  files.replace(path, text);
}

function needlesOf(secrets: readonly Secret[]): Buffer[] {
  return textsOf(secrets).map((text) => Buffer.from(text));
}

/** As they are, and as JSON writes them. */
function textsOf(secrets: readonly Secret[]): string[] {
  const texts = secrets.map((secret) => secret.reveal()).filter((it) => it.length >= LEAST_LENGTH);
  return [...new Set(texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))];
}
