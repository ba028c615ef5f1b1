/**
 * The config between parsing and validating: plain values, objects without a prototype, and each
 * string with the file and the place that it stands in.
 */
export type Tree = null | boolean | number | Located | readonly Tree[] | TreeObject;

export interface TreeObject {
  readonly [key: string]: Tree;
}

export class Located {
  readonly text: string;
  /** absolute path of the file whose text holds it */
  readonly file: string;
  /** the keys that lead to it within that file */
  readonly keys: readonly string[];

  constructor(text: string, file: string, keys: readonly string[]) {
    this.text = text;
    this.file = file;
    this.keys = keys;
  }
}

export function isTreeObject(tree: Tree | undefined): tree is TreeObject {
  return typeof tree === 'object' && tree !== null && Object.getPrototypeOf(tree) === null;
}

/** An object without a prototype, so that no key of a file means anything to the language. */
export function bare<T>(entries: Iterable<readonly [string, T]>): { [key: string]: T } {
  const result: { [key: string]: T } = Object.create(null);
  for (const [key, value] of entries) result[key] = value;
  return result;
}

/** The value at the end of the keys, or undefined where the way there is no object. */
export function at(tree: Tree | undefined, keys: readonly string[]): Tree | undefined {
  return keys.reduce<Tree | undefined>(
    (here, key) => (isTreeObject(here) ? here[key] : undefined),
    tree,
  );
}

/** Lists are joined, objects merged key by key; of anything else the second wins. */
export function merge(first: Tree, second: Tree): Tree {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  if (!isTreeObject(first) || !isTreeObject(second)) return second;
  const result = bare(Object.entries(first));
  for (const [key, value] of Object.entries(second)) {
    const before = result[key];
    result[key] = before === undefined ? value : merge(before, value);
  }
  return result;
}
