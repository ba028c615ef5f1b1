import { error, type Fault, warning } from '../domain/lint.ts';
import { didYouMean, guessKey, guessKind } from '../domain/lint-names.ts';
import { type LintNode, memberOf, named } from '../domain/lint-tree.ts';
import { isMode, modes } from './outline.ts';

/** What the gateway 2026.1.24 demands of the parts that concern us. */
export type Shape =
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, Shape>>;
      /** any other key makes the whole config invalid */
      readonly strict?: true;
      readonly required?: readonly string[];
    }
  | { readonly kind: 'map' | 'list'; readonly of: Shape }
  | { readonly kind: 'text' | 'mode' | 'hours' | 'boolean' | 'time' | 'choice' };

const text: Shape = { kind: 'text' };
const hours: Shape = { kind: 'hours' };
const choice = {
  kind: 'object',
  fields: { primary: text, fallbacks: { kind: 'list', of: text } },
} as const;
const profile: Shape = {
  kind: 'object',
  strict: true,
  fields: { provider: text, mode: { kind: 'mode' }, email: text },
  required: ['provider', 'mode'],
};
const cooldowns: Shape = {
  kind: 'object',
  strict: true,
  fields: {
    billingBackoffHours: hours,
    billingBackoffHoursByProvider: { kind: 'map', of: hours },
    billingMaxHours: hours,
    failureWindowHours: hours,
  },
};
const auth: Shape = {
  kind: 'object',
  strict: true,
  fields: {
    profiles: { kind: 'map', of: profile },
    order: { kind: 'map', of: { kind: 'list', of: text } },
    cooldowns,
  },
};
const agent: Shape = {
  kind: 'object',
  fields: { id: text, default: { kind: 'boolean' }, agentDir: text, model: { kind: 'choice' } },
  required: ['id'],
};
const defaults: Shape = {
  kind: 'object',
  fields: {
    model: choice,
    imageModel: choice,
    models: { kind: 'map', of: { kind: 'object', fields: { alias: text } } },
  },
};
const provider: Shape = {
  kind: 'object',
  fields: { baseUrl: text, apiKey: text, auth: text, api: text },
};
const env: Shape = {
  kind: 'object',
  fields: {
    vars: { kind: 'map', of: text },
    shellEnv: {
      kind: 'object',
      fields: { enabled: { kind: 'boolean' }, timeoutMs: { kind: 'time' } },
    },
  },
};

export const configShape: Shape = {
  kind: 'object',
  fields: {
    auth,
    agents: { kind: 'object', fields: { defaults, list: { kind: 'list', of: agent } } },
    models: { kind: 'object', fields: { providers: { kind: 'map', of: provider } } },
    env,
  },
};

/** The shape at the end of the keys; undefined where anything may stand. */
export function shapeAt(keys: readonly string[]): Shape | undefined {
  return keys.reduce<Shape | undefined>((shape, key) => {
    const inside = shape?.kind === 'choice' ? choice : shape;
    if (inside?.kind === 'object') return fieldOf(inside.fields, key);
    return inside?.kind === 'map' || inside?.kind === 'list' ? inside.of : undefined;
  }, configShape);
}

/** No key of a file means anything to the language. */
function fieldOf(fields: Readonly<Record<string, Shape>>, key: string): Shape | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

const expected: Readonly<Record<Shape['kind'], string>> = {
  object: 'an object',
  map: 'an object',
  list: 'a list',
  text: 'a text',
  mode: modes.join(' | '),
  hours: 'a positive number of hours',
  boolean: 'true or false',
  time: 'a number of milliseconds',
  choice: 'a text or an object',
};

/** Is the value of another kind than stands at its place? `name` is its last key. */
export function kindFault(shape: Shape, name: string, node: LintNode): Fault | undefined {
  if (fits(shape, node)) return undefined;
  const message = `${named(name)}: expected ${expected[shape.kind]}`;
  if (shape.kind !== 'mode' || node.type !== 'text') return error('wrong-type', message);
  return error('unknown-mode', message, didYouMean(guessKind(node.text)));
}

function fits({ kind }: Shape, node: LintNode): boolean {
  switch (kind) {
    case 'object':
    case 'map':
      return node.type === 'object';
    case 'list':
    case 'text':
    case 'boolean':
      return node.type === kind;
    case 'mode':
      return node.type === 'text' && (isMode(node.text) || node.text.includes('${'));
    case 'hours':
      return isNumber(node) && node.value > 0;
    case 'time':
      return isNumber(node) && node.value >= 0;
    case 'choice':
      return node.type === 'text' || node.type === 'object';
  }
}

function isNumber(node: LintNode): node is Extract<LintNode, { type: 'number' }> {
  return node.type === 'number' && Number.isFinite(node.value);
}

/** Keys that the shape wants and that are nowhere in the object; an include may bring them. */
export function missingFaults(shape: Shape, name: string, node: LintNode): Fault[] {
  if (shape.kind !== 'object' || node.type !== 'object') return [];
  if (memberOf(node, '$include') !== undefined) return [];
  const missing = (shape.required ?? []).filter((key) => memberOf(node, key) === undefined);
  return missing.map((key) => error('missing-key', `${named(name)} has no ${key}`));
}

const secretKey = /^(?:key|token|access|refresh|secret)$|api_?key|_?token$|secret/i;

/** A key that the gateway does not know there. */
export function unknownFault(parent: Shape | undefined, key: string): Fault | undefined {
  if (parent?.kind !== 'object' || Object.hasOwn(parent.fields, key)) return undefined;
  const guess = guessKey(key, Object.keys(parent.fields));
  if (parent.strict) {
    const message = `${named(key)}: no such key is known here, so the gateway refuses the whole config`;
    const secret =
      'secrets stand in auth-profiles.json: epiloop models auth paste-api-key enters one';
    const hint = parent === profile && secretKey.test(key) ? secret : didYouMean(guess);
    return error('unknown-key', message, hint);
  }
  if (parent !== provider || guess === undefined) return undefined;
  return warning('unknown-key', `${named(key)}: no such key is known here`, didYouMean(guess));
}
