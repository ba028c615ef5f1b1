import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Note, remarksOn, warning } from '../../src/domain/lint.ts';
import { guessKey, guessKind, guessProvider, guessVariable } from '../../src/domain/lint-names.ts';
import { named } from '../../src/domain/lint-tree.ts';
import { unmark } from './lint-marks.ts';

function placesIn(marked: string): string[] {
  const { text, places } = unmark(marked);
  const notes = places.map((at, index): Note => ({ at, ...warning('syntax', `${index}`) }));
  return remarksOn('/x', text, notes.toReversed()).map(({ line, column }) => `${line}:${column}`);
}

test('lines end with a line feed, columns count UTF-16 units', () => {
  assert.deepEqual(placesIn('▸'), ['1:1']);
  assert.deepEqual(placesIn('▸a▸\n▸\n\n b▸'), ['1:1', '1:2', '2:1', '4:3']);
  assert.deepEqual(placesIn('a\r\n▸b▸\r\nc▸'), ['2:1', '2:2', '3:2']);
  assert.deepEqual(placesIn('ä▸🔑▸日本▸'), ['1:2', '1:4', '1:6']);
});

test('the same thing at the same place is told once', () => {
  const note = { at: 1, ...warning('syntax', 'x') };
  assert.equal(remarksOn('/x', 'ab', [note, note, { ...note, message: 'y' }]).length, 2);
});

describe('what is meant', () => {
  const kinds: readonly (readonly [string, string | undefined])[] = [
    ...['apiKey', 'api-key', 'APIKEY', 'apikey', 'key', 'api_kye'].map(
      (each) => [each, 'api_key'] as const,
    ),
    ...['OAuth', 'oauth2', 'oath'].map((each) => [each, 'oauth'] as const),
    ...['bearer', 'Token', 'tokens'].map((each) => [each, 'token'] as const),
    ['password', undefined],
  ];
  for (const [word, kind] of kinds) test(word, () => assert.equal(guessKind(word), kind));

  test('keys, providers, variables', () => {
    assert.equal(guessKey('base_url', ['baseUrl']), 'baseUrl');
    assert.equal(guessKey('banana', ['baseUrl']), undefined);
    assert.equal(guessProvider('Antropic', []), 'anthropic');
    assert.equal(guessProvider('anthropic', []), undefined);
    assert.equal(guessProvider('z.ai', []), undefined);
    assert.equal(guessProvider('mime', ['mine']), 'mine');
    assert.equal(guessProvider('deepseek', []), undefined);
    assert.equal(guessVariable('OPENAI_APIKEY'), 'OPENAI_API_KEY');
    assert.equal(guessVariable('ANTHORPIC_API_KEY'), 'ANTHROPIC_API_KEY');
    for (const name of [
      'HF_TOKEN',
      'GITLAB_TOKEN',
      'XI_API_KEY',
      'GH_TOKEN',
      'DISCORD_BOT_TOKEN',
    ]) {
      assert.equal(guessVariable(name), undefined, name);
    }
  });
});

test('a key is repeated, a secret in its place is not', () => {
  for (const text of ['anthropic:me@example.com', 'z.ai', 'работа:один'])
    assert.equal(named(text), text);
  for (const text of [
    '',
    'sk-ant-api03-0123456789',
    'a b',
    'x\u001b',
    'x'.repeat(81),
    'Bearer x',
  ]) {
    assert.equal(named(text), '[hidden]');
  }
});
