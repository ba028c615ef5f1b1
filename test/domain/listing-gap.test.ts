import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listingGaps } from '../../src/domain/listing-gap.ts';
import { facts, hostConfig, profiles, view } from './judge-fixtures.ts';

const entry = { provider: 'p', mode: 'api_key' } as const;
const listing = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, entry]));
const storing = (...ids: string[]) => view({ profiles: profiles(...ids.map((id) => facts(id))) });

interface Case {
  readonly name: string;
  readonly config: Parameters<typeof hostConfig>[0];
  readonly views: readonly ReturnType<typeof view>[];
  readonly findings?: readonly string[];
  readonly notes?: readonly string[];
  readonly except?: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'nothing listed', config: {}, views: [storing('p:a', 'q:a')] },
  { name: 'all listed', config: { listed: listing('p:a') }, views: [storing('p:a', 'q:a')] },
  {
    name: 'a stored one is hidden by one that is listed',
    config: { listed: listing('p:a') },
    views: [storing('p:a', 'p:b')],
    findings: ['unlisted p:b'],
  },
  {
    name: 'in whichever agent, and once',
    config: { listed: listing('p:a') },
    views: [storing('p:a'), storing('p:a', 'p:b'), storing('p:b')],
    findings: ['unlisted p:b'],
  },
  {
    name: 'a ghost hides what is stored',
    config: { listed: listing('p:gone') },
    views: [storing('p:b')],
    findings: ['listed_missing p:gone'],
  },
  {
    name: 'a ghost beside a listed one hides nothing of its own',
    config: { listed: listing('p:gone', 'p:a') },
    views: [storing('p:a', 'p:b')],
    findings: ['unlisted p:b'],
  },
  {
    name: 'a ghost that hides nothing is worth a note',
    config: { listed: listing('p:gone') },
    views: [storing('q:a')],
    notes: ['listed_missing p:gone'],
  },
  {
    name: 'an id that is to be renamed is told elsewhere',
    config: { listed: listing('p:gone') },
    views: [storing('p:b')],
    except: ['p:gone'],
  },
  {
    name: "an order of the config's is followed instead of the list",
    config: { listed: listing('p:a'), order: { P: ['p:b'] } },
    views: [storing('p:a', 'p:b')],
  },
  {
    name: "an agent's own order too, for that agent",
    config: { listed: listing('p:a') },
    views: [{ ...storing('p:a', 'p:b'), order: new Map([['p', ['p:b']]]) }],
  },
  {
    name: 'but an empty one is none',
    config: { listed: listing('p:a') },
    views: [{ ...storing('p:a', 'p:b'), order: new Map([['p', []]]) }],
    findings: ['unlisted p:b'],
  },
];

describe('what the config lists, and what is stored', () => {
  for (const { name, config, views, findings = [], notes = [], except = [] } of cases) {
    test(name, () => {
      const found = listingGaps(hostConfig(config), views, {
        path: '/c',
        except: new Set(except),
      });
      const named = (all: typeof found.findings) =>
        all.map(({ reason, profileId }) => `${reason} ${profileId}`);
      assert.deepEqual([named(found.findings), named(found.notes)], [findings, notes]);
    });
  }

  test('message and remedy name what is hidden and where to change it', () => {
    const config = hostConfig({ listed: listing('p:gone') });
    const at = { path: '/c', except: new Set<string>() };
    const [found] = listingGaps(config, [storing('p:b', 'p:c')], at).findings;
    assert.equal(
      found?.message,
      'the config lists p:gone, which nobody stores, and so hides p:b, p:c',
    );
    assert.equal(found?.hint, 'remove auth.profiles["p:gone"] in /c');
  });
});
