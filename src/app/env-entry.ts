import { parse } from 'dotenv';
import { upsert, valueIn } from '../domain/env-file.ts';
import { EpiloopError, quoted, systemCode } from '../errors.ts';
import type { FileBytes } from '../ports.ts';
import { record } from './history.ts';
import type { Host } from './host.ts';
import type { OnboardItem, OnboardResult } from './onboarding.ts';

export type VariableItem = Extract<OnboardItem, { kind: 'variable' }>;

const MAX_BYTES = 1024 * 1024;

/** How often a file that somebody else writes at the same time is read anew. */
const ATTEMPTS = 3;

/**
 * Sets variables in `<state>/.env`, all with one replacement of the file, which is 0600 before it
 * holds them. Each change leaves a history row. A link, or a file that is not ours, is refused.
 * In one transaction, so that the rows stand only if the file does, and no two of us do it at once.
 */
export function setVariables(host: Host, items: readonly VariableItem[]): OnboardResult[] {
  return host.store.transaction(() => setAll(host, items));
}

function setAll(host: Host, items: readonly VariableItem[]): OnboardResult[] {
  const path = host.paths.envFile;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const found = host.files.readBytes(path, { maxBytes: MAX_BYTES, followLink: false });
    const text = found === undefined ? '' : decode(path, found.bytes);
    const next = items.reduce((before, item) => withVariable(path, before, item), text);
    if (host.files.stamp(path)?.id !== found?.stamp.id) continue;
    const results = items.map((item) => resultOf(host, text, item));
    if (next !== text || found?.openTo !== undefined) write(host, { found, next }, results);
    return results.map(({ before: _, ...result }) => result);
  }
  throw new EpiloopError('busy', `${path} keeps changing, nothing was written to it`, {
    path,
    hint: 'try again when nothing else edits it',
  });
}

/** Throws `bad_data` where the gateway would read something else than what was entered. */
function withVariable(path: string, text: string, { name, key }: VariableItem): string {
  const next = upsert(text, name, key.reveal());
  if (next !== undefined && parse(next)[name] === key.reveal()) return next;
  throw new EpiloopError(
    'bad_data',
    `${name} cannot be written to ${path} without a change to it`,
    {
      path,
      hint: 'look for quotes there that are never closed, or leave --env-file out',
    },
  );
}

interface Result extends OnboardResult {
  /** the fingerprint of what stood there */
  readonly before: string | undefined;
}

function resultOf(host: Host, text: string, { choice, provider, name, key }: VariableItem): Result {
  const fingerprint = (value: string) => host.store.hash(value).slice(0, 8);
  const old = valueIn(text, name);
  const before = old === undefined || old === '' ? undefined : fingerprint(old);
  return {
    choice,
    provider,
    variable: name,
    path: host.paths.envFile,
    fingerprint: fingerprint(key.reveal()),
    action: old === key.reveal() ? 'kept' : before === undefined ? 'stored' : 'replaced',
    before,
  };
}

interface Change {
  readonly found: FileBytes | undefined;
  readonly next: string;
}

function write(host: Host, { found, next }: Change, results: readonly Result[]): void {
  const { files, paths } = host;
  for (const { variable: subject, path, before, fingerprint, action } of results) {
    if (action === 'kept') continue;
    record(host, {
      event: 'env_variable_set',
      subject,
      path,
      ...(before !== undefined && { before: { fingerprint: before } }),
      after: { fingerprint },
    });
  }
  files.checkPlace(paths.envFile, paths.stateDir);
  replace(host, found, next);
  if (found?.openTo === undefined) return;
  const verb = found.openTo === 'writable' ? 'write to' : 'read';
  host.notices.push(`others could ${verb} ${paths.envFile} until now; it is 0600 from here on`);
}

/** A file that is mounted into a container can only be overwritten, and so keeps its mode. */
function replace({ files, paths }: Host, found: FileBytes | undefined, next: string): void {
  const path = paths.envFile;
  try {
    files.replace(path, next);
  } catch (error) {
    if (!(error instanceof EpiloopError) || systemCode(error.cause) !== 'EBUSY') throw error;
    if (found?.openTo === undefined) {
      files.replaceInPlace(path, next);
      return;
    }
    throw new EpiloopError('refused', `${path} is mounted here, and open to others`, {
      path,
      hint: `chmod 600 ${quoted(path)}, then try again`,
      cause: error,
    });
  }
}

/** With its byte order mark, which is to stay. */
function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new EpiloopError('bad_data', `${path} is not UTF-8 text`, {
      path,
      hint: 'mend it or move it away',
      cause,
    });
  }
}
