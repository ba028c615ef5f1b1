/** The providers behind a made-up host: who was given which secret, and which pair still works. */
import type { JsonObject } from '../../src/domain/json.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A key, a token or a pair of tokens, as it was handed out. */
export interface Issued {
  readonly type: 'api_key' | 'token' | 'oauth';
  readonly provider: string;
  /** grows with time over all families: the greater is the later, and expires later */
  readonly serial: number;
  /** one login, or one key with all that follow it under its id */
  readonly family: number;
  /** what tells it in a file: the key, the token or the access token */
  readonly secret: string;
  readonly refresh?: string;
  readonly expires?: number;
  /** when it was handed out, and written down; ms */
  readonly at: number;
  /** what the provider says of whose login it is, as the gateway stores it */
  readonly identity: JsonObject;
}

/** `openai:x` can be anybody's; the others always hold the same kind. */
export const profileIds = [
  'anthropic:claude-cli',
  'openai:x',
  'openai:y',
  'zai:default',
  'anthropic:manual',
] as const;

export type ProfileId = (typeof profileIds)[number];

export const CLI = 'anthropic:claude-cli';

/** The people who log in: two whom the provider names, strangers (new each time), or just a key. */
export type Person = 'ann' | 'bob' | 'stranger' | 'key';

export class Issuer {
  #serial = 0;
  readonly #bySecret = new Map<string, Issued>();
  readonly #newest = new Map<number, number>();
  readonly #unions = new Map<number, number>();
  readonly #known = new Map<string, number>();

  /** What a person enters under an id: a key, a token, or a login of his own. */
  enter(id: ProfileId, person: Person, now: number): Issued {
    const provider = id.slice(0, id.indexOf(':'));
    const isKey = id === 'zai:default' || (person === 'key' && id !== CLI);
    if (isKey) return this.#issue({ type: 'api_key', provider, at: now, identity: {} });
    if (id === 'anthropic:manual') {
      const expires = now + 365 * 24 * HOUR;
      return this.#issue({ type: 'token', provider, at: now, expires, identity: {} });
    }
    const known = id === CLI ? CLI : person;
    const family = known === 'stranger' ? undefined : this.#known.get(known);
    const identity = identityOf(id === CLI ? 'stranger' : person);
    const pair = this.#pair({ provider, identity }, now, family);
    if (known !== 'stranger') this.#known.set(known, pair.family);
    return pair;
  }

  /** The next pair, for whoever comes with the newest; undefined: that token has been used. */
  refresh(secret: string, now: number): Issued | undefined {
    const pair = this.#bySecret.get(secret);
    if (pair?.type !== 'oauth' || this.#newest.get(pair.family) !== pair.serial) return undefined;
    return this.#pair(pair, now, pair.family, pair.identity['email'] === 'bob@x.test');
  }

  issued(secret: string): Issued | undefined {
    return this.#bySecret.get(secret);
  }

  /** The family that two logins belong to since nothing could tell them apart. */
  familyOf(issued: Issued): number {
    return this.rootOf(issued.family);
  }

  /** The same of a family, or of the one that a tool's or a person's logins belong to. */
  rootOf(known: number | string): number {
    let family = typeof known === 'number' ? known : (this.#known.get(known) ?? 0);
    for (;;) {
      const above = this.#unions.get(family);
      if (above === undefined) return family;
      family = above;
    }
  }

  /** Every secret that was ever handed out. */
  secrets(): string[] {
    const all = [...this.#bySecret.values()].flatMap(({ secret, refresh }) => [secret, refresh]);
    return [...new Set(all)].filter((each) => each !== undefined);
  }

  unite(a: Issued, b: Issued): void {
    const [first, second] = [this.familyOf(a), this.familyOf(b)];
    if (first !== second) this.#unions.set(second, first);
  }

  #pair(
    base: Pick<Issued, 'provider' | 'identity'> & { readonly refresh?: string },
    now: number,
    family?: number,
    keepsRefresh = false,
  ): Issued {
    const refresh = keepsRefresh ? base.refresh : undefined;
    const { provider, identity } = base;
    return this.#issue(
      {
        type: 'oauth',
        provider,
        identity,
        at: now,
        expires: now + 8 * HOUR,
        ...(refresh && { refresh }),
      },
      family,
    );
  }

  #issue(base: Omit<Issued, 'serial' | 'family' | 'secret'>, family?: number): Issued {
    this.#serial += 1;
    const serial = this.#serial;
    const secret = `S${serial}`;
    const refresh = base.type === 'oauth' ? { refresh: base.refresh ?? `R${serial}` } : {};
    const issued = { ...base, ...refresh, serial, family: family ?? serial, secret };
    this.#bySecret.set(secret, issued);
    this.#newest.set(issued.family, serial);
    return issued;
  }
}

function identityOf(person: Person): JsonObject {
  if (person === 'stranger' || person === 'key') return {};
  return { email: `${person}@x.test`, accountId: `acc-${person}` };
}

/** The entry of `profiles` that the gateway writes for it. */
export function entryFor({
  type,
  provider,
  secret,
  refresh,
  expires,
  identity,
}: Issued): JsonObject {
  if (type === 'api_key') return { type, provider, key: secret };
  if (type === 'token') return { type, provider, token: secret, expires: expires ?? 0 };
  return {
    type,
    provider,
    access: secret,
    refresh: refresh ?? '',
    expires: expires ?? 0,
    ...identity,
  };
}

/** The secret that tells what an entry holds; empty: none. */
export function secretIn(entry: JsonObject): string {
  const value = entry['key'] ?? entry['token'] ?? entry['access'];
  return typeof value === 'string' ? value : '';
}

/** What cannot be had again: the refresh token, else the key, token or access token. */
export function durableIn(entry: JsonObject): string {
  const refresh = entry['refresh'];
  return typeof refresh === 'string' && refresh !== '' ? refresh : secretIn(entry);
}
