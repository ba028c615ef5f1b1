import { error, type Note, noted, warning } from '../domain/lint.ts';
import {
  itemsOf,
  type LintMember,
  type LintNode,
  memberOf,
  membersOf,
  named,
  textIn,
} from '../domain/lint-tree.ts';
import { normalizeProvider, sameProvider } from '../domain/provider.ts';

export interface KnownProfiles {
  readonly isStored: (id: string) => boolean;
  /** of the profiles in this file */
  readonly providerOf: (id: string) => string | undefined;
}

/** `order` and `lastGood`: what names nothing, or is dropped on load. */
export function listNotes(root: LintNode, known: KnownProfiles): Note[] {
  const order = memberOf(root, 'order')?.value;
  const lastGood = memberOf(root, 'lastGood')?.value;
  return [
    ...notObject(order, 'order'),
    ...notObject(lastGood, 'lastGood'),
    ...spellingNotes(membersOf(order)),
    ...membersOf(order).flatMap((entry) => orderNotes(entry, known)),
    ...membersOf(lastGood).flatMap(({ key, value }) => {
      const id = textIn(value);
      if (id === undefined) {
        return noted(value.at, warning('wrong-type', `${named(key)}: expected a profile id`));
      }
      return known.isStored(id) ? [] : noted(value.at, unknown(id));
    }),
  ];
}

function notObject(node: LintNode | undefined, name: string): Note[] {
  if (node === undefined || node.type === 'object') return [];
  return noted(node.at, error('wrong-type', `${name}: expected an object; it is ignored`));
}

function orderNotes({ key, value }: LintMember, known: KnownProfiles): Note[] {
  if (value.type !== 'list') {
    const hint = value.type === 'text' ? 'put it in brackets' : undefined;
    const message = `${named(key)}: expected a list of profile ids; it is ignored`;
    return noted(value.at, error('wrong-type', message, hint));
  }
  if (value.items.length === 0) {
    const message = `${named(key)}: an empty list is no order; the gateway drops it`;
    return noted(value.at, warning('wrong-type', message));
  }
  const seen = new Set<string>();
  return itemsOf(value).flatMap((item) => {
    const id = textIn(item)?.trim();
    if (id === undefined) {
      return noted(item.at, warning('wrong-type', 'expected a profile id; it is ignored'));
    }
    if (seen.has(id)) {
      return noted(item.at, warning('duplicate-item', `${named(id)} stands in this list twice`));
    }
    seen.add(id);
    return itemNotes(item.at, id, key, known);
  });
}

function itemNotes(at: number, id: string, provider: string, known: KnownProfiles): Note[] {
  if (!known.isStored(id)) return noted(at, unknown(id));
  const own = known.providerOf(id);
  if (own === undefined || sameProvider(own, provider)) return [];
  const message = `${named(id)} is a profile of ${named(own)} and is skipped in this list`;
  return noted(at, warning('provider-mismatch', message));
}

function unknown(id: string) {
  const hint = 'epiloop models auth list names the profiles';
  return warning('unknown-profile', `no profile ${named(id)} is stored`, hint);
}

/** The gateway goes by the first spelling of a provider that it meets. */
function spellingNotes(entries: readonly LintMember[]): Note[] {
  const first = new Map<string, string>();
  return entries.flatMap(({ key, at }) => {
    const id = normalizeProvider(key);
    const earlier = first.get(id);
    first.set(id, earlier ?? key);
    if (earlier === undefined || earlier === key) return [];
    const message = `${named(key)} and ${named(earlier)} are one provider; the first one counts`;
    return noted(at, warning('provider-spelling', message));
  });
}
