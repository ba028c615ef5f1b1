import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseJsonDocument } from '../../src/config/lint-document.ts';
import type { Note } from '../../src/domain/lint.ts';
import type { LintNode } from '../../src/domain/lint-tree.ts';
import { lintEnv } from '../../src/sources/lint-env.ts';
import { lintLegacy } from '../../src/sources/lint-legacy.ts';
import { lintModels } from '../../src/sources/lint-models.ts';
import { testRows } from '../domain/lint-marks.ts';

const now = 1_795_176_000_000;

describe('.env', () => {
  testRows(
    [
      ['', ''],
      ['# all\n\nANTHROPIC_API_KEY=abc\nexport OPENAI_API_KEY="abc"\nX = 1\n', ''],
      ['A=1\n▸this is prose\nB=2', 'env-line'],
      ['  ▸OPENAI_API_KEY:abc', 'env-line'],
      ['▸OPENAI_API_KEY: abc', 'env-line'],
      ['▸export A', 'env-line'],
      ['▸set A=1', 'env-line'],
      ['▸ANTROPIC_API_KEY=abc', 'env-name'],
      ['export ▸anthropic_api_key=abc', 'env-name'],
      ['▸ANTROPIC_API_KEY=abc\nANTHROPIC_API_KEY=abc'.replace('▸', ''), ''],
      ['HF_TOKEN=x\nGITLAB_TOKEN=x\nXI_API_KEY=x\nTELEGRAM_BOT_TOKEN=x', ''],
      ['▸CLAUDE_CODE_OAUTH_TOKEN=x', 'env-name'],
      ['▸ANTHROPIC_AUTH_TOKEN=x', 'env-name'],
      ['▸GOOGLE_API_KEY=x', 'env-name'],
      ['GOOGLE_API_KEY=x\nGEMINI_API_KEY=x', ''],
      ['▸OPENAI_API_KEY=a\r\nOPENAI_API_KEY=b', 'env-duplicate'],
      ['▸OPENAI_API_KEY=', 'env-blank'],
      ['▸OPENAI_API_KEY=" "\nOTHER=', 'env-blank'],
      ['▸OPENAI_API_KEY="abc', 'env-quotes'],
      ["▸X='abc", 'env-quotes'],
      ['▸OPENAI_API_KEY=abc#def', 'env-quotes'],
      ['OPENAI_API_KEY=abc #def', ''],
      ['▸OPENAI_API_KEY=sk-...', 'placeholder'],
      ['▸OPENAI_API_KEY="Bearer abc"', 'secret-form'],
      ['▸OPENAI_API_KEY=sk-ant-api03-x', 'foreign-secret'],
      ['X="one\ntwo\n"\n▸three', 'env-line'],
      ['▸OPENAI_API_KEY="one\ntwo"', 'secret-form'],
    ],
    lintEnv,
  );

  test('says what is meant', () => {
    const [line] = lintEnv('OPENAI_API_KEY:abc');
    assert.match(line?.hint ?? '', /= in place of :/);
    assert.equal(lintEnv('ANTROPIC_API_KEY=x')[0]?.hint, 'did you mean ANTHROPIC_API_KEY');
    assert.equal(lintEnv('GOOGLE_API_KEY=x')[0]?.hint, 'it reads GEMINI_API_KEY');
    assert.match(lintEnv('A=1\n\nA=2')[0]?.message ?? '', /again on line 3, which counts/);
  });
});

function json(lint: (root: LintNode) => readonly Note[]) {
  return (text: string) => {
    const { root, notes } = parseJsonDocument(text, 'nothing is taken from it');
    return root === undefined ? notes : lint(root);
  };
}

describe('auth.json', () => {
  testRows(
    [
      ['{"anthropic": {"type": "api_key", "key": "k"}}', ''],
      ['{"anthropic": {"type": ▸"apiKey", "key": "k"}}', 'unknown-type'],
      ['{"anthropic": {"type": "api_key", ▸"apiKey": "k"}}', 'secret-key'],
      ['{"anthropic": ▸"k"}', 'wrong-type'],
      ['{▸"profiles": {}}', 'wrong-place'],
      ['▸[]', 'wrong-type'],
      ['{"a": {"type": "api_key", "key": "k"},▸}', 'syntax'],
      [
        '{▸"a": {"type": "api_key", "key": "k"}, "a": {"type": "api_key", "key": "k"}}',
        'duplicate-key',
      ],
    ],
    json((root) => lintLegacy('legacy-auth', root, now)),
  );
});

describe('oauth.json', () => {
  testRows(
    [
      ['{"anthropic": {"access": "a", "refresh": "r", "expires": 1795176000000}}', ''],
      ['{"anthropic": {"access": "a", "refresh": "r", "expires": ▸1795176000}}', 'time-unit'],
      [
        '{"anthropic": {▸"accessToken": "a", "refresh": "r", "expires": 1795176000000}}',
        'secret-key',
      ],
      ['{▸"anthropic": {"expires": 1795176000000}}', 'secret-missing'],
    ],
    json((root) => lintLegacy('legacy-oauth', root, now)),
  );
});

describe('models.json', () => {
  testRows(
    [
      ['{"providers": {"mine": {"apiKey": "k"}}}', ''],
      ['{"providers": {"mine": {"apiKey": "OPENAI_API_KEY"}}}', ''],
      ['{"providers": ▸[]}', 'wrong-type'],
      ['▸7', 'wrong-type'],
      ['{▸"provider": {}}', 'unknown-key'],
      ['{"providers": {"mine": ▸7}}', 'wrong-type'],
      ['{"providers": {▸"opnai": {"apiKey": "k"}}}', 'provider-spelling'],
      ['{"providers": {"openai": {▸"api_key": "k"}}}', 'secret-key'],
      ['{"providers": {"openai": {"apiKey": ▸""}}}', 'secret-missing'],
      ['{"providers": {"openai": {"apiKey": ▸"sk-..."}}}', 'placeholder'],
    ],
    json(lintModels),
  );
});
