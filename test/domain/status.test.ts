import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConfigProvider } from '../../src/domain/host-config.ts';
import { buildStatus, maskKey, type StatusInput } from '../../src/domain/status.ts';
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

const home = '/home/operator';
const agentDir = `${home}/.epiloop/agents/main/agent`;

function input(more: Partial<StatusInput> = {}): StatusInput {
  const storePath = `${agentDir}/auth-profiles.json`;
  return {
    paths: { configPath: `${home}/.epiloop/epiloop.json`, agentDir, storePath, home },
    view: view(),
    config: hostConfig(),
    env: environment(),
    fileExists: () => false,
    shellEnv: { enabled: true, appliedKeys: ['GROQ_API_KEY'] },
    now,
    warnWithin: 24 * hour,
    display: {
      profile: ({ fingerprint }) => `#${fingerprint}`,
      secret: () => '#env',
      config: ({ fingerprint }) => `#${fingerprint}`,
    },
    ...more,
  };
}

describe('maskKey', () => {
  const rows = [
    ['', 'missing'],
    [' \n', 'missing'],
    ['short', '…'],
    ['1234567890123456', '…'],
    ['12345678901234567', '12345678...01234567'],
    ['  sk-ant-api03-abcdefgh  ', 'sk-ant-a...abcdefgh'],
  ] as const;
  for (const [text, shown] of rows) {
    test(`${JSON.stringify(text)} is ${shown}`, () => assert.equal(maskKey(text), shown));
  }
});

describe('labels', () => {
  const usage = new Map([
    ['a:1', { cooldownUntil: now + 10 * minute }],
    ['a:2', { disabledUntil: now + 3 * hour, disabledReason: 'billing' }],
    ['a:3', { disabledUntil: now + 3 * hour }],
  ]);
  const stored = profiles(
    facts('a:1'),
    facts('a:2', { type: 'token', email: 'x@example.com' }),
    facts('a:3', { type: 'oauth', email: 'me@example.com' }),
    facts('a:4', { blank: true }),
    facts('a:5', { type: 'token', blank: true }),
    facts('a:6', { type: 'oauth', blank: true }),
  );
  const report = buildStatus(input({ view: view({ profiles: stored, usage }) }));
  const entry = report.auth.providers[0];

  test('show fingerprints, rest and reason', () => {
    assert.deepEqual(entry?.profiles.labels, [
      'a:1=#1a2b3c4d [cooldown 10m]',
      'a:2=token:#1a2b3c4d [disabled:billing 3h]',
      'a:3=OAuth (me@example.com) [disabled 3h]',
      'a:4=missing',
      'a:5=token:missing',
      'a:6=OAuth',
    ]);
  });

  test('are counted by type', () => {
    assert.deepEqual(
      { ...entry?.profiles, labels: [] },
      { count: 6, oauth: 2, token: 2, apiKey: 2, labels: [] },
    );
    assert.deepEqual(report.auth.providersWithOAuth, ['a (4)']);
  });
});

describe('providers', () => {
  const providers = new Map<string, ConfigProvider>([
    ['own', { apiKey: { blank: false, fingerprint: 'c0ffee00' } }],
    ['blank', { apiKey: { blank: true, fingerprint: '00000000' } }],
  ]);

  test('are those stored, configured, used or found in the environment, as typed and sorted', () => {
    const agents = {
      model: { primary: 'gpt', fallbacks: ['Groq/llama'] },
      imageModel: { primary: ' google/gemini ', fallbacks: ['xai/grok'] },
      models: new Map([
        ['openai/gpt-5', ' gpt '],
        ['mistral/large', undefined],
      ]),
    };
    const report = buildStatus(
      input({
        config: hostConfig({ agents, providers }),
        env: environment({ CEREBRAS_API_KEY: 'k', VENICE_API_KEY: 'k' }),
        view: view({
          profiles: profiles(facts('x', { provider: 'Z.AI' }), facts('y', { provider: ' ' })),
        }),
      }),
    );
    const listed = report.auth.oauth.providers.map(({ provider }) => provider);
    const expected = [
      'anthropic',
      'blank',
      'cerebras',
      'google',
      'groq',
      'mistral',
      'openai',
      'own',
      'xai',
      'Z.AI',
    ];
    assert.deepEqual(listed, expected);
    assert.deepEqual(
      report.auth.providers.map(({ provider }) => provider),
      ['cerebras', 'own', 'Z.AI'],
    );
    assert.deepEqual(report.auth.missingProvidersInUse, ['anthropic', 'google', 'groq', 'xai']);
    assert.equal(report.defaultModel, 'gpt');
    assert.equal(report.resolvedDefault, 'openai/gpt-5');
    assert.deepEqual([report.imageModel, report.imageFallbacks], ['google/gemini', ['xai/grok']]);
    assert.deepEqual([report.fallbacks, report.aliases], [['Groq/llama'], { gpt: 'openai/gpt-5' }]);
    assert.deepEqual(report.allowed, ['openai/gpt-5', 'mistral/large']);
  });

  test('a profile is shown under every spelling that is listed, and satisfies a model by any', () => {
    const config = hostConfig({ agents: { model: { primary: 'zai/glm', fallbacks: [] } } });
    const stored = profiles(facts('x', { provider: 'zai' }), facts('y', { provider: 'z.ai' }));
    const { auth } = buildStatus(input({ config, view: view({ profiles: stored }) }));
    assert.deepEqual(
      auth.providers.map(({ provider, profiles: { count } }) => [provider, count]),
      [
        ['z.ai', 2],
        ['zai', 2],
      ],
    );
    const only = view({ profiles: profiles(facts('y', { provider: 'z.ai' })) });
    const alone = buildStatus(input({ config, view: only })).auth;
    assert.deepEqual(alone.missingProvidersInUse, []);
  });

  test('profiles come before the environment, and that before the config', () => {
    const kinds = (more: Partial<StatusInput>) =>
      buildStatus(input(more)).auth.providers.map(({ provider, effective }) => [
        provider,
        effective.kind,
        effective.detail,
      ]);
    const config = hostConfig({
      providers: new Map([['openai', { apiKey: { blank: false, fingerprint: 'c0ffee00' } }]]),
    });
    const env = environment({ OPENAI_API_KEY: 'k' });
    const stored = view({ profiles: profiles(facts('openai:x')) });
    const file = '~/.epiloop/agents/main/agent/auth-profiles.json';
    assert.deepEqual(kinds({ config, env, view: stored }), [['openai', 'profiles', file]]);
    assert.deepEqual(kinds({ config, env }), [['openai', 'env', '#env']]);
    assert.deepEqual(kinds({ config }), [['openai', 'models.json', '#c0ffee00']]);
  });

  test('an OAuth token from the login shell counts as a login', () => {
    const { auth } = buildStatus(
      input({ env: environment({ 'shell:ANTHROPIC_OAUTH_TOKEN': 'k' }) }),
    );
    assert.deepEqual(auth.providers[0]?.env, {
      value: 'OAuth (env)',
      source: 'shell env: ANTHROPIC_OAUTH_TOKEN',
    });
    assert.deepEqual(auth.providersWithOAuth, ['anthropic (1)']);
  });

  test("Google's default credentials are named, and hold no secret of ours", () => {
    const env = environment({ GCLOUD_PROJECT: 'p', GOOGLE_CLOUD_LOCATION: 'l' });
    const { auth } = buildStatus(input({ env, fileExists: () => true }));
    assert.deepEqual(auth.providers[0]?.env, { value: '<authenticated>', source: 'gcloud adc' });
  });

  test('nothing of the secrets is in the report', () => {
    const env = environment({ OPENAI_API_KEY: 'sk-secret-text-of-the-environment' });
    const report = buildStatus(input({ env, config: hostConfig({ providers }) }));
    assert.doesNotMatch(JSON.stringify(report), /sk-secret/);
  });
});

test('paths outside home stay whole, and so do all without a home', () => {
  const stored = view({ profiles: profiles(facts('a:1')), storePath: '/home/operator2/x.json' });
  const detail = (more: Partial<StatusInput>) =>
    buildStatus(input({ view: stored, ...more })).auth.providers[0]?.effective.detail;
  assert.equal(detail({}), '/home/operator2/x.json');
  const paths = { configPath: '/c', agentDir: '/a', storePath: '/s' };
  assert.equal(detail({ paths, view: { ...stored, storePath: `${home}/x` } }), `${home}/x`);
});

test('resting profiles: the soonest end first, ghosts without a provider', () => {
  const usage = new Map([
    ['a:1', { cooldownUntil: now + 9 }],
    ['ghost', { disabledUntil: now + 5, disabledReason: 'billing' }],
    ['a:2', { cooldownUntil: now }],
  ]);
  const stored = profiles(facts('a:1'), facts('a:2'));
  const { auth } = buildStatus(input({ view: view({ profiles: stored, usage }) }));
  assert.deepEqual(auth.unusableProfiles, [
    { profileId: 'ghost', kind: 'disabled', reason: 'billing', until: now + 5, remainingMs: 5 },
    { profileId: 'a:1', provider: 'a', kind: 'cooldown', until: now + 9, remainingMs: 9 },
  ]);
});
