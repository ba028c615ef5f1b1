import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatUntil } from '../../src/domain/auth-label.ts';
import { modelCatalog } from '../../src/domain/model-catalog.ts';
import { listModels } from '../../src/domain/model-list.ts';
import { type StatusInput, statusScreen, summary } from '../../src/domain/model-screen.ts';
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

const config = hostConfig({
  agents: {
    model: { primary: 'anthropic/claude-opus-4-5', fallbacks: ['openai/gpt-5.2'] },
    models: new Map([
      ['anthropic/claude-opus-4-5', 'Opus'],
      ['anthropic/claude-sonnet-4-5', undefined],
      ['openai/gpt-5.2', 'gpt'],
      ['ollama/llama', undefined],
      ['mistral/large', undefined],
      ['xai/grok-5', undefined],
    ]),
  },
  providers: new Map([
    [
      'openai',
      { baseUrl: 'https://user:pass@api.example.org/v1?key=SECRET', api: 'openai-responses' },
    ],
  ]),
});
const catalog = modelCatalog(config, 'main');

function status(more: Partial<StatusInput> = {}): string {
  const stored = view({
    profiles: profiles(
      facts('anthropic:default', {
        type: 'oauth',
        refreshable: true,
        expiresAt: now + 8 * hour,
        email: 'op@example.org',
      }),
      facts('anthropic:work', { fingerprint: 'aaaa1111' }),
      facts('anthropic:old', { type: 'token', expiresAt: now - hour }),
      facts('openai:manual', { type: 'token', expiresAt: now + 3 * 24 * hour }),
      facts('openai:tired', { type: 'oauth', refreshable: true, expiresAt: now - hour }),
    ),
    lastGood: new Map([['anthropic', 'anthropic:work']]),
    usage: new Map([['openai:tired', { cooldownUntil: now + 20_000 }]]),
  });
  const { lines } = statusScreen({
    view: stored,
    config,
    env: environment({ XAI_API_KEY: 'x'.repeat(20) }),
    fileExists: () => false,
    home: '/home/operator',
    now,
    display: {
      profile: ({ fingerprint }) => `#${fingerprint}`,
      secret: () => '#env',
      config: () => '#config',
    },
    catalog,
    pin: {},
    reset: false,
    preferred: undefined,
    ...more,
  });
  return lines.join('\n');
}

const file = '(auth-profiles.json: ~/.epiloop/agents/main/agent/auth-profiles.json)';

test('/model', () => {
  assert.deepEqual(summary(catalog, {}).lines, [
    'Current: anthropic/claude-opus-4-5',
    '',
    'Switch: /model <provider/model>',
    'Browse: /models (providers) or /models <provider> (models)',
    'More: /model status',
  ]);
  const pin = { model: { provider: 'openai', model: 'gpt-5.2' } };
  assert.equal(summary(catalog, pin).lines[0], 'Current: openai/gpt-5.2');
});

test('/model status', () => {
  assert.equal(
    status(),
    `Current: anthropic/claude-opus-4-5
Default: anthropic/claude-opus-4-5
Agent: main
Auth file: ~/.epiloop/agents/main/agent/auth-profiles.json

[anthropic] endpoint: default auth: anthropic:default=OAuth (op@example.org) (next, exp 8h), anthropic:work=#aaaa1111 (lastGood) ${file}
  • anthropic/claude-opus-4-5 (Opus)
  • anthropic/claude-sonnet-4-5

[openai] endpoint: https://api.example.org/v1 api: openai-responses auth: openai:manual=token:#1a2b3c4d (next, exp 3d), openai:tired=OAuth (cooldown soon, expired) ${file}
  • openai/gpt-5.2 (gpt)

[ollama] endpoint: default auth: not needed
  • ollama/llama

[mistral] endpoint: default auth: missing
  • mistral/large

[xai] endpoint: default auth: #env (env: XAI_API_KEY)
  • xai/grok-5`,
  );
});

describe('/model status of a session that is pinned', () => {
  const model = { provider: 'openai', model: 'gpt-5.2' };
  const profile = { id: 'openai:tired', source: 'user' } as const;

  test('to a model and a profile', () => {
    const text = status({ pin: { model, profile }, preferred: profile.id });
    assert.match(text, /^Current: openai\/gpt-5\.2\nDefault: anthropic\/claude-opus-4-5\n/);
    assert.match(text, /\nAuth profile: openai:tired \(pinned by the user\)\n/);
    // a pin comes first even while it rests, and what is next can be used
    assert.match(
      text,
      /auth: openai:tired=OAuth \(cooldown soon, expired\), openai:manual=.*\(next,/,
    );
  });

  test('whose pin is of another provider than most', () => {
    const pinned = { id: 'anthropic:work', source: 'auto' } as const;
    const text = status({ pin: { profile: pinned }, preferred: pinned.id });
    assert.match(text, /\nAuth profile: anthropic:work \(picked by the gateway\)\n/);
    assert.match(text, /auth: anthropic:work=#aaaa1111 \(next, lastGood\), anthropic:default=/);
    assert.match(text, /auth: openai:manual=token/);
  });

  test('to what is not allowed any more', () => {
    assert.match(status({ reset: true }), /\n\(previous selection reset to default\)\n/);
  });
});

describe('what ends in', () => {
  const rows: readonly (readonly [number, string])[] = [
    [-hour, 'soon'],
    [0, 'soon'],
    [29_999, 'soon'],
    [30_000, '1m'],
    [90_000, '2m'],
    [59 * minute, '59m'],
    [59.5 * minute, '1h'],
    [hour, '1h'],
    [47 * hour, '47h'],
    [47.5 * hour, '2d'],
    [48 * hour, '2d'],
    [30 * 24 * hour, '30d'],
    [Number.NaN, 'soon'],
  ];
  for (const [ms, expected] of rows) {
    test(`${ms} ms`, () => assert.equal(formatUntil(ms), expected));
  }
});

describe('/models', () => {
  const many = hostConfig({
    agents: {
      models: new Map(
        Array.from({ length: 45 }, (_, at) => [`p/m${String(at + 1).padStart(2, '0')}`, undefined]),
      ),
    },
  });
  const big = modelCatalog(many, 'main');
  const show = (...words: readonly string[]) => listModels(words, big);

  test('names the providers with the number of their models', () => {
    assert.deepEqual(listModels([], catalog).lines, [
      'Providers:',
      '- anthropic (2)',
      '- mistral (1)',
      '- ollama (1)',
      '- openai (1)',
      '- xai (1)',
      '',
      'Use: /models <provider>',
      'Switch: /model <provider/model>',
    ]);
  });

  test('shows a page of 20, numbered, and how to go on', () => {
    const { lines, listed } = show('P');
    assert.equal(lines[0], 'Models (p) — showing 1-20 of 45 (page 1/3)');
    assert.deepEqual([lines[1], lines[20]], ['1. p/m01', '20. p/m20']);
    assert.deepEqual(lines.slice(21), [
      '',
      'Switch: /model <provider/model>, or /model <number>',
      'More: /models p 2',
      'All: /models p all',
    ]);
    assert.equal(listed?.length, 45);
  });

  const headers: readonly (readonly [readonly string[], string, number])[] = [
    [['p', '2'], 'showing 21-40 of 45 (page 2/3)', 20],
    [['p', 'page=3'], 'showing 41-45 of 45 (page 3/3)', 5],
    [['p', 'all'], 'showing 1-45 of 45 (page 1/1)', 45],
    [['p', '--all', '2'], 'showing 1-45 of 45 (page 1/1)', 45],
    [['p', 'size=30'], 'showing 1-30 of 45 (page 1/2)', 30],
    [['p', 'size=30', '2'], 'showing 31-45 of 45 (page 2/2)', 15],
    [['p', 'limit=9999'], 'showing 1-45 of 45 (page 1/1)', 45],
    [['p', 'size=0'], 'showing 1-20 of 45 (page 1/3)', 20],
    [['p', '0'], 'showing 1-20 of 45 (page 1/3)', 20],
  ];
  for (const [words, header, shown] of headers) {
    test(words.join(' '), () => {
      const { lines } = show(...words);
      assert.equal(lines[0], `Models (p) — ${header}`);
      assert.equal(lines.filter((line) => /^\d+\. /.test(line)).length, shown);
    });
  }

  test('says which pages there are', () => {
    const { lines, refused, listed } = show('p', '4');
    assert.deepEqual({ refused, listed }, { refused: 'no', listed: undefined });
    assert.deepEqual(lines, [
      'Page out of range: 4 (valid: 1-3)',
      '',
      'Try: /models p 3',
      'All: /models p all',
    ]);
  });

  test('says which providers there are', () => {
    const { lines, refused } = listModels(['nobody'], big);
    assert.equal(refused, 'not_found');
    assert.deepEqual(lines, [
      'Unknown provider: nobody',
      '',
      'Available providers:',
      '- anthropic',
      '- p',
      '',
      'Use: /models <provider>',
    ]);
  });
});
