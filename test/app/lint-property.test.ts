// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
/** Whatever stands in a file: nothing is thrown, and no secret of it is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintConfig } from '../../src/config/lint.ts';
import { parseConfigDocument, parseJsonDocument } from '../../src/config/lint-document.ts';
import { type Note, remarksOn } from '../../src/domain/lint.ts';
import { lintMirror } from '../../src/mirror/lint.ts';
import { lintEnv } from '../../src/sources/lint-env.ts';
import { lintLegacy } from '../../src/sources/lint-legacy.ts';
import { lintModels } from '../../src/sources/lint-models.ts';
import { Folder, files } from '../config/folder.ts';
import fc from '../property.ts';

const now = 1_795_176_000_000;
/** What can be told for a secret wherever it stands. */
const plain = [
  'sk-ant-api03-c4n4ryc4n4ryc4n4ryc4n4ry',
  'sk-c4n4ryc4n4ry',
  'c4n4ryc4n4ryc4n4ryc4n4ryc4n4ryc4n4ry',
  'eyJc4n4ry.c4n4ry.c4n4ry',
];

/** Also what can only be told by where it stands. */
const canaries = [
  ...plain,
  'Bearer c4n4ry',
  '"c4n4ry"',
  ' c4n4ry',
  'c4n4ry c4n4ry…',
  'c4n4ry\nc4n4ry',
  '${c4n4ry}',
  '{c4n4ry',
];

/** The words of the formats, so that texts reach every rule. */
const words = [
  ...[
    'auth',
    'profiles',
    'order',
    'cooldowns',
    'agents',
    'defaults',
    'list',
    'models',
    'providers',
  ],
  ...['env', 'vars', 'model', 'primary', 'id', 'agentDir', 'provider', 'mode', 'type', 'api_key'],
  ...['token', 'oauth', 'key', 'access', 'refresh', 'expires', 'apiKey', 'accessToken', 'lastGood'],
  ...['usageStats', 'cooldownUntil', '__proto__', 'anthropic', 'anthropic:x', 'z.ai'],
];

/** Values of any kind, in which secrets stand where secrets may: as texts, never as keys. */
const value = fc.letrec((tie) => ({
  secret: fc.constantFrom(...plain),
  credential: fc.dictionary(
    fc.constantFrom('key', 'token', 'access', 'refresh', 'apiKey', 'access_token', 'expires'),
    fc.constantFrom(...canaries),
  ),
  typed: fc
    .tuple(fc.constantFrom('api_key', 'token', 'oauth', 'apiKey'), tie('credential'))
    .map(([type, rest]) => Object.assign({ type, provider: 'anthropic' }, rest)),
  leaf: fc.oneof(
    fc.constantFrom<unknown>(null, true, 0, -1, 3600, 1_795_176_000, now, 1e300, ''),
    fc.constantFrom(...words),
    tie('secret'),
  ),
  node: fc.oneof(
    { maxDepth: 5 },
    tie('leaf'),
    tie('typed'),
    tie('credential'),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), tie('node'), {
      maxKeys: 5,
    }),
  ),
})).node;

function lintJson(text: string): readonly Note[] {
  const { root, notes } = parseJsonDocument(text, 'it is as good as absent');
  if (root === undefined) return notes;
  const rules = { now, isStored: () => false };
  return [
    ...lintMirror(root, rules),
    ...lintLegacy('legacy-auth', root, now),
    ...lintLegacy('legacy-oauth', root, now),
    ...lintModels(root),
  ];
}

function lintAsConfig(text: string): readonly Note[] {
  using folder = new Folder({ 'epiloop.json': text });
  const found = lintConfig({
    path: folder.config,
    files,
    env: () => undefined,
    isStored: () => false,
    directoryOf: (id, dir) => dir ?? id,
  });
  return [...(found?.values() ?? [])].flatMap(({ notes }) => notes);
}

function check(text: string): void {
  const notes = [...lintJson(text), ...lintEnv(text), ...lintAsConfig(text)];
  for (const { line, column } of remarksOn('/x', text, notes)) assert.ok(line > 0 && column > 0);
  for (const { at } of notes) assert.ok(at >= 0 && at <= text.length, `${at} is outside`);
  const told = notes.map(({ message, hint }) => `${message} ${hint}`).join('\n');
  assert.ok(!told.includes('c4n4ry'), told);
}

test('any text at all', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), check), { numRuns: 300 });
});

test('any JSON made of the words of the formats, with secrets anywhere in it', () => {
  fc.assert(
    fc.property(value, (root) => check(JSON.stringify(root) ?? '')),
    { numRuns: 1500 },
  );
});

test('the same cut off, or with a part of it taken out', () => {
  fc.assert(
    fc.property(value, fc.nat(200), fc.nat(5), (root, from, length) => {
      const text = JSON.stringify(root, null, 1);
      check(text.slice(0, from) + text.slice(from + length));
      check(text.slice(0, from));
    }),
    { numRuns: 300 },
  );
});

test('assignments with secrets in them', () => {
  const name = fc.constantFrom('ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'ANTROPIC_API_KEY', 'X', '');
  const sign = fc.constantFrom('=', ': ', ':', ' = "', "='", ' ');
  const line = fc.tuple(name, sign, fc.constantFrom(...canaries)).map((each) => each.join(''));
  fc.assert(fc.property(fc.array(line, { maxLength: 4 }), (lines) => check(lines.join('\n'))));
});

test('very deep and very large texts', () => {
  for (const text of ['['.repeat(100_000), `${'['.repeat(20_000)}${']'.repeat(20_000)}`]) {
    assert.equal(parseJsonDocument(text, 'x').notes.length, 1);
    assert.equal(parseConfigDocument(text).notes.length, 1);
  }
  const many = `{"profiles": {${Array.from({ length: 20_000 }, (_, at) => `"a:${at}": 1`)}}}`;
  assert.equal(lintJson(many).length, 20_002);
});
