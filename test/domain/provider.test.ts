import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findByProvider, normalizeProvider, sameProvider } from '../../src/domain/provider.ts';

const spellings = [
  ['anthropic', 'anthropic'],
  ['  Anthropic\t', 'anthropic'],
  ['z.ai', 'zai'],
  ['Z-AI', 'zai'],
  ['opencode-zen', 'opencode'],
  ['qwen', 'qwen-portal'],
  ['zai', 'zai'],
  ['qwen-portal', 'qwen-portal'],
  ['openai-codex', 'openai-codex'],
  ['claude', 'claude'],
  ['constructor', 'constructor'],
  ['', ''],
] as const;

for (const [typed, id] of spellings) {
  test(`${JSON.stringify(typed)} is ${JSON.stringify(id)}, and stays it`, () => {
    assert.equal(normalizeProvider(typed), id);
    assert.equal(normalizeProvider(id), id);
  });
}

test('two spellings of one provider are the same', () => {
  assert.ok(sameProvider('Z.AI', 'zai'));
  assert.ok(!sameProvider('openai', 'openai-codex'));
});

test('a map is read by the first key that means the provider', () => {
  const map = new Map([
    ['openai', 1],
    ['z-ai', 2],
    ['zai', 3],
  ]);
  assert.equal(findByProvider(map, 'z.ai'), 2);
  assert.equal(findByProvider(map, 'groq'), undefined);
});
