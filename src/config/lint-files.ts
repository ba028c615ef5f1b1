import { dirname, resolve } from 'node:path';
import { error, type Fault, type Note, noted, warning } from '../domain/lint.ts';
import { hiddenMembers, itemsOf, type LintNode, membersOf, named } from '../domain/lint-tree.ts';
import { namesSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';
import type { Files } from '../ports.ts';
import { parseConfigDocument } from './lint-document.ts';

const INCLUDE = '$include';
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 10;
const MAX_FILES = 256;
const MAX_VISITS = 200_000;
/** Only in these are includes followed; the rest is the gateway's own affair. */
const OURS = new Set(['auth', 'agents', 'models', 'env']);

/** One value of the config, wherever it is written. */
export interface Visit {
  readonly file: string;
  /** the keys that lead to it in the whole config; list items count from 0 */
  readonly keys: readonly string[];
  /** of its key, or its own in a list */
  readonly at: number;
  readonly value: LintNode;
}

/** A file of the config as read, with what is wrong in it so far. */
export interface LintedFile {
  readonly text: string;
  readonly notes: Note[];
  readonly root?: LintNode | undefined;
}

/** The config with everything it includes, taken apart; nothing is merged. */
export class LintFiles {
  readonly files = new Map<string, LintedFile>();
  readonly visits: Visit[] = [];
  readonly #port: Files;
  readonly #done = new Set<string>();
  #full = false;

  constructor(port: Files) {
    this.#port = port;
  }

  /** False: it is absent. Throws EpiloopError for what cannot be read. */
  read(path: string): boolean {
    if (this.files.has(path)) return true;
    const content = this.#port.read(path, { maxBytes: MAX_BYTES, followLink: true });
    if (content === undefined) return false;
    const { root, notes } = parseConfigDocument(content.text);
    this.files.set(path, { text: content.text, root, notes: [...notes] });
    return true;
  }

  note(file: string, at: number, fault: Fault | undefined): void {
    this.files.get(file)?.notes.push(...noted(at, fault));
  }

  /** Takes a file apart that stands for what `keys` lead to. */
  visitFile(file: string, keys: readonly string[], chain: readonly string[]): void {
    const mount = JSON.stringify([file, keys]);
    const root = this.files.get(file)?.root;
    if (root === undefined || this.#done.has(mount)) return;
    this.#done.add(mount);
    this.#visit({ file, keys, at: root.at, value: root }, chain);
  }

  #visit(visit: Visit, chain: readonly string[]): void {
    const { file, keys, at, value } = visit;
    if (this.visits.length >= MAX_VISITS) {
      const fault = warning('not-checked', 'too many values: from here on nothing is checked');
      if (!this.#full) this.note(file, at, fault);
      this.#full = true;
      return;
    }
    this.visits.push(visit);
    if (keys.length === 0 || keys[0] === 'auth') this.#noteHidden(file, value);
    itemsOf(value).forEach((item, index) => {
      this.#visit({ file, keys: [...keys, String(index)], at: item.at, value: item }, chain);
    });
    for (const member of membersOf(value)) {
      const isInclude = member.key === INCLUDE && (keys.length === 0 || OURS.has(keys[0] ?? ''));
      if (isInclude) this.#includes(file, keys, member.value, chain);
      else this.#visit({ ...member, file, keys: [...keys, member.key] }, chain);
    }
  }

  #noteHidden(file: string, value: LintNode): void {
    for (const { key, at } of hiddenMembers(value)) {
      const message = `${named(key)} stands here again further down, where it counts`;
      this.note(file, at, error('duplicate-key', message, 'take one of them out'));
    }
  }

  #includes(from: string, keys: readonly string[], value: LintNode, chain: readonly string[]) {
    for (const target of value.type === 'list' ? value.items : [value]) {
      if (target.type !== 'text') {
        const fault = error('include', '$include: expected a path or a list of paths');
        this.note(from, target.at, fault);
        continue;
      }
      const file = resolve(dirname(from), target.text);
      const fault = this.#includeFault(file, chain);
      this.note(from, target.at, fault);
      if (fault === undefined) this.visitFile(file, keys, [...chain, file]);
    }
  }

  #includeFault(file: string, chain: readonly string[]): Fault | undefined {
    if (chain.includes(file)) return error('include', `$include is a cycle: it leads to ${file}`);
    if (chain.length > MAX_DEPTH) {
      return error('include', `$include is more than ${MAX_DEPTH} files deep`);
    }
    if (this.files.size > MAX_FILES) return error('include', `more than ${MAX_FILES} files`);
    try {
      if (this.read(file)) return undefined;
      const named = namesSecret(file)
        ? 'what looks like a secret'
        : `${file}, which does not exist`;
      return error('include', `$include names ${named}`);
    } catch (failure) {
      if (!(failure instanceof EpiloopError)) throw failure;
      if (namesSecret(file)) return error('include', '$include names what looks like a secret');
      return error('include', `$include: ${failure.message}`, failure.hint);
    }
  }
}
