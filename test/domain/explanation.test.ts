import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentView } from '../../src/domain/agent-view.ts';
import {
  type ExplainInput,
  type Explanation,
  explain,
  knownProviders,
  questionOf,
} from '../../src/domain/explanation.ts';
import type { HostConfig } from '../../src/domain/host-config.ts';
import { orderProfiles } from '../../src/domain/order.ts';
import { judgeSupply } from '../../src/domain/supply.ts';
import fc from '../property.ts';
import {
  environment,
  facts,
  hostConfig,
  hour,
  minute,
  now,
  profiles,
  view,
} from './judge-fixtures.ts';

interface Parts {
  readonly view?: Partial<AgentView>;
  readonly config?: HostConfig;
  readonly env?: Readonly<Record<string, string>>;
  readonly preferred?: string;
}

function inputOf({ view: part, config, env, preferred }: Parts): ExplainInput {
  return {
    view: view(part),
    config: config ?? hostConfig(),
    env: environment(env),
    fileExists: () => false,
    now,
    preferred,
  };
}

const explained = (parts: Parts): Explanation => explain('Z.ai', inputOf(parts));

/** `id verdict reason: words`, and what is used. */
function told({ candidates, next, otherwise }: Explanation) {
  return {
    lines: candidates.map(({ id, verdict, reason, words }) =>
      [id, verdict, ...(reason ? [reason] : []), `(${words})`].join(' '),
    ),
    used: next ?? otherwise,
  };
}

const stored = profiles(
  facts('zai:key'),
  facts('zai:token', { type: 'token', expiresAt: now + 3 * hour }),
  facts('zai:old', { type: 'token', expiresAt: now }),
  facts('zai:blank', { blank: true }),
  facts('zai:dead', { type: 'oauth', expiresAt: now - hour }),
  facts('zai:late', { type: 'oauth', expiresAt: now - hour, refreshable: true, provider: 'z.ai' }),
  facts('openai:x'),
);

describe('explain', () => {
  test('every candidate, in the order of use, with what became of it', () => {
    const usage = new Map([
      ['zai:key', { cooldownUntil: now + 5 * minute }],
      ['zai:token', { disabledUntil: now + 3 * hour, disabledReason: 'billing' }],
    ]);
    assert.deepEqual(told(explained({ view: { profiles: stored, usage } })), {
      lines: [
        'zai:dead ready expired (expired, and cannot be refreshed)',
        'zai:late ready (ready, to be refreshed first)',
        'zai:key cooling cooldown (cooling down for another 5m)',
        'zai:token cooling disabled (disabled (billing) for another 3h)',
        'zai:old dropped expired (expired)',
        'zai:blank dropped blank_secret (its secret is empty)',
      ],
      used: 'zai:late',
    });
  });

  test('what lists name and what they leave out', () => {
    const listed = {
      'zai:key': { provider: 'zai', mode: 'token' },
      'zai:token': { provider: 'openai', mode: 'token' },
    } as const;
    const order = new Map([['ZAI', ['zai:key', 'zai:token', 'ghost', 'openai:x']]]);
    const config = hostConfig({ listed });
    assert.deepEqual(told(explained({ view: { profiles: stored, order }, config })).lines, [
      'zai:key dropped mode_mismatch (stored as api_key, but auth.profiles says mode token)',
      'zai:token dropped config_other_provider (stored as zai, but auth.profiles says provider openai)',
      'ghost dropped not_stored (the stored order names it, but it is not stored)',
      'openai:x dropped other_provider (it is for openai)',
      'zai:old dropped not_in_order (the stored order does not name it)',
      'zai:blank dropped not_in_order (the stored order does not name it)',
      'zai:dead dropped not_in_order (the stored order does not name it)',
      'zai:late dropped not_in_order (the stored order does not name it)',
    ]);
  });

  test('every one that is not used has a hint, but what belongs to another provider', () => {
    const order = new Map([['zai', ['zai:old', 'zai:blank', 'zai:dead', 'zai:key', 'ghost']]]);
    const usage = new Map([['zai:key', { cooldownUntil: now + minute }]]);
    const { candidates } = explained({ view: { profiles: stored, order, usage } });
    assert.ok(candidates.length > 5);
    for (const { id, hint } of candidates) assert.match(hint ?? '', /epiloop|gateway/, id);
    const key = candidates.find(({ id }) => id === 'zai:key');
    assert.equal(key?.hint, 'run epiloop models auth cooldown clear zai:key --agent main');
  });

  const config = (provider: object) => hostConfig({ providers: new Map([['zai', provider]]) });
  const apiKey = { blank: false, fingerprint: '1a2b3c4d' };
  const others: readonly [string, Parts, unknown][] = [
    ['the environment', { env: { ZAI_API_KEY: 'k' }, config: config({ apiKey }) }, 'env'],
    ['a key of the config', { config: config({ apiKey }) }, 'models.json'],
    ['a local server', { config: config({ baseUrl: 'http://127.0.0.1:1' }) }, 'keyless'],
    ['nothing', { env: { ZAI_API_KEY: ' ' } }, undefined],
  ];
  for (const [name, parts, used] of others) {
    test(`without profiles: ${name}`, () => assert.equal(told(explained(parts)).used, used));
  }

  test('the chain of AWS goes before any profile', () => {
    const parts = { view: { profiles: stored }, config: config({ auth: 'aws-sdk' }) };
    const { passesProfiles, next, otherwise } = explained(parts);
    assert.deepEqual([passesProfiles, next, otherwise], [true, undefined, 'keyless']);
  });

  test('a pin puts a profile first if it is kept', () => {
    const parts = { view: { profiles: stored } };
    assert.equal(explained({ ...parts, preferred: 'zai:key' }).next, 'zai:key');
    assert.equal(explained({ ...parts, preferred: 'zai:old' }).next, 'zai:late');
  });

  test('the order of main is cleared at main', () => {
    const order = new Map([['zai', ['zai:key']]]);
    const asked = inputOf({ view: { agentId: 'work', profiles: stored, order } });
    const hintFor = (orderOf?: string) =>
      explain('zai', { ...asked, orderOf }).candidates.find(({ id }) => id === 'zai:late')?.hint;
    assert.match(hintFor('main') ?? '', /order clear --provider zai --agent main$/);
    assert.match(hintFor() ?? '', /order clear --provider zai --agent work$/);
  });
});

test('the providers that are named anywhere, normalised', () => {
  const config = hostConfig({
    listed: { 'a:1': { provider: 'Groq', mode: 'token' } },
    order: { 'z.ai': [] },
    providers: new Map([['own', {}]]),
  });
  const order = new Map([['qwen', ['x']]]);
  const known = knownProviders(view({ profiles: profiles(facts('openai:x')), order }), config);
  assert.deepEqual(known, ['groq', 'openai', 'own', 'qwen-portal', 'zai']);
});

const id = fc.constantFrom('p1', 'p2', 'p3', 'p4', 'ghost');
const provider = fc.constantFrom('zai', 'z.ai', 'openai');
const type = fc.constantFrom('api_key', 'token', 'oauth');
const time = fc.option(fc.integer({ min: now - 3, max: now + 3 }), { nil: undefined });
const entry = fc
  .record({ id, provider, type, expiresAt: time, blank: fc.boolean(), refreshable: fc.boolean() })
  .map((part) => facts(part.id, part));
const orders = fc.uniqueArray(fc.tuple(provider, fc.array(id, { maxLength: 4 })), {
  selector: ([key]) => key,
  maxLength: 2,
});
const plain = { noNullPrototype: true };
const usage = fc.record({ cooldownUntil: time, disabledUntil: time }, plain);
const inputs = fc
  .record({
    stored: fc.uniqueArray(entry, { selector: (each) => each.id }),
    order: orders,
    config: orders,
    listed: fc.dictionary(id, fc.record({ provider, mode: type }, plain), { maxKeys: 3 }),
    usage: fc.dictionary(id, usage),
    env: fc.constantFrom({}, {}, { ZAI_API_KEY: 'k' }),
  })
  .map((part) =>
    inputOf({
      view: {
        profiles: profiles(...part.stored),
        order: new Map(part.order),
        usage: new Map(Object.entries(part.usage)),
      },
      config: hostConfig({ listed: part.listed, order: Object.fromEntries(part.config) }),
      env: part.env,
    }),
  );

describe('for any host', () => {
  test('it is the resolver’s answer, candidate by candidate', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { basis, candidates } = orderProfiles(questionOf('zai', input));
        const answer = explain('zai', input);
        assert.equal(answer.basis, basis);
        assert.deepEqual(
          answer.candidates.map((each) => [each.id, each.verdict]),
          candidates.map((each) => [each.id, each.verdict]),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('nothing can be used exactly where the check with --usable says so', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(inputs, (input) => {
        const { next, otherwise } = explain('zai', input);
        const isUsable = next !== undefined || otherwise !== undefined;
        seen.add(isUsable);
        const found = judgeSupply('zai', true, { ...input, usable: true });
        assert.equal(isUsable, !found.some(({ exit }) => exit === 1));
      }),
      { numRuns: 2000 },
    );
    assert.equal(seen.size, 2);
  });
});
