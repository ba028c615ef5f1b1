import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  aliasIndex,
  parseModelRef,
  resolveDefault,
  resolveRef,
} from '../../src/domain/model-ref.ts';
import { hostConfig } from './judge-fixtures.ts';

describe('parseModelRef', () => {
  const rows = [
    ['openai/gpt-5', { provider: 'openai', model: 'gpt-5' }],
    [' Z.AI / glm-4.7 ', { provider: 'zai', model: 'glm-4.7' }],
    ['openrouter/anthropic/x', { provider: 'openrouter', model: 'anthropic/x' }],
    ['claude-haiku', { provider: 'anthropic', model: 'claude-haiku' }],
    ['anthropic/Opus-4.5', { provider: 'anthropic', model: 'claude-opus-4-5' }],
    ['sonnet-4.5', { provider: 'anthropic', model: 'claude-sonnet-4-5' }],
    ['openai/opus-4.5', { provider: 'openai', model: 'opus-4.5' }],
    ['', undefined],
    ['  ', undefined],
    ['/x', undefined],
    ['openai/', undefined],
    [' / ', undefined],
  ] as const;
  for (const [raw, ref] of rows) {
    test(JSON.stringify(raw), () => assert.deepEqual(parseModelRef(raw), ref));
  }

  test('a bare model belongs to the given default provider', () => {
    assert.deepEqual(parseModelRef('opus-4.5', 'qwen'), {
      provider: 'qwen-portal',
      model: 'opus-4.5',
    });
  });
});

describe('aliases', () => {
  const models = new Map([
    ['openai/gpt-5', ' GPT '],
    ['anthropic/opus-4.5', 'opus'],
    ['groq/llama', undefined],
    ['/broken', 'broken'],
    ['google/gemini', ''],
    ['xai/grok', 'Opus'],
  ]);
  const aliases = aliasIndex(models);

  test('are compared in lower case, and the last of two equal ones wins', () => {
    assert.deepEqual([...aliases.keys()], ['gpt', 'opus']);
    assert.deepEqual(aliases.get('opus'), { provider: 'xai', model: 'grok' });
  });

  test('come before a bare model, but never with a slash', () => {
    assert.equal(resolveRef(' Gpt ', aliases)?.provider, 'openai');
    assert.equal(resolveRef('gpt-4', aliases)?.provider, 'anthropic');
    assert.deepEqual(resolveRef('x/gpt', aliases), { provider: 'x', model: 'gpt' });
    assert.equal(resolveRef('', aliases), undefined);
  });
});

describe('resolveDefault', () => {
  const models = new Map([['openai/gpt-5', 'GPT']]);
  const builtIn = { provider: 'anthropic', model: 'claude-opus-4-5' };
  const rows = [
    [undefined, 'anthropic/claude-opus-4-5', builtIn],
    ['  ', 'anthropic/claude-opus-4-5', builtIn],
    [' gpt ', 'gpt', { provider: 'openai', model: 'gpt-5' }],
    ['z.ai/glm', 'z.ai/glm', { provider: 'zai', model: 'glm' }],
    ['nobody', 'nobody', { provider: 'anthropic', model: 'nobody' }],
    ['opus-4.5', 'opus-4.5', { provider: 'anthropic', model: 'opus-4.5' }],
    ['anthropic/opus-4.5', 'anthropic/opus-4.5', builtIn],
    ['openai/', 'openai/', builtIn],
  ] as const;
  for (const [primary, label, resolved] of rows) {
    test(JSON.stringify(primary), () => {
      const config = hostConfig({ agents: { model: { primary, fallbacks: [] }, models } });
      assert.deepEqual(resolveDefault(config), { label, resolved });
    });
  }
});
