// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
import { describe } from 'node:test';
import { parseJsonDocument } from '../../src/config/lint-document.ts';
import type { Note } from '../../src/domain/lint.ts';
import { lintMirror } from '../../src/mirror/lint.ts';
import { testRows } from '../domain/lint-marks.ts';

const now = 1_795_176_000_000;

function lint(text: string): readonly Note[] {
  const { root, notes } = parseJsonDocument(text, 'it is as good as absent');
  const isStored = (id: string) => id === 'anthropic:inherited';
  return root === undefined ? notes : [...notes, ...lintMirror(root, { now, isStored })];
}

const profile = (entry: string, id = '"a:b"') => `{"profiles": {${id}: ${entry}}}`;
const key = (fields: string) => profile(`{"type": "api_key", "provider": "a", ${fields}}`);
const token = (fields: string) => profile(`{"type": "token", "provider": "a", ${fields}}`);
const login = (fields: string) => profile(`{"type": "oauth", "provider": "a", ${fields}}`);
const good = '{"type": "api_key", "provider": "a", "key": "k"}';
const beside = (rest: string) => `{"profiles": {"a:b": ${good}}, ${rest}}`;

describe('the file as a whole', () => {
  testRows(
    [
      ['▸', 'syntax'],
      ['{"profiles": {},▸}', 'syntax'],
      ['{▸// x\n"profiles": {}}', 'syntax'],
      ["{▸'profiles': {}}", 'syntax'],
      ['{"profiles": {"a:b": "x▸\n"}}', 'syntax'],
      ['{"profiles": ▸', 'syntax'],
      ['▸[]', 'wrong-type'],
      ['▸"text"', 'wrong-type'],
      ['▸{}', 'missing-key'],
      ['{▸"profile": {}}', 'missing-key'],
      ['{"profiles": ▸[]}', 'wrong-type'],
      ['{"version": 1, "profiles": {}}', ''],
      ['{"version": ▸2, "profiles": {}}', 'version'],
      ['{"version": ▸"1", "profiles": {}}', 'version'],
      ['{"profiles": {}, ▸"comment": "x"}', 'unknown-key'],
      ['{▸"profiles": {}, "profiles": {}}', 'duplicate-key'],
      [`{"profiles": {▸"a:b": ${good}, "a:b": ${good}}}`, 'duplicate-key'],
      [`{"a": ${good}}`, ''],
      ['{"a": {"type": ▸"apiKey", "key": "k"}}', 'unknown-type'],
    ],
    lint,
  );
});

describe('an entry', () => {
  testRows(
    [
      [profile(good), ''],
      [profile('▸"k"'), 'wrong-type'],
      [profile(good, '▸"ab"'), 'profile-id'],
      [profile(good, '▸":b"'), 'profile-id'],
      [profile(good, '▸"c:b"'), 'provider-mismatch'],
      [profile(good, '"A:b"'), ''],
      [profile('{"type": "api_key", "provider": "zai", "key": "k"}', '"z.ai:b"'), ''],
      [profile('{"type": ▸"apiKey", "provider": "a", "key": "k"}'), 'unknown-type'],
      [profile('{"type": ▸7, "provider": "a", "key": "k"}'), 'unknown-type'],
      [profile('{"type": ▸"toString", "provider": "a"}'), 'unknown-type'],
      [profile('{"provider": "a", "key": "k"}', '▸"a:b"'), 'missing-key'],
      [profile('{▸"mode": "api_key", "provider": "a", "key": "k"}'), 'missing-key'],
      [profile('{"type": "api_key", "key": "k"}', '▸"a:b"'), 'missing-key'],
      [profile('{"type": "api_key", ▸"providor": "a", "key": "k"}'), 'missing-key'],
      [profile('{"type": "api_key", "provider": ▸" ", "key": "k"}'), 'missing-key'],
    ],
    lint,
  );
});

describe('its secret', () => {
  testRows(
    [
      [key('▸"apiKey": "k"'), 'secret-key'],
      [key('▸"api_key": "k"'), 'secret-key'],
      [key('▸"token": "k"'), 'secret-key'],
      [key('"key": "k", "apiKey": "k"'), ''],
      [key('"key": ▸7'), 'wrong-type'],
      [key('"key": ▸" "'), 'secret-missing'],
      [profile('{"type": "api_key", "provider": "a"}', '▸"a:b"'), 'secret-missing'],
      [token('▸"accessToken": "k"'), 'secret-key'],
      [
        login('▸"access_token": "k", ▸"refresh_token": "k", "expires": 1795176000000'),
        'secret-key secret-key',
      ],
      [login('"access": "", "refresh": "r", "expires": 1795176000000'), ''],
      [
        profile(
          '{"type": "oauth", "provider": "a", "access": "", "expires": 1795176000000}',
          '▸"a:b"',
        ),
        'secret-missing',
      ],
      [key('"key": ▸" k"'), 'secret-form'],
      [key('"key": ▸"k k"'), 'secret-form'],
      [key('"key": ▸"k\\nk"'), 'secret-form'],
      [key('"key": ▸"\\"k\\""'), 'secret-form'],
      [key('"key": ▸"Bearer k"'), 'secret-form'],
      [key('"key": ▸"kä"'), 'secret-form'],
      [key('"key": ▸"..."'), 'placeholder'],
      [key('"key": ▸"sk-..."'), 'placeholder'],
      [key('"key": ▸"YOUR_KEY"'), 'placeholder'],
      [key('"key": ▸"<your key>"'), 'placeholder'],
      [key('"key": ▸"sk-ant-your-api-key-here"'), 'placeholder'],
      [key('"key": ▸"${A_KEY}"'), 'placeholder'],
      [key('"key": "turkey-monkey-7"'), ''],
      [
        profile(
          '{"type": "api_key", "provider": "openai", "key": ▸"sk-ant-api03-x"}',
          '"openai:b"',
        ),
        'foreign-secret',
      ],
      [
        profile(
          '{"type": "api_key", "provider": "anthropic", "key": "sk-ant-api03-x"}',
          '"anthropic:b"',
        ),
        '',
      ],
      [key('"key": ▸"sk-ant-api03-x"'), 'foreign-secret'],
      [key('"key": "sk-or-v1-x"'), ''],
    ],
    lint,
  );
});

describe('its expiry', () => {
  testRows(
    [
      [token('"token": "k"'), ''],
      [token('"token": "k", "expires": 1795176000000'), ''],
      [token('"token": "k", "expires": ▸"1795176000000"'), 'expiry'],
      [token('"token": "k", "expires": ▸1795176000'), 'time-unit'],
      [token('"token": "k", "expires": ▸1000000000'), 'time-unit'],
      [token('"token": "k", "expires": ▸99999999999'), 'time-unit'],
      [token('"token": "k", "expires": ▸1795176000000000'), 'time-unit'],
      [token('"token": "k", "expires": ▸0'), 'expiry'],
      [token('"token": "k", "expires": ▸-1'), 'expiry'],
      [token('"token": "k", "expires": ▸3600'), 'expiry'],
      [token(`"token": "k", "expires": ▸${now + 11 * 365 * 86_400_000}`), 'expiry'],
      [token(`"token": "k", "expires": ${now + 365 * 86_400_000}`), ''],
      [token('"token": "k", "expires": ▸null'), 'wrong-type'],
      [token('"token": "k", ▸"expiresAt": 1795176000000'), 'expiry'],
      [profile('{"type": "oauth", "provider": "a", "access": "x"}', '▸"a:b"'), 'expiry'],
    ],
    lint,
  );
});

describe('order, lastGood and usageStats', () => {
  testRows(
    [
      [beside('"order": {"a": ["a:b"]}, "lastGood": {"a": "a:b"}'), ''],
      [beside('"order": ▸[]'), 'wrong-type'],
      [beside('"order": {"a": ▸"a:b"}'), 'wrong-type'],
      [beside('"order": {"a": ▸[]}'), 'wrong-type'],
      [beside('"order": {"a": [▸7, "a:b"]}'), 'wrong-type'],
      [beside('"order": {"a": ["a:b", ▸"a:b"]}'), 'duplicate-item'],
      [beside('"order": {"a": [▸"a:c"]}'), 'unknown-profile'],
      [
        beside('"order": {"anthropic": ["anthropic:inherited", ▸"anthropic:other"]}'),
        'unknown-profile',
      ],
      [beside('"order": {"c": [▸"a:b"]}'), 'provider-mismatch'],
      [
        beside('"order": {"z.ai": [▸"a:b"], ▸"zai": [▸"a:b"]}'),
        'provider-mismatch provider-spelling provider-mismatch',
      ],
      [beside('"lastGood": ▸7'), 'wrong-type'],
      [beside('"lastGood": {"a": ▸"a:c"}'), 'unknown-profile'],
      [beside('"lastGood": {"a": ▸7}'), 'wrong-type'],
      [beside('"usageStats": {"ghost:x": {"lastUsed": 1795176000000, "errorCount": 1}}'), ''],
      [beside('"usageStats": {"a:b": {"lastUsed": 0}}'), ''],
      [beside('"usageStats": {"a:b": {"cooldownUntil": ▸1795176000}}'), 'time-unit'],
      [beside('"usageStats": {"a:b": {"lastUsed": ▸"x"}}'), 'wrong-type'],
      [beside('"usageStats": {"a:b": ▸7}'), 'wrong-type'],
      [beside('"usageStats": ▸7'), 'wrong-type'],
    ],
    lint,
  );
});
