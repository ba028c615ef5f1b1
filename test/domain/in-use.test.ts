import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConfigProvider } from '../../src/domain/host-config.ts';
import {
  configProvider,
  gatewayProvidersInUse,
  keyless,
  providersInUse,
} from '../../src/domain/in-use.ts';
import { environment, hostConfig } from './judge-fixtures.ts';

const config = hostConfig({
  agents: {
    model: { primary: 'gpt', fallbacks: ['fast', 'z.ai/glm', ' ', 'openai/gpt-5'] },
    imageModel: { primary: 'google/gemini', fallbacks: ['fast'] },
    models: new Map([
      ['openai/gpt-5', 'GPT'],
      ['groq/llama', 'fast'],
    ]),
    list: [
      { id: 'main', default: true },
      { id: 'work', default: false, model: { primary: 'fast', fallbacks: ['xai/grok'] } },
    ],
  },
});

describe('providers in use', () => {
  test('of the defaults, images and every agent, with aliases resolved', () => {
    const uses = providersInUse(config).map(
      ({ provider, agentId }) => `${agentId ?? '*'} ${provider}`,
    );
    assert.deepEqual(uses, [
      '* openai',
      '* groq',
      '* zai',
      '* openai',
      '* google',
      '* groq',
      'work groq',
      'work xai',
    ]);
  });

  test("the gateway counts a bare alias as Anthropic's, and no agent's own model", () => {
    assert.deepEqual(gatewayProvidersInUse(config), ['anthropic', 'zai', 'openai', 'google']);
  });

  test('without any configuration: the built-in default', () => {
    assert.deepEqual(
      providersInUse(hostConfig()).map(({ provider }) => provider),
      ['anthropic'],
    );
    assert.deepEqual(gatewayProvidersInUse(hostConfig()), ['anthropic']);
  });
});

test('a configured provider is found by its exact key, else by meaning', () => {
  const providers = new Map<string, ConfigProvider>([
    ['z.ai', { api: 'first' }],
    ['zai', { api: 'exact' }],
  ]);
  assert.equal(configProvider(hostConfig({ providers }), 'zai')?.api, 'exact');
  assert.equal(configProvider(hostConfig({ providers }), 'z-ai')?.api, 'first');
  assert.equal(configProvider(hostConfig({ providers }), 'groq'), undefined);
});

describe('keyless', () => {
  const key = (blank: boolean) => ({ blank, fingerprint: '1a2b3c4d' });
  const local = 'http://127.0.0.1:8080/v1';
  const rows: readonly (readonly [string, ConfigProvider | undefined, boolean])[] = [
    ['claude-cli', undefined, true],
    ['codex-cli', undefined, true],
    ['Ollama', undefined, true],
    ['lmstudio', undefined, true],
    ['anthropic', undefined, false],
    ['own', undefined, false],
    ['own', {}, false],
    ['own', { auth: 'aws-sdk' }, true],
    ['own', { auth: 'api-key' }, false],
    ['own', { baseUrl: local }, true],
    ['own', { baseUrl: local, apiKey: key(true) }, true],
    ['own', { baseUrl: local, apiKey: key(false) }, false],
    ['own', { baseUrl: 'not a url' }, false],
    ['own', { baseUrl: 'file:///127.0.0.1' }, false],
    ['amazon-bedrock', undefined, false],
    ['amazon-bedrock', { baseUrl: local }, false],
    ['amazon-bedrock', { auth: 'aws-sdk' }, true],
    ['amazon-bedrock', { api: 'bedrock-converse-stream' }, true],
  ];
  for (const [provider, configured, expected] of rows) {
    test(`${provider} with ${JSON.stringify(configured)}: ${expected}`, () => {
      const providers = new Map(configured === undefined ? [] : [[provider, configured]]);
      assert.equal(keyless(provider, hostConfig({ providers }), environment()), expected);
    });
  }

  test('Bedrock with credentials of AWS in the environment', () => {
    const env = environment({ AWS_PROFILE: 'p' });
    assert.ok(keyless('amazon-bedrock', hostConfig(), env));
    assert.ok(!keyless('anthropic', hostConfig(), env));
  });

  const inside = [
    'localhost',
    'a.localhost',
    'box.local',
    'vllm',
    '127.8.8.8',
    '0x7f.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '[::1]',
    '[fd12::1]',
    '[fe80::1]',
    'host.docker.internal',
  ];
  const outside = [
    'api.openai.com',
    '127.0.0.1.example.com',
    '10.example.com',
    '11.0.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '8.8.8.8',
    '[2001:db8::1]',
    'localhost.example.com',
  ];
  for (const [hosts, expected] of [
    [inside, true],
    [outside, false],
  ] as const) {
    for (const host of hosts) {
      test(`a server at ${host} needs ${expected ? 'no' : 'a'} key`, () => {
        const providers = new Map([['own', { baseUrl: `https://${host}:8000/v1` }]]);
        assert.equal(keyless('own', hostConfig({ providers }), environment()), expected);
      });
    }
  }
});
