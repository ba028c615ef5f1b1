import { dirname, resolve } from 'node:path';
import { namesSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';
import type { FileContent, FileStamp, Files } from '../ports.ts';
import { parse } from './parse.ts';
import { bare, isTreeObject, Located, merge, type Tree, type TreeObject } from './tree.ts';

const INCLUDE = '$include';
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_INCLUDE_DEPTH = 10;
const MAX_INCLUDES = 256;
const MAX_NESTING = 200;
/** At the top of a file the rest is the gateway's own affair: neither followed nor validated. */
const OURS = new Set([INCLUDE, 'auth', 'agents', 'models', 'env', 'session']);

export interface ConfigFile {
  readonly path: string;
  readonly stamp: FileStamp;
}

export interface Loaded {
  readonly tree: TreeObject;
  /** the file itself, then the included ones, each once */
  readonly files: readonly ConfigFile[];
}

/** Where the loader stands: the file, the files that led to it, and the keys within both. */
interface Spot {
  readonly file: string;
  readonly chain: readonly string[];
  /** within this file */
  readonly keys: readonly string[];
  /** within the whole config: 0 at its top */
  readonly depth: number;
}

interface Known {
  readonly stamp: FileStamp;
  readonly value: unknown;
}

/**
 * Reads the config and everything it includes, as the gateway 2026.1.24 does: `$include` is a path
 * or a list of them, relative to the file it stands in, at most ten deep; its siblings win.
 * Undefined: there is no such file.
 * @throws EpiloopError `config_invalid`; `refused` and `io` as the port throws them
 */
export function load(path: string, files: Files): Loaded | undefined {
  const content = readFile(path, files);
  if (content === undefined) return undefined;
  const loader = new Loader(files);
  loader.know(path, content);
  const tree = loader.expandFile({ file: path, chain: [path], keys: [], depth: 0 });
  if (!isTreeObject(tree)) throw invalid(path, `${path} is no object`);
  return { tree, files: loader.files() };
}

class Loader {
  readonly #port: Files;
  readonly #known = new Map<string, Known>();
  #includes = 0;

  constructor(port: Files) {
    this.#port = port;
  }

  know(path: string, content: FileContent): void {
    this.#known.set(path, { stamp: content.stamp, value: parse(content.text, path) });
  }

  files(): ConfigFile[] {
    return [...this.#known].map(([path, { stamp }]) => ({ path, stamp }));
  }

  expandFile(spot: Spot): Tree {
    return this.#expand(this.#known.get(spot.file)?.value, spot);
  }

  #expand(value: unknown, spot: Spot): Tree {
    if (spot.depth > MAX_NESTING) {
      throw invalid(spot.file, `${spot.file} is nested more than ${MAX_NESTING} deep`);
    }
    if (typeof value === 'string') return new Located(value, spot.file, spot.keys);
    if (Array.isArray(value)) {
      return value.map((item, index) => this.#expand(item, inside(spot, String(index))));
    }
    if (typeof value === 'object' && value !== null) return this.#expandObject(value, spot);
    return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }

  #expandObject(value: object, spot: Spot): Tree {
    const own = Object.entries(value).filter(([key]) => isKept(key, spot));
    const siblings = own.filter(([key]) => key !== INCLUDE);
    const tree = bare(siblings.map(([key, item]) => [key, this.#expand(item, inside(spot, key))]));
    if (own.length === siblings.length) return tree;
    const included = this.#include(own.find(([key]) => key === INCLUDE)?.[1], spot);
    if (siblings.length === 0) return included;
    if (isTreeObject(included)) return merge(included, tree);
    throw invalid(spot.file, `${place(spot)} has siblings, so it must include an object`);
  }

  #include(value: unknown, spot: Spot): Tree {
    if (typeof value === 'string') return this.#includeOne(value, spot);
    if (!Array.isArray(value)) throw invalid(spot.file, `${place(spot)} must be a path or a list`);
    return value.reduce<Tree>((before, item: unknown) => {
      if (typeof item !== 'string') throw invalid(spot.file, `${place(spot)} lists no path`);
      return merge(before, this.#includeOne(item, spot));
    }, bare([]));
  }

  #includeOne(target: string, from: Spot): Tree {
    const file = resolve(dirname(from.file), target);
    if (from.chain.includes(file)) {
      throw invalid(from.file, `${place(from)} is a cycle: ${[...from.chain, file].join(' → ')}`);
    }
    if (from.chain.length > MAX_INCLUDE_DEPTH) {
      throw invalid(from.file, `${place(from)} is more than ${MAX_INCLUDE_DEPTH} files deep`);
    }
    this.#includes += 1;
    if (this.#includes > MAX_INCLUDES) {
      throw invalid(from.file, `${place(from)} is one of more than ${MAX_INCLUDES} includes`);
    }
    if (!this.#known.has(file)) this.know(file, this.#readIncluded(file, from));
    return this.expandFile({ ...from, file, chain: [...from.chain, file], keys: [] });
  }

  #readIncluded(file: string, from: Spot): FileContent {
    const content = namesSecret(file)
      ? readOrNothing(file, this.#port)
      : readFile(file, this.#port, `, included by ${from.file}`);
    if (content !== undefined) return content;
    const named = namesSecret(file) ? 'what looks like a secret' : `${file}, which does not exist`;
    throw invalid(from.file, `${place(from)} names ${named}`);
  }
}

function inside(spot: Spot, key: string): Spot {
  return { ...spot, keys: [...spot.keys, key], depth: spot.depth + 1 };
}

/** `__proto__` is a plain key for JSON5, and none that anybody means. */
function isKept(key: string, spot: Spot): boolean {
  return key !== '__proto__' && (spot.depth > 0 || OURS.has(key));
}

function place(spot: Spot): string {
  return `${spot.file}: ${[...spot.keys, INCLUDE].join('.')}`;
}

/** What is no text file (a folder, too large, not UTF-8) is a fault of the config. */
function readFile(path: string, files: Files, note = ''): FileContent | undefined {
  try {
    return files.read(path, { maxBytes: MAX_BYTES, followLink: true });
  } catch (error) {
    if (!(error instanceof EpiloopError) || error.code !== 'bad_data') throw error;
    throw new EpiloopError('config_invalid', `${error.message}${note}`, {
      path,
      hint: error.hint ?? 'put the config there as a text file and run the command again',
      cause: error,
    });
  }
}

/** For a name that may be a secret, which no error is to repeat. */
function readOrNothing(path: string, files: Files): FileContent | undefined {
  try {
    return readFile(path, files);
  } catch (error) {
    if (error instanceof EpiloopError) return undefined;
    throw error;
  }
}

function invalid(path: string, message: string): EpiloopError {
  return new EpiloopError('config_invalid', message, {
    path,
    hint: 'mend the file and run the command again',
  });
}
