import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { type LegacyKind, parseLegacy } from '../../src/sources/legacy.ts';
import fc from '../property.ts';

/** Entries by provider, and the providers that were left out. */
function parts(kind: LegacyKind, value: unknown) {
  const file = parseLegacy(kind, typeof value === 'string' ? value : JSON.stringify(value));
  if (file.kind === 'broken') return file;
  return { entries: Object.fromEntries(file.entries), ignored: Object.fromEntries(file.ignored) };
}

describe('auth.json', () => {
  const key = { type: 'api_key', key: 'K' };

  test('entries get their provider, and keep every other field', () => {
    const value = { openai: { ...key, note: { a: [1] } }, 'z.ai': { ...key, provider: 'zai' } };
    assert.deepEqual(parts('legacy-auth', value), {
      entries: {
        openai: { provider: 'openai', ...value.openai },
        'z.ai': { ...value['z.ai'], provider: 'zai' },
      },
      ignored: {},
    });
  });

  test('keeps the order of the file', () => {
    const file = parseLegacy('legacy-auth', '{"z":{},"a":{},"m":{}}');
    assert.deepEqual(file.kind === 'entries' && [...file.entries.keys()], ['z', 'a', 'm']);
  });

  test('what has profiles is another format: nothing is taken', () => {
    const value = { profiles: { 'openai:default': key }, openai: key };
    assert.deepEqual(parts('legacy-auth', value), { entries: {}, ignored: {} });
  });

  test('one odd entry does not cost the others', () => {
    const deep = JSON.parse('['.repeat(40) + ']'.repeat(40));
    const value = { a: 'sk-secret', b: null, c: ['sk-secret'], d: { ...key, deep }, openai: key };
    assert.deepEqual(parts('legacy-auth', value), {
      entries: { openai: { provider: 'openai', ...key } },
      ignored: {
        a: 'not an object',
        b: 'not an object',
        c: 'not an object',
        d: 'nested too deep, or malformed text',
      },
    });
  });

  test('half characters are told and not taken', () => {
    const text = String.raw`{"a\ud800":{},"b":{"key":"\ud800"},"c":{"x\udc00":1},"d":{"ok":"😀"}}`;
    const found = parts('legacy-auth', text);
    assert.deepEqual('entries' in found && Object.keys(found.entries), ['d']);
    assert.deepEqual('ignored' in found && Object.keys(found.ignored), ['?', 'b', 'c']);
  });

  test('__proto__ is a name like any other', () => {
    const file = parseLegacy('legacy-auth', '{"__proto__":{"type":"api_key","__proto__":{"k":1}}}');
    assert.ok(file.kind === 'entries');
    assert.deepEqual([...file.entries.keys()], ['__proto__']);
    assert.equal(Object.getPrototypeOf(file.entries.get('__proto__')), Object.prototype);
    assert.equal(Object.hasOwn({}, 'k'), false);
  });
});

describe('oauth.json', () => {
  test('every entry is an OAuth login unless it says otherwise', () => {
    const login = { access: 'A', refresh: 'R', expires: 5, accountId: 'x' };
    const key = { type: 'api_key', key: 'K' };
    assert.deepEqual(parts('legacy-oauth', { anthropic: login, openai: key }), {
      entries: {
        anthropic: { type: 'oauth', provider: 'anthropic', ...login },
        openai: { provider: 'openai', ...key },
      },
      ignored: {},
    });
  });
});

describe('a legacy file', () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`p${n}`, {}]));
  const broken: readonly (readonly [string, string, string])[] = [
    ['an empty one', '', 'not JSON'],
    ['half of one', '{"anthropic":{"access":"sk-secret', 'not JSON'],
    ['a list', '["sk-secret"]', 'file: expected Object'],
    ['null', 'null', 'file: expected Object'],
    ['a mebibyte of brackets', '['.repeat(1_048_576), 'not JSON'],
    ['more than anybody has', JSON.stringify(many), 'more than 1000 keys'],
  ];
  for (const [what, text, problem] of broken) {
    test(`${what} is broken, and nothing of it is quoted`, () => {
      const file = parseLegacy('legacy-auth', text);
      assert.deepEqual(file, { kind: 'broken', problem });
      assert.doesNotMatch(inspect(file), /sk-secret/);
    });
  }

  test('half a mebibyte of nesting is one entry that is left out', () => {
    const text = `{"a":{"b":${'['.repeat(500_000)}${']'.repeat(500_000)}},"c":{}}`;
    const found = parts('legacy-auth', text);
    assert.deepEqual('ignored' in found && Object.keys(found.ignored), ['a']);
  });

  test('what is taken can always be stored: no text makes it throw', () => {
    const entry = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
    const text = fc.oneof(
      fc.string(),
      fc.dictionary(fc.string({ unit: 'binary' }), entry).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(
        text,
        fc.constantFrom<LegacyKind>('legacy-auth', 'legacy-oauth'),
        (each, kind) => {
          const file = parseLegacy(kind, each);
          if (file.kind === 'broken') return;
          for (const [provider, value] of file.entries) {
            assert.ok(provider.isWellFormed());
            assert.doesNotMatch(JSON.stringify(value), /(?<!\\)(?:\\\\)*\\ud[89a-f]/i);
          }
        },
      ),
    );
  });
});
