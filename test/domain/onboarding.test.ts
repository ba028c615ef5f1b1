import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envCredential } from '../../src/domain/env-keys.ts';
import {
  clientChoices,
  keyChoices,
  keyOptions,
  keyVariables,
  misfitOfAnthropic,
  onboardChoices,
  strongerVariables,
} from '../../src/domain/onboarding.ts';
import { Secret } from '../../src/domain/secret.ts';
import { clients } from '../../src/sources/clients.ts';

test('every choice of the gateway is known', () => {
  const gateways =
    'token claude-cli apiKey openai-api-key openrouter-api-key ai-gateway-api-key ' +
    'moonshot-api-key kimi-code-api-key synthetic-api-key gemini-api-key zai-api-key ' +
    'minimax-api minimax-api-lightning opencode-zen codex-cli setup-token chutes ' +
    'openai-codex skip';
  const known = new Set(onboardChoices.map(({ name }) => name));
  assert.deepEqual(
    gateways.split(' ').filter((name) => !known.has(name)),
    [],
  );
  assert.equal(known.size, onboardChoices.length, 'a name stands there twice');
});

test('every option of the gateway that takes a key is there once', () => {
  const names =
    'anthropic openai openrouter ai-gateway moonshot kimi-code synthetic gemini zai minimax opencode-zen';
  assert.deepEqual(
    keyOptions.map(({ flag }) => flag),
    names.split(' ').map((name) => `${name}-api-key`),
  );
});

for (const { name, provider, variable } of keyChoices) {
  test(`${variable} is what ${name} sets, and the gateway finds it as a key of ${provider}`, () => {
    const found = envCredential(
      provider,
      (asked) => (asked === variable ? { secret: new Secret('k'), source: 'state' } : undefined),
      () => false,
    );
    assert.deepEqual(found, { secret: new Secret('k'), source: `env: ${variable}`, oauth: false });
  });
}

test('the clients are those whose files are read', () => {
  for (const { profileId, provider } of clientChoices) {
    assert.ok(
      clients.some(({ profile }) => profile.id === profileId && profile.provider === provider),
    );
  }
});

test('an OAuth token of the environment is no key, but stronger than one', () => {
  assert.deepEqual(keyVariables('anthropic'), ['ANTHROPIC_API_KEY']);
  assert.deepEqual(strongerVariables('anthropic', 'ANTHROPIC_API_KEY'), ['ANTHROPIC_OAUTH_TOKEN']);
  assert.deepEqual(strongerVariables('openai', 'OPENAI_API_KEY'), []);
  assert.deepEqual(strongerVariables('zai', 'ZAI_API_KEY'), []);
});

test('a token of anthropic has its beginning and at least 80 characters', () => {
  const token = `sk-ant-oat01-${'a'.repeat(67)}`;
  assert.equal(misfitOfAnthropic(token), undefined);
  assert.match(misfitOfAnthropic(token.slice(1)) ?? '', /begins with sk-ant-oat01-/);
  assert.match(misfitOfAnthropic(token.slice(0, -1)) ?? '', /at least 80/);
});
