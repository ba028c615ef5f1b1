import { canBeSame, compareIdentity, type Identity, identityOf } from '../domain/identity.ts';
import type { Profile } from '../domain/profile.ts';
import { normalizeProvider } from '../domain/provider.ts';
import * as credentials from '../store/credentials.ts';
import type { Host } from './host.ts';

/** The oldest stored login of the same person with the same provider. */
export type FindPerson = (profile: Profile) => number | undefined;

interface Person {
  readonly credential: number;
  readonly identity: Identity;
}

/**
 * Looks at the logins of each provider once, when one is asked for: to be used only as long as none
 * is added or changed.
 */
export function peopleOf({ store }: Pick<Host, 'store'>): FindPerson {
  const books = new Map<string, Map<string, Person[]>>();
  return (profile) => {
    const identity = identityOf(profile);
    if (!canBeSame(identity)) return undefined;
    const provider = normalizeProvider(profile.provider);
    const book = books.get(provider) ?? bookOf(credentials.identities(store.db, provider));
    books.set(provider, book);
    const found = keysOf(identity).flatMap((key) => book.get(key) ?? []);
    const same = found.filter((each) => compareIdentity(each.identity, identity) === 'same');
    return same.length === 0 ? undefined : Math.min(...same.map(({ credential }) => credential));
  };
}

function bookOf(people: readonly Person[]): Map<string, Person[]> {
  const book = new Map<string, Person[]>();
  for (const person of people) {
    for (const key of keysOf(person.identity)) {
      const page = book.get(key);
      if (page === undefined) book.set(key, [person]);
      else page.push(person);
    }
  }
  return book;
}

/** Two who are the same have one of these in common. */
function keysOf({ sub, accountId, email }: Identity): string[] {
  const keys = sub === undefined ? [] : [`sub ${sub}`];
  if (accountId === undefined || email === undefined) return keys;
  return [...keys, `account ${JSON.stringify([accountId, email.toLowerCase()])}`];
}
