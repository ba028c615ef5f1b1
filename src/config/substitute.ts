import { EpiloopError } from '../errors.ts';
import { fill, isMissing, Template, type Text, variablesOf } from './template.ts';
import { at, bare, isTreeObject, Located, type Tree, type TreeObject } from './tree.ts';

/** The tree with its variables replaced: what the schema looks at. */
export type Filled = null | boolean | number | Text | readonly Filled[] | FilledObject;

export interface FilledObject {
  readonly [key: string]: Filled;
}

export interface Substituted {
  readonly filled: Filled;
  /** every variable named anywhere in our parts, sorted */
  readonly variables: readonly string[];
}

export type Lookup = (name: string) => string | undefined;

/**
 * Replaces `${NAME}` in every string. A variable that is blank in the environment is taken from the
 * config's own `env.vars.NAME` or `env.NAME`. Those are filled in too, where the gateway 2026.1.24
 * would pass a `${…}` within them on as it stands.
 * @throws EpiloopError `config_invalid` naming the variable and the place that needs it
 */
export function substitute(tree: TreeObject, env: Lookup): Substituted {
  const filler = new Filler(ownVariables(tree), env);
  const filled = filler.walk(tree, []);
  return { filled, variables: [...filler.variables].sort() };
}

class Filler {
  readonly variables = new Set<string>();
  readonly #own: ReadonlyMap<string, Located>;
  readonly #env: Lookup;

  constructor(own: ReadonlyMap<string, Located>, env: Lookup) {
    this.#own = own;
    this.#env = env;
  }

  walk(tree: Tree, keys: readonly string[]): Filled {
    if (tree instanceof Located) return this.#text(tree, keys);
    if (Array.isArray(tree)) return tree.map((item, i) => this.walk(item, [...keys, String(i)]));
    if (!isTreeObject(tree)) return tree as null | boolean | number; // all that is left of Tree
    return bare(Object.entries(tree).map(([key, item]) => [key, this.walk(item, [...keys, key])]));
  }

  #text(located: Located, keys: readonly string[]): Text {
    const names = variablesOf(located.text);
    for (const name of names) this.variables.add(name);
    const text = fill(located.text, (name) => this.#valueOf(name, located, keys, []));
    return names.length === 0 ? text : new Template(located.text, text);
  }

  #valueOf(name: string, used: Located, keys: readonly string[], open: readonly string[]): string {
    const value = this.#env(name);
    if (!isMissing(value)) return value;
    const own = this.#own.get(name);
    if (own === undefined || open.includes(name)) throw missing(name, used, keys);
    return fill(own.text, (inner) => this.#valueOf(inner, used, keys, [...open, name]));
  }
}

/** `env.vars.*`, then `env.<KEY>`, which wins; blank ones set nothing. */
function ownVariables(tree: TreeObject): Map<string, Located> {
  const { vars, shellEnv: _, ...direct } = entriesOf(at(tree, ['env']));
  const all = [...Object.entries(entriesOf(vars)), ...Object.entries(direct)];
  const own = new Map<string, Located>();
  for (const [name, value] of all) {
    if (value instanceof Located && !isMissing(value.text)) own.set(name, value);
  }
  return own;
}

function entriesOf(tree: Tree | undefined): { readonly [key: string]: Tree } {
  return isTreeObject(tree) ? tree : {};
}

function missing(name: string, used: Located, keys: readonly string[]): EpiloopError {
  return new EpiloopError(
    'config_invalid',
    `${used.file}: ${keys.join('.')} needs the variable ${name}, which is not set`,
    { path: used.file, hint: `set ${name} in the environment or in the .env file of the state` },
  );
}
