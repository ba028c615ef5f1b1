import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isBlank, isRefreshable, sameGeneration } from '../../src/domain/credential.ts';
import type { Profile } from '../../src/domain/profile.ts';
import fc from '../property.ts';
import {
  day,
  hour,
  key,
  minute,
  now,
  oauth,
  reconcile,
  stored,
  token,
} from './reconcile-fixtures.ts';
import { reconcileWorld } from './simulated-agent.ts';
import {
  emptyWorld,
  insert,
  lost,
  ourProfiles,
  point,
  removeProfile,
  supersede,
  type World,
} from './simulated-store.ts';

const cli = 'anthropic:claude-cli';
const ids = ['a:x', 'a:y', cli, 'a:k', 'a:t'] as const;
type Id = (typeof ids)[number];

/** What an id holds: `secret` makes another pair, key or token of it. */
function entry(id: Id, secret: number | '', expiresAt: number): Profile {
  if (id === 'a:k') return key(id, secret === '' ? '' : `k${secret}`);
  if (id === 'a:t') return token(id, secret === '' ? '' : `t${secret}`, expiresAt);
  return oauth(id, secret === '' ? '/' : `A${secret}/R${secret}`, secret === '' ? 0 : expiresAt);
}

const anId = fc.constantFrom(...ids);
const anotherId = fc.constantFrom('a:x', 'a:y', cli);
const expiry = fc.constantFrom(-day, -1, 5 * minute, hour, 8 * hour, 500 * day);

const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('reconcile'), locked: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('written there', 'rotated here', 'another login here'),
      id: anId,
      expiry,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'deleted there',
        'blanked there',
        'lost refresh token there',
        'removed here',
      ),
      id: anId,
    }),
  },
  fc.record({ do: fc.constantFrom('copied there'), from: anotherId, to: anotherId }),
  fc.record({ do: fc.constantFrom('snapshot', 'stale rewrite', 'older copy', 'emptied there') }),
  fc.record({ do: fc.constantFrom('time passes'), minutes: fc.constantFrom(1, 9, 11, 600) }),
);

type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never;

const runs = fc.array(steps, { minLength: 4, maxLength: 40, size: 'max' });

/** Everybody but the reconciling itself. The n-th step makes the n-th secret. */
function perform(world: World, step: Step, n: number): void {
  const file = new Map(world.file);
  if ('minutes' in step) world.now += step.minutes * minute;
  else if ('from' in step) copy(file, step.from, step.to);
  else if ('expiry' in step) {
    const made = entry(step.id, n, world.now + step.expiry);
    if (step.do === 'written there') file.set(step.id, made);
    else changeHere(world, made, step.do);
  } else if ('id' in step) {
    if (step.do === 'removed here') removeProfile(world, step.id);
    else spoil(file, step.id, step.do);
  } else remember(world, file, step.do);
  const isChanged = file.size !== world.file.size || [...file].some(isOther(world.file));
  if (isChanged) write(world, file);
}

function isOther(file: ReadonlyMap<string, Profile>): (entry: [string, Profile]) => boolean {
  return ([id, profile]) => file.get(id) !== profile;
}

/** A gateway's memory of the file, or its end. */
function remember(world: World, file: Map<string, Profile>, what: string): void {
  if (what === 'snapshot') world.snapshot = world.file;
  else file.clear();
  if (what === 'snapshot' || what === 'emptied there') return;
  for (const [id, profile] of world.snapshot) file.set(id, profile);
  world.usageWentBack ||= what === 'older copy';
}

function write(world: World, file: ReadonlyMap<string, Profile>): void {
  world.file = file;
  world.modifiedAt = world.now;
  world.writtenByUs = false;
}

function copy(file: Map<string, Profile>, from: Id, to: Id): void {
  const credential = file.get(from)?.credential;
  if (credential !== undefined) file.set(to, { ...entry(to, '', 0), credential });
}

function spoil(file: Map<string, Profile>, id: Id, how: string): void {
  const there = file.get(id);
  if (there === undefined) return;
  if (how === 'deleted there') file.delete(id);
  else if (how === 'blanked there') file.set(id, entry(id, '', 0));
  else if (there.credential.type === 'oauth') {
    file.set(id, { ...there, credential: { ...there.credential, refresh: undefined } });
  }
}

function changeHere(world: World, made: Profile, how: string): void {
  const own = world.profiles.get(made.id);
  if (own === undefined) return;
  if (how === 'rotated here') supersede(world, own.credentialId, made.credential);
  else point(world, made, insert(world, made.credential));
}

type Look = (world: World, locked: boolean) => void;

/** Performs the steps; looks on before and after every reconciling. */
function simulate(all: readonly Step[], look: Look): void {
  const world = emptyWorld();
  all.forEach((step, n) => {
    if ('locked' in step) look(world, step.locked);
    else perform(world, step, n + 1);
  });
  look(world, false);
}

describe('a gateway and we, writing one file in any order', () => {
  const check = (look: Look): void => {
    const property = fc.property(runs, (all) => simulate(all, look));
    fc.assert(property, { numRuns: 1000 });
  };

  test('no secret is lost that was read or made: it is current, earlier, a fork or buried', () => {
    check((world, locked) => {
      reconcileWorld(world, locked);
      assert.deepEqual(lost(world), []);
    });
  });

  test('a second reconciling changes nothing', () => {
    check((world, locked) => {
      reconcileWorld(world, locked);
      const before = contentsOf(world);
      for (const decision of reconcileWorld(world, locked).decisions.values()) {
        assert.ok(decision.kind === 'same' || decision.kind === 'keep', decision.kind);
        assert.ok(!('fork' in decision));
      }
      assert.deepEqual(contentsOf(world), before);
    });
  });

  test('an older copy removes nothing', () => {
    check((world, locked) => {
      const before = [...world.profiles.keys()];
      const { olderCopy } = reconcileWorld(world, locked);
      if (olderCopy) assert.ok(before.every((id) => world.profiles.has(id)));
    });
  });

  test('no reconciling leaves an agent without any profile that had some', () => {
    check((world, locked) => {
      const had = world.profiles.size > 0;
      reconcileWorld(world, locked);
      if (had) assert.ok(world.profiles.size > 0);
    });
  });

  test('nothing is blanked', () => {
    check((world, locked) => {
      const before = ourProfiles(world);
      reconcileWorld(world, locked);
      for (const [id, { credential }] of ourProfiles(world)) {
        const was = before.get(id)?.credential;
        if (was !== undefined && isBlank(credential)) assert.ok(isBlank(was), id);
      }
    });
  });

  test('a login never goes back to an earlier pair', () => {
    check((world, locked) => {
      reconcileWorld(world, locked);
      for (const { current, earlier } of world.rows) {
        if (!isRefreshable(current)) continue;
        assert.ok(!earlier.some(({ credential }) => sameGeneration(credential, current)));
      }
    });
  });

  test('a refresh token has one row', () => {
    check((world, locked) => {
      reconcileWorld(world, locked);
      const current = world.rows
        .map(({ current }) => (current.type === 'oauth' ? current.refresh?.reveal() : undefined))
        .filter((refresh) => (refresh ?? '') !== '');
      assert.equal(new Set(current).size, current.length);
    });
  });
});

/** What the store and the file hold, in the clear. */
function contentsOf(world: World): unknown {
  const shown = (profiles: ReadonlyMap<string, Profile>) =>
    [...profiles.values()].map(({ credential, ...rest }) => ({
      ...rest,
      secrets: credentialText(credential),
    }));
  return { file: shown(world.file), ours: shown(ourProfiles(world)), base: [...world.base] };
}

function credentialText(credential: Profile['credential']): string[] {
  if (credential.type === 'api_key') return [credential.key.reveal()];
  if (credential.type === 'token') return [credential.token.reveal()];
  return [credential.access.reveal(), credential.refresh?.reveal() ?? '-'];
}

describe('reconcileProfiles, for any three versions', () => {
  const version = fc
    .uniqueArray(
      fc.tuple(anId, fc.constantFrom('' as const, 1, 2, 3), fc.constantFrom(-day, hour, day)),
      { selector: ([id]) => id, maxLength: ids.length },
    )
    .map((all) => all.map(([id, secret, left]) => entry(id, secret, now + left)));

  test('a file equal to ours changes nothing, whatever the base', () => {
    fc.assert(
      fc.property(version, version, (both, base) => {
        const { decisions } = reconcile({
          there: both,
          here: both.map((each) => stored(each)),
          base,
        });
        assert.ok(Object.values(decisions).every(({ kind }) => kind === 'same'));
      }),
    );
  });

  test('a file equal to the base changes nothing, whatever is ours', () => {
    fc.assert(
      fc.property(version, version, (there, here) => {
        const { decisions } = reconcile({
          there,
          here: here.map((each) => stored(each)),
          base: there,
        });
        assert.ok(Object.values(decisions).every(({ kind }) => kind === 'same' || kind === 'keep'));
      }),
    );
  });

  test('an older copy removes nothing', () => {
    fc.assert(
      fc.property(version, version, version, (there, here, base) => {
        const { decisions } = reconcile({
          there,
          here: here.map((each) => stored(each)),
          base,
          more: { usageWentBack: true },
        });
        assert.ok(Object.values(decisions).every(({ kind }) => kind !== 'remove'));
      }),
    );
  });

  test('every profile of either side is decided once', () => {
    fc.assert(
      fc.property(version, version, version, (there, here, base) => {
        const { decisions } = reconcile({ there, here: here.map((each) => stored(each)), base });
        const expected = new Set([...there, ...here].map(({ id }) => id));
        assert.deepEqual(Object.keys(decisions).sort(), [...expected].sort());
      }),
    );
  });
});
