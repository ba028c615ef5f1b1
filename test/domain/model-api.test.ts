import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { emptyHostConfig, type HostConfig } from '../../src/domain/host-config.ts';
import { modelApiOf, modelToAsk } from '../../src/domain/model-api.ts';

function config(
  providers: Record<string, { baseUrl?: string; api?: string }>,
  agents: Partial<HostConfig['agents']> = {},
): HostConfig {
  return {
    ...emptyHostConfig,
    providers: new Map(Object.entries(providers)),
    agents: { ...emptyHostConfig.agents, ...agents },
  };
}

const none = config({});

describe('how a provider is asked', () => {
  const anthropic = { name: 'anthropic-messages', baseUrl: 'https://api.anthropic.com' };
  const proxied = { baseUrl: 'https://proxy.example/v1 ' };
  const rows: readonly (readonly [string, HostConfig, object | undefined])[] = [
    ['anthropic', none, { ...anthropic, configured: false }],
    ['Anthropic ', none, { ...anthropic, configured: false }],
    ['z.ai', none, modelApiOf('zai', none)],
    ['nobody', none, undefined],
    ...['openai-codex', 'github-copilot', 'amazon-bedrock', 'google-vertex', 'deepgram'].map(
      (id) => [id, none, undefined] as const,
    ),
    // an address of the config's is for its own provider only
    ['anthropic', config({ other: proxied }), { ...anthropic, configured: false }],
    [
      'anthropic',
      config({ anthropic: proxied }),
      { name: 'anthropic-messages', baseUrl: 'https://proxy.example/v1', configured: true },
    ],
    [
      'other',
      config({ other: proxied }),
      { name: 'openai-completions', baseUrl: 'https://proxy.example/v1', configured: true },
    ],
    [
      'other',
      config({ other: { ...proxied, api: 'openai-responses' } }),
      { name: 'openai-responses', baseUrl: 'https://proxy.example/v1', configured: true },
    ],
    ['other', config({ other: { ...proxied, api: 'bedrock-converse-stream' } }), undefined],
    ['other', config({ other: { baseUrl: ' ' } }), undefined],
  ];
  for (const [provider, given, expected] of rows) {
    test(`${provider} ${JSON.stringify([...given.providers])}`, () => {
      assert.deepEqual(modelApiOf(provider, given), expected);
    });
  }
});

describe('which model is asked', () => {
  const models = new Map([['groq/listed', undefined]]);
  const list = [
    { id: 'work', default: false, model: { primary: 'anthropic/for-work', fallbacks: [] } },
    { id: 'play', default: false, model: { primary: 'xai/for-play', fallbacks: [] } },
  ];
  const model = { primary: 'anthropic/first', fallbacks: ['openai/second'] };
  const full = config({}, { model, models, list });
  const rows: readonly (readonly [string, HostConfig, agent: string, string | undefined])[] = [
    ['anthropic', none, 'main', 'claude-opus-4-5'],
    ['anthropic', full, 'main', 'first'],
    ['anthropic', full, 'work', 'for-work'],
    ['openai', full, 'work', 'second'],
    ['groq', full, 'main', 'listed'],
    ['xai', full, 'main', 'for-play'],
    ['mistral', full, 'main', 'mistral-small-latest'],
    ['own', full, 'main', undefined],
  ];
  for (const [provider, given, agent, expected] of rows) {
    test(`of ${provider} for ${agent}: ${expected}`, () => {
      assert.equal(modelToAsk(provider, given, agent), expected);
    });
  }
});
