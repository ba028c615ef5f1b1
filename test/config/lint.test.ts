// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { lintConfig } from '../../src/config/lint.ts';
import type { Note } from '../../src/domain/lint.ts';
import { testRows } from '../domain/lint-marks.ts';
import { type Contents, Folder, files } from './folder.ts';

/** The notes of every file by its name, for a config with what it includes. */
function lintAll(contents: Contents, all = false): Map<string, readonly Note[]> {
  using folder = new Folder(contents);
  const found = lintConfig({
    path: folder.config,
    files,
    env: (name) => (all || name === 'SET' ? 'value' : undefined),
    isStored: (id) => all || id === 'a:stored',
    directoryOf: (id, agentDir) => agentDir ?? `/state/agents/${id}/agent`,
  });
  const prefix = folder.path.length + 1;
  return new Map([...(found ?? [])].map(([path, { notes }]) => [path.slice(prefix), notes]));
}

const lint = (text: string) => lintAll({ 'epiloop.json': text }).get('epiloop.json') ?? [];

describe('syntax', () => {
  testRows(
    [
      ['▸', 'syntax'],
      ['{ auth: {}▸', 'syntax'],
      ['{ a: 1 ▸b: 2 }', 'syntax'],
      ['{\n  a: 1,\n  b: ▸#\n}', 'syntax'],
      ['{ a: "x▸\n" }', 'syntax'],
      ['{ a: ▸“x” }', 'syntax'],
      ['▸[]', 'wrong-type'],
      ['{}', ''],
      ['{ a: 1, } // x', ''],
    ],
    lint,
  );
});

test('what is too much to be checked says so once', () => {
  const notes = lint(`{ channels: [${'1,'.repeat(210_000)}], auth: { x: 1 } }`);
  assert.deepEqual(
    notes.map(({ code }) => code),
    ['not-checked'],
  );
});

describe('auth is strict', () => {
  testRows(
    [
      ['{ auth: ▸[] }', 'wrong-type'],
      ['{ auth: { ▸profile: {} } }', 'unknown-key'],
      ['{ auth: { profiles: ▸[] } }', 'wrong-type'],
      ["{ auth: { profiles: { 'a:b': ▸'x' } } }", 'wrong-type'],
      ["{ auth: { profiles: { 'a:b': { provider: 'a', mode: 'token', email: 'x' } } } }", ''],
      ["{ auth: { profiles: { 'a:b': { provider: ▸7, mode: 'token' } } } }", 'wrong-type'],
      ["{ auth: { profiles: { 'a:b': { provider: 'a', mode: ▸'apiKey' } } } }", 'unknown-mode'],
      ["{ auth: { profiles: { 'a:b': { provider: 'a', mode: ▸'OAuth' } } } }", 'unknown-mode'],
      ["{ auth: { profiles: { 'a:b': { provider: 'a', mode: ▸1 } } } }", 'wrong-type'],
      ["{ auth: { profiles: { ▸'a:b': { provider: 'a' } } } }", 'missing-key'],
      [
        "{ auth: { profiles: { 'a:b': { provider: 'a', mode: 'token', ▸key: 'x' } } } }",
        'unknown-key',
      ],
      ["{ auth: { profiles: { ▸b: { provider: 'a', mode: 'token' } } } }", 'profile-id'],
      ["{ auth: { profiles: { 'a:b': { provider: ▸'c', mode: 'token' } } } }", 'provider-mismatch'],
      ["{ auth: { profiles: { 'z.ai:b': { provider: 'zai', mode: 'token' } } } }", ''],
      ['{ auth: { cooldowns: { billingMaxHours: ▸0 } } }', 'wrong-type'],
      [
        '{ auth: { cooldowns: { billingMaxHours: ▸-1, failureWindowHours: ▸Infinity } } }',
        'wrong-type wrong-type',
      ],
      ['{ auth: { cooldowns: { ▸billingMaxHour: 1 } } }', 'unknown-key'],
      [
        '{ auth: { cooldowns: { billingBackoffHoursByProvider: { a: ▸"1", b: 1 } } } }',
        'wrong-type',
      ],
      ['{ auth: { ▸order: {}, order: {} } }', 'duplicate-key'],
      ['{ ▸auth: {}, auth: {} }', 'duplicate-key'],
      ['{ auth: { __proto__: 1 } }'.replace('__', '▸__'), 'unknown-key'],
    ],
    lint,
  );

  test('says what is meant', () => {
    const hintOf = (text: string) => lint(text)[0]?.hint;
    assert.equal(
      hintOf("{ auth: { profiles: { 'a:b': { provider: 'a', mode: 'api-key' } } } }"),
      'did you mean api_key',
    );
    assert.equal(
      hintOf("{ auth: { profiles: { 'a:b': { provider: 'a', mode: 'OAuth' } } } }"),
      'did you mean oauth',
    );
    assert.equal(hintOf('{ auth: { cooldown: {} } }'), 'did you mean cooldowns');
    assert.equal(hintOf('{ auth: { quite_other: {} } }'), undefined);
  });
});

describe('order', () => {
  testRows(
    [
      ["{ auth: { order: { a: ['a:stored', ▸'a:gone'] } } }", 'unknown-profile'],
      ["{ auth: { order: { a: ['a:stored', ▸'a:stored'] } } }", 'duplicate-item'],
      ["{ auth: { order: { a: ▸'a:stored' } } }", 'wrong-type'],
      ['{ auth: { order: { a: [▸1] } } }', 'wrong-type'],
      ["{ auth: { order: { 'z.ai': [], ▸zai: [] } } }", 'provider-spelling'],
      [
        "{ auth: { order: { a: [▸'c:b'] }, profiles: { 'c:b': { provider: 'c', mode: 'token' } } } }",
        'provider-mismatch',
      ],
    ],
    lint,
  );
});

describe('agents and models', () => {
  testRows(
    [
      ["{ agents: { list: [{ id: 'Work' }, { id: ▸'work' }] } }", 'agent-id'],
      ["{ agents: { list: [{ id: 'a b' }, { id: ▸'a-b' }] } }", 'agent-id'],
      [
        "{ agents: { list: [{ id: 'a', agentDir: '/x' }, { id: 'b', agentDir: ▸'/x' }] } }",
        'agent-directory',
      ],
      [
        "{ agents: { list: [{ id: 'a', agentDir: '/state/agents/b/agent' }, { id: ▸'b' }] } }",
        'agent-directory',
      ],
      ['{ agents: { list: [▸{}] } }', 'missing-key'],
      ['{ agents: { list: ▸{} } }', 'wrong-type'],
      [
        "{ agents: { defaults: { model: { primary: ▸'antropic/x', fallbacks: ['openai/x', ▸'opnai/y'] } } } }",
        'provider-spelling provider-spelling',
      ],
      ["{ agents: { list: [{ id: 'a', model: ▸'antropic/x' }] } }", 'provider-spelling'],
      ["{ agents: { defaults: { models: { ▸'antropic/x': {} } } } }", 'provider-spelling'],
      [
        "{ agents: { defaults: { model: { primary: 'mine/x' } } }, models: { providers: { mine: {} } } }",
        '',
      ],
      [
        "{ agents: { defaults: { model: { primary: ▸'mime/x' } } }, models: { providers: { mine: {} } } }",
        'provider-spelling',
      ],
      ['{ models: { providers: { ▸opnai: {} } } }', 'provider-spelling'],
      ["{ models: { providers: { openai: { ▸api_key: 'x' } } } }", 'unknown-key'],
      ["{ models: { providers: { openai: { apiKey: ▸'...' } } } }", 'placeholder'],
      ["{ models: { providers: { openai: { apiKey: ▸'' } } } }", 'secret-missing'],
      ["{ env: { ANTHROPIC_API_KEY: ▸'sk-...', OTHER: '...' } }", 'placeholder'],
      ["{ env: { vars: { OPENAI_API_KEY: ▸'sk-ant-api03-x' } } }", 'foreign-secret'],
    ],
    lint,
  );
});

describe('keys at the wrong level', () => {
  testRows(
    [
      ['{ ▸profiles: {} }', 'wrong-place'],
      ['{ ▸authProfiles: {} }', 'wrong-place'],
      ['{ ▸providers: {} }', 'wrong-place'],
      ['{ agent: { ▸auth: {} } }', 'wrong-place'],
      [
        '{ agents: { ▸auth: {}, defaults: { ▸auth: {} }, list: [{ id: "a", ▸auth: {} }] } }',
        'wrong-place wrong-place wrong-place',
      ],
      ['{ ▸Auth: {} }', 'unknown-key'],
      ['{ ▸agnts: {} }', 'unknown-key'],
      ['{ gateway: { auth: {} }, channels: { profiles: {} } }', ''],
    ],
    lint,
  );
});

describe('variables', () => {
  testRows(
    [
      ["{ env: { A: '${SET}', B: '${A} ▸${NOT_SET}' } }", 'unset-variable'],
      ["{ channels: { x: { token: '▸${NOT_SET}' } } }", 'unset-variable'],
      ["{ channels: { x: '$${NOT_SET} ▸${lower}' } }", 'unreplaced-variable'],
      ["{ env: { vars: { OWN: 'x' } }, models: { providers: { a: { apiKey: '${OWN}' } } } }", ''],
      ["{ channels: '▸${A}${A} ▸${B}' }", 'unset-variable unset-variable'],
      ["{ channels: ▸'\\x24{A}' }", 'unset-variable'],
    ],
    lint,
  );

  test('are errors in auth and env, elsewhere warnings', () => {
    assert.deepEqual(
      lint("{ env: { A: '${X}' }, channels: '${Y}' }").map(({ severity }) => severity),
      ['error', 'warning'],
    );
  });
});

describe('includes', () => {
  const codes = (contents: Contents) =>
    [...lintAll(contents)].map(([name, notes]) => [
      name,
      notes.map((note) => `${note.at} ${note.code}`),
    ]);

  test('what is included is held against what it stands for', () => {
    assert.deepEqual(
      codes({
        'epiloop.json': "{ auth: { $include: './auth.json5' }, agents: { list: [{ id: 'x' }] } }",
        'auth.json5':
          "{ profil: {}, profiles: { 'a:b': { $include: ['one.json5'], provider: 'a' } } }",
        'one.json5': "{ mode: 'apikey' }",
      }),
      [
        ['epiloop.json', []],
        ['auth.json5', ['2 unknown-key']],
        ['one.json5', ['8 unknown-mode']],
      ],
    );
  });

  test('missing, cyclic, of another type, too deep, broken', () => {
    assert.deepEqual(codes({ 'epiloop.json': "{ $include: 'gone.json5' }" }), [
      ['epiloop.json', ['12 include']],
    ]);
    assert.deepEqual(
      codes({
        'epiloop.json': "{ $include: ['a.json5', 7] }",
        'a.json5': "{ $include: 'epiloop.json' }",
      }),
      [
        ['epiloop.json', ['24 include']],
        ['a.json5', ['12 include']],
      ],
    );
    const chain = Array.from({ length: 12 }, (_, n): [string, string] => [
      `${n}.json5`,
      `{ $include: '${n + 1}.json5' }`,
    ]);
    const deep = codes({ 'epiloop.json': "{ $include: '0.json5' }", ...Object.fromEntries(chain) });
    assert.deepEqual(
      deep.filter(([, notes]) => notes?.length !== 0),
      [['9.json5', ['12 include']]],
    );
    assert.deepEqual(codes({ 'epiloop.json': "{ auth: { $include: 'a' } }", a: '{ x' }), [
      ['epiloop.json', []],
      ['a', ['3 syntax']],
    ]);
  });
});

describe('texts that are written otherwise than most are told nothing', () => {
  const folder = join(import.meta.dirname, 'fixtures');
  const expected = new Map([
    ['includes.json5', ['include', 'include', 'include', 'include']],
    [
      'duplicate-keys.json5',
      ['duplicate-key', 'duplicate-key', 'duplicate-key', 'duplicate-key', 'missing-key'],
    ],
  ]);
  for (const name of readdirSync(folder)) {
    test(name, () => {
      // decoded as the file reader does: one byte order mark is taken away
      const text = new TextDecoder().decode(readFileSync(join(folder, name)));
      const notes = lintAll({ 'epiloop.json': text }, true).get('epiloop.json') ?? [];
      const isSloppy = ({ code }: Note) => code !== 'provider-mismatch' && code !== 'profile-id';
      assert.deepEqual(
        notes
          .filter(isSloppy)
          .map(({ code }) => code)
          .sort(),
        expected.get(name) ?? [],
      );
    });
  }
});
