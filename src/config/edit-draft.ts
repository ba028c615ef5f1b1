import { dirname, resolve } from 'node:path';
import { EpiloopError } from '../errors.ts';
import { EditDocument, type Group, groupOf, type Splice, splice } from './edit-document.ts';
import { inverseOf, type Patch } from './edit-trace.ts';
import { parse } from './parse.ts';

/** A value in one of the files, before merging, and the keys that lead to it there. */
export interface Layer {
  readonly file: string;
  readonly keys: readonly string[];
  readonly value: unknown;
}

type Kind = 'object' | 'list' | 'other';

const INCLUDE = '$include';

/**
 * The files of a config while they are being edited. Reads as the gateway merges: what an object
 * includes comes first, its own keys last.
 */
export class Draft {
  readonly root: string;
  readonly #texts: Map<string, string>;
  readonly #values = new Map<string, unknown>();
  readonly #steps = new Map<string, Patch[number][]>();
  readonly #follow: boolean;

  /** `texts` holds the root, where there is such a file, and, unless includes are not followed, all that it includes. */
  constructor(root: string, texts: ReadonlyMap<string, string>, follow = true) {
    this.root = root;
    this.#texts = new Map(texts);
    this.#follow = follow;
    if (!texts.has(root)) this.#texts.set(root, '{}\n');
  }

  text(file: string): string {
    return this.#texts.get(file) ?? '';
  }

  /** The edited files and their new texts. */
  changes(): ReadonlyMap<string, string> {
    return new Map([...this.#steps.keys()].map((file) => [file, this.text(file)]));
  }

  /** What leads back from the edited text of a file to the one that it had. */
  patch(file: string): Patch {
    return this.#steps.get(file) ?? [];
  }

  /** The text of one file as it reads by itself, with what it includes left as it is. */
  own(file: string): unknown {
    if (!this.#values.has(file)) this.#values.set(file, parse(this.text(file), file));
    return this.#values.get(file);
  }

  /** What is merged into the value at the keys, in that order; nothing where there is none. */
  layers(keys: readonly string[]): readonly Layer[] {
    return keys.reduce<readonly Layer[]>(
      (above, key) => effective(above.flatMap((layer) => this.#step(layer, key))),
      effective(this.#file(this.root)),
    );
  }

  /** Edits the object or list of a layer where it stands; false: there was nothing to change. */
  edit(layer: Layer, change: (document: EditDocument, group: Group) => Splice[]): boolean {
    const { file, keys } = layer;
    const document = new EditDocument(this.text(file), file);
    const node = document.find(keys);
    const group = node && groupOf(node);
    if (group === undefined) throw lost(layer);
    const splices = change(document, group);
    if (splices.length === 0) return false;
    this.#splice(file, splices);
    return true;
  }

  /** Puts other code in the place of a value. */
  replace(layer: Layer, code: (old: string) => string): void {
    const { file, keys } = layer;
    const document = new EditDocument(this.text(file), file);
    const range = document.find(keys)?.range;
    if (range === undefined) throw lost(layer);
    const [start, end] = range;
    const text = code(document.text.slice(start, end));
    this.#splice(file, [{ start, end, text }]);
  }

  #splice(file: string, splices: readonly Splice[]): void {
    const text = this.text(file);
    this.#steps.set(file, [...(this.#steps.get(file) ?? []), inverseOf(text, splices)]);
    this.#texts.set(file, splice(text, splices));
    this.#values.delete(file);
  }

  #file(file: string): readonly Layer[] {
    return this.#expand({ file, keys: [], value: this.own(file) });
  }

  #step({ file, keys, value }: Layer, key: string): readonly Layer[] {
    if (kindOf(value) !== 'object' || key === INCLUDE) return [];
    const own = Object.getOwnPropertyDescriptor(value, key);
    return own === undefined ? [] : this.#expand({ file, keys: [...keys, key], value: own.value });
  }

  /** An object that does nothing but include is no place for keys of its own. */
  #expand(layer: Layer): readonly Layer[] {
    const { value, file } = layer;
    if (!this.#follow || !isIncluding(value)) return [layer];
    const targets: readonly unknown[] = [value[INCLUDE]].flat();
    const included = targets.flatMap((target) =>
      typeof target === 'string' ? this.#file(resolve(dirname(file), target)) : [],
    );
    const hasOwn = Object.keys(value).length > 1;
    return hasOwn || included.length === 0 ? [...included, layer] : included;
  }
}

/** Objects are merged and lists joined; anything else hides what came before. */
function effective(layers: readonly Layer[]): readonly Layer[] {
  const last = layers.at(-1);
  if (last === undefined) return [];
  const kind = kindOf(last.value);
  if (kind === 'other') return [last];
  const other = layers.findLastIndex((layer) => kindOf(layer.value) !== kind);
  return layers.slice(other + 1);
}

function kindOf(value: unknown): Kind {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' && value !== null ? 'object' : 'other';
}

function isIncluding(value: unknown): value is { readonly [INCLUDE]: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, INCLUDE);
}

/** The place is there, but is not ours to change. */
export function refusal({ file, keys }: Layer, why: string): EpiloopError {
  return new EpiloopError('config_invalid', `${file}: ${keys.join('.') || 'the top'} ${why}`, {
    path: file,
  });
}

/** The two parsers disagree about the text. */
function lost(layer: Layer): EpiloopError {
  return refusal(layer, 'cannot be edited in place');
}
