import { type Fault, warning } from '../domain/lint.ts';
import { named, squashed } from '../domain/lint-tree.ts';
import { editDistance } from '../domain/nearest.ts';

/** Keys that people write at the top, and where the gateway looks for them. */
const places: ReadonlyMap<string, string> = new Map([
  ['profiles', 'auth.profiles'],
  ['authprofiles', 'auth.profiles'],
  ['order', 'auth.order'],
  ['authorder', 'auth.order'],
  ['cooldowns', 'auth.cooldowns'],
  ['providers', 'models.providers'],
  ['modelproviders', 'models.providers'],
  ['defaults', 'agents.defaults'],
]);

const parts = ['auth', 'agents', 'models', 'env'];

/** `agent` and `model` are words of their own. */
const otherParts = new Set(['agent', 'model']);

/** A key that means something, only not where it stands. */
export function levelFault(keys: readonly string[]): Fault | undefined {
  const key = keys.at(-1) ?? '';
  if (keys.length === 1) return topFault(key);
  const isAgents = keys[0] === 'agent' || keys[0] === 'agents';
  if (!isAgents || keys.length > 4) return undefined;
  if (keys[1] === 'list' ? keys.length !== 4 : keys.length > 3) return undefined;
  const isAuth = key === 'auth' || squashed(key) === 'authprofiles';
  if (!isAuth || (keys.length === 3 && keys[1] !== 'defaults')) return undefined;
  return misplaced(key, key === 'auth' ? 'auth, at the top' : 'auth.profiles');
}

function topFault(key: string): Fault | undefined {
  if (parts.includes(key) || otherParts.has(key)) return undefined;
  const place = places.get(squashed(key));
  if (place !== undefined) return misplaced(key, place);
  const part = parts.find((each) => {
    return squashed(key) === each || (each.length > 4 && editDistance(key, each) === 1);
  });
  if (part === undefined) return undefined;
  return warning('unknown-key', `${named(key)}: no such key is known here`, `did you mean ${part}`);
}

function misplaced(key: string, place: string): Fault {
  return warning('wrong-place', `${named(key)} is not read here`, `the gateway looks for ${place}`);
}
